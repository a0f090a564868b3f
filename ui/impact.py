"""Impact: what applied prices promised, what they did, and where forecasts go astray."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import gradio as gr
from babel.dates import format_date
from gradio.components import Component
from sqlmodel import col, select

from agents.rendering import LOCALES, Language
from db.dealings import Event
from pricing.impact import Band, calibration, total
from pricing.impact import Impact as Effect
from tools.context import Context
from tools.day import today
from tools.impact import Followed, ImpactBook
from ui.amounts import change, day, money, percent, units
from ui.markup import Html, el, flat, joined
from ui.office import Office, excuse
from ui.panel import QUIET
from ui.rows import faint, name_of, table
from ui.words import say

MOST, ALARMS = 200, 20
COLUMNS = (
    "icol_product", "icol_step", "icol_since", "icol_promised", "icol_happened", "icol_change", "icol_category",
    "icol_verdict",
)  # fmt: skip
TONE = {"kept": "pd-risk-low", "better": "pd-risk-low", "worse": "pd-risk-high", "early": "pd-early"}


class Impact:
    """The tab, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office, self.book, self.reckoned = office, ImpactBook(), False
        with gr.Row(elem_classes="pd-buttons"):
            self.refresh = gr.Button(i18n("refresh"), size="md", min_width=120, scale=0)
        self.told = gr.HTML(elem_id="impact-told")
        self.inputs: list[Component] = []
        self.outputs = [self.told]
        self.refresh.click(self.listed, self.inputs, self.outputs, **QUIET)

    def listed(self, request: gr.Request) -> Iterator[list[Any]]:
        """Every applied price, newest first, with sums by month and alarms; at first that they are being reckoned."""
        language = self.office.language(request)
        if not self.reckoned:
            yield [el("p", say("impact_reckons", language), class_="pd-told pd-running", role="status")]
        try:
            self.office.visitor(request)
            shop = self.office.desk.shop
            found = self.book.of(Context(shop, today(shop.database)))
            self.reckoned = True
            yield [joined(_summary(found, language), self._alarms(language), _changes(found, language))]
        except Exception as error:
            yield [el("p", excuse(error, language), class_="pd-told pd-refused")]

    def _alarms(self, language: Language) -> Html:
        with self.office.database.reading() as session:
            newest = select(Event).where(Event.kind == "drift.alarm").order_by(col(Event.id).desc()).limit(ALARMS)
            rows = list(session.exec(newest))
        title = el("h3", say("alarms_title", language))
        if not rows:
            return joined(title, faint(say("alarms_none", language)))
        items = [el("li", _alarm(event, language)) for event in rows]
        return joined(title, el("ul", *items, class_="pd-alarms"))


def _alarm(event: Event, language: Language) -> str:
    body = event.body
    currency = str(body.get("currency") or "")

    def amount(name: str) -> str:
        value = float(body.get(name) or 0)
        return money(value, currency, language, signed=True) if currency else units(value, language)

    return say(
        f"alarm_{body.get('why', 'forecast')}", language, sku=event.subject, day=day(str(body["week"]), language),
        outcome=amount("outcome"), low=amount("low"), high=amount("high"), id=body.get("proposal"),
    )  # fmt: skip


def _summary(found: Sequence[Followed], language: Language) -> Html:
    method = faint(say("impact_method", language))
    if not found:
        return joined(el("div", el("p", say("impact_empty", language)), class_="pd-empty"), method)
    judged = calibration([one.impact for one in found if one.impact])
    if not judged.judged:
        held = say("calibration_none", language)
    else:
        shares = (percent(100 * n / judged.judged, language) for n in (judged.money, judged.units))
        held = say("calibration", language, n=judged.judged, money=next(shares), units=next(shares))
    return joined(el("p", held), method, _months(found, language))


