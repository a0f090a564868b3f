"""What to reprice first: money on the table times certainty, as the last refresh found it."""

from typing import Any

import gradio as gr
from gradio.components import Component

from agents.rendering import Language
from db import catalogue, fits, jobs
from db.dealings import Job
from db.tables import Product
from pricing.recommend import Opportunity, ranked
from ui.amounts import change, money, probability
from ui.markup import Html, el, joined
from ui.office import Office, excuse
from ui.panel import QUIET
from ui.rows import faint, name_of, pick, picked, picking, table, whole
from ui.words import say

EVERY = "*"
MOST = 50
LOOK = 1.0  # seconds between two looks at the work in hand
COLUMNS = (
    "ocol_rank",
    "ocol_product",
    "ocol_step",
    "ocol_money",
    "ocol_interval",
    "ocol_sure",
    "ocol_score",
    "ocol_do",
)
WHY_NOT = 5  # refusals that are told one by one


class Opportunities:
    """The tab, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        self.job = gr.State("")
        self.skus = gr.State([])
        self.clock = gr.Timer(LOOK, active=False)
        with gr.Row(elem_classes="pd-buttons"):
            self.category = gr.Dropdown(
                [("…", EVERY)], value=EVERY, label=i18n("products_category"), min_width=180, elem_id="first-category"
            )
            self.all = gr.Button("…", variant="primary", size="md", min_width=180, scale=0, elem_id="first-all")
            self.stop = gr.Button(
                i18n("cancel"), variant="stop", visible=False, min_width=120, scale=0, elem_id="first-cancel"
            )
        self.told = gr.HTML(elem_id="first-told")
        self.lines = picking("first")
        self.inputs: list[Component] = [self.category]
        self.outputs = [self.category, self.all, self.lines, self.skus]
        following = [self.job, self.told, self.clock, self.stop, self.all]
        self.category.input(self.listed, self.inputs, self.outputs, **QUIET)
        self.all.click(self.every, self.skus, following, **QUIET)
        self.lines.click(self.one, None, following, **QUIET)
        self.clock.tick(self.follow, [self.job, self.skus], following, **QUIET)
        self.stop.click(self.cancelled, [self.job, self.skus], following, **QUIET)

    def listed(self, category: str, request: gr.Request) -> list[Any]:
        """The best MOST of a category or of the store."""
        language = self.office.language(request)
        self.office.visitor(request)
        with self.office.database.reading() as session:
            stored = fits.load_all(session, Opportunity, None if category == EVERY else category)
            run = fits.last_run(session)
            found = ranked([one.fit for one in stored], len(stored))
            names = catalogue.named(session, [one.sku for one in found])
            categories = catalogue.categories(session)
        best = _by_currency([one for one in found if one.sku in names], names)[:MOST]
        skus = [one.sku for one in best]
        return [
            gr.Dropdown([(say("every", language), EVERY), *((one, one) for one in categories)], value=category),
            gr.Button(say("propose_these", language, n=len(skus)), visible=bool(skus), interactive=self._works()),
            _shown(best, names, run is not None, language),
            skus,
        ]

    def every(self, skus: list[str], request: gr.Request) -> list[Any]:
        """A job that proposes all that are listed."""
        return self._propose(skus, request)

    def one(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        sku = picked(event)
        return self._propose([sku], request) if sku else [gr.skip()] * 5

    def _propose(self, skus: list[str], request: gr.Request) -> list[Any]:
        language = self.office.language(request)
        try:
            actor = self.office.visitor(request)
            if self.office.jobs is None or not skus:
                return ["", _told(say("propose_off", language), False), gr.Timer(active=False), gr.skip(), gr.skip()]
            job = self.office.jobs.submit("propose_many", {"skus": skus[:MOST], "language": language}, actor)
        except Exception as error:
            return ["", _told(excuse(error, language), False), gr.Timer(active=False), gr.skip(), gr.skip()]
        return self._standing(job, language)

    def follow(self, job: str, skus: list[str], request: gr.Request) -> list[Any]:
        """How far the work in hand is."""
        language = self.office.language(request)
        try:
            self.office.visitor(request)
            if self.office.jobs is None or not job:
                return [job, gr.skip(), gr.Timer(active=False), gr.Button(visible=False), gr.skip()]
            return self._standing(self.office.jobs.status(job), language)
        except Exception as error:
            told = _told(excuse(error, language), False)
            return [job, told, gr.Timer(active=False), gr.Button(visible=False), gr.Button(interactive=bool(skus))]

    def cancelled(self, job: str, skus: list[str], request: gr.Request) -> list[Any]:
        language = self.office.language(request)
        try:
            if self.office.jobs is not None and job:
                self.office.jobs.cancel(job, self.office.visitor(request))
        except Exception as error:
            told = _told(excuse(error, language), False)
            return [job, told, gr.Timer(active=False), gr.Button(visible=False), gr.Button(interactive=bool(skus))]
        return self.follow(job, skus, request)

    def _standing(self, job: Job, language: Language) -> list[Any]:
        going = job.status in jobs.UNFINISHED
        return [
            job.id, _progress(job, language) if going else _ended(job, language), gr.Timer(active=going),
            gr.Button(visible=going), gr.Button(interactive=not going),
        ]  # fmt: skip

    def _works(self) -> bool:
        return self.office.jobs is not None


def _by_currency(best: list[Opportunity], names: dict[str, Product]) -> list[Opportunity]:
    """Amounts of two currencies are not compared: those of the currency with the most products come first."""
    codes = [names[one.sku].currency for one in best]
    return sorted(best, key=lambda one: (-codes.count(names[one.sku].currency), names[one.sku].currency))


def _shown(best: list[Opportunity], names: dict[str, Product], fitted: bool, language: Language) -> Html:
    if not best:
        return el("div", el("p", say("first_none" if fitted else "first_unfitted", language)), class_="pd-empty")
    rows = [_cells(place, one, names[one.sku], language) for place, one in enumerate(best, 1)]
    headers = [say(name, language) for name in COLUMNS]
    return joined(faint(say("first_how", language)), table(say("first_title", language), headers, rows))


def _cells(place: int, one: Opportunity, product: Product, language: Language) -> list[str]:
    code = product.currency
    step = f"{money(one.current, code, language)} → {money(one.price, code, language)}"
    return [
        str(place),
        joined(name_of(product.name, product.name_zh, language), el("small", product.sku, class_="pd-faint pd-under")),
        joined(whole(step), el("small", change(one.current, one.price, language), class_="pd-faint pd-under")),
        joined(
            money(one.gain, code, language, signed=True),
            el("small", say(f"of_{one.basis}", language), class_="pd-faint pd-under"),
        ),
        _interval(one, code, language),
        probability(one.p_gain, language),
        money(one.gain * one.p_gain, code, language),
        pick(say("propose", language), one.sku, "pd-go pd-small"),
    ]  # fmt: skip


def _interval(one: Opportunity, code: str, language: Language) -> Html:
    low, high = (money(value, code, language, signed=True) for value in (one.gain_low, one.gain_high))
    if low == high:
        return whole(say("first_about", language, money=low))
    return joined(whole(low), say("first_to", language), whole(high))


def _progress(job: Job, language: Language) -> Html:
    if job.status == "waiting" or not job.total:
        return _told(say("propose_waits", language), True)
    said = say("propose_goes", language, done=job.done, total=job.total)
    bar = el("progress", value=str(job.done), max=str(job.total), aria_label=said)
    return el("p", said, " ", bar, class_="pd-told", role="status")


def _ended(job: Job, language: Language) -> Html:
    if job.status != "done":
        text = say(f"propose_{job.status}", language, done=job.done, total=job.total, error=job.error)
        return _told(text, job.status == "cancelled")
    result = job.result or {}
    counts = {name: result.get(name, 0) for name in ("proposed", "kept", "refused")}
    said = el("p", say("propose_done", language, **counts), class_="pd-told", role="status")
    why = [str(row["reason"]) for row in result.get("rows", []) if row.get("id") is None and row.get("reason")]
    items = [el("li", reason[:300]) for reason in why[:WHY_NOT]]
    return joined(said, el("ul", *items, class_="pd-faint") if items else Html(""))


def _told(text: str, good: bool) -> Html:
    return el("p", text, class_="pd-told" if good else "pd-told pd-refused", role="status")