def _months(found: Sequence[Followed], language: Language) -> Html:
    """Sums by the month in which the price began to be charged, a row a currency and basis."""
    groups: dict[tuple[date, str, str], list[Effect]] = defaultdict(list)
    for one in found:
        if one.impact is not None and one.impact.verdict != "early":
            key = (one.start.replace(day=1), one.change.proposal.currency, one.impact.basis)
            groups[key].append(one.impact)
    if not groups:
        return Html("")
    rows = []
    for (month, currency, basis), impacts in sorted(groups.items(), reverse=True):
        whole = total(impacts)
        rows.append(
            [
                str(format_date(month, "MMM y" if language == "en" else "y年M月", locale=LOCALES[language])),
                str(whole.count), say(f"impact_{basis}", language), _band(whole.promised, currency, language),
                _band(whole.change, currency, language),
            ]
        )  # fmt: skip
    title = say("months_title", language)
    names = ("icol_month", "icol_count", "icol_basis", "icol_promised", "icol_change")
    return joined(el("h3", title), table(title, [say(name, language) for name in names], rows))


def _changes(found: Sequence[Followed], language: Language) -> Html:
    if not found:
        return Html("")
    title = say("changes_title", language)
    rows = [_cells(one, language) for one in found[:MOST]]
    return joined(el("h3", title), table(title, [say(name, language) for name in COLUMNS], rows))


def _cells(one: Followed, language: Language) -> list[str]:
    proposal, product, effect = one.change.proposal, one.change.product, one.impact
    currency = proposal.currency
    name = name_of(product.name, product.name_zh, language)
    signed = say("impact_signed", language, id=proposal.id, name=flat(proposal.decided_by, 60) or "—")
    step = f"{money(proposal.current_price, currency, language)} → {money(proposal.proposed_price, currency, language)}"
    head = [
        joined(name, _under(f"{product.sku} · {signed}")),
        joined(step, _under(change(proposal.current_price, proposal.proposed_price, language))),
    ]
    passed = say("impact_weeks", language, n=effect.weeks if effect else 0, of=proposal.weeks)
    since = joined(day(one.start.isoformat(), language), _under(passed))
    if effect is None:
        return [*head, since, "—", "—", "—", "—", _verdict("early", language)]
    without = say("impact_without", language, band=_units(effect.without, language))
    scarce = _under(say("impact_scarce", language)) if effect.scarce else Html("")
    return [
        *head,
        since,
        joined(_band(effect.promised, currency, language), _under(_units(effect.promised_units, language))),
        joined(_happened(effect, currency, language), _under(without)),
        joined(_band(effect.change, currency, language), _under(say(f"impact_{effect.basis}", language))),
        _moved(effect, language),
        joined(_verdict(effect.verdict, language), scarce),
    ]


def _happened(effect: Effect, currency: str, language: Language) -> str:
    sold = say(
        "impact_sold", language, n=units(effect.units, language), money=money(effect.revenue, currency, language)
    )
    if effect.profit is None:
        return sold
    return sold + say("impact_earned", language, money=money(effect.profit, currency, language))


def _moved(effect: Effect, language: Language) -> str:
    if effect.movement.peers < 3:
        return say("impact_no_peers", language)
    moved = 100 * (effect.movement.factor - 1)
    return joined(percent(moved, language), _under(say("impact_peers", language, n=effect.movement.peers)))


def _verdict(verdict: str, language: Language) -> Html:
    return el("span", say(f"verdict_{verdict}", language), class_=f"pd-chip {TONE[verdict]}")


def _band(band: Band, currency: str, language: Language) -> str:
    mean, low, high = (money(value, currency, language, signed=True) for value in (band.mean, band.low, band.high))
    return f"{mean} ({low} – {high})"


def _units(band: Band, language: Language) -> str:
    mean, low, high = (units(value, language) for value in (band.mean, band.low, band.high))
    return say("impact_units", language, mean=mean, low=low, high=high)


def _under(text: str) -> Html:
    return el("small", text, class_="pd-faint pd-under")
