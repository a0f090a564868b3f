"""The card of one proposal with its buttons: the same one in the chat and in the approvals."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from gradio.events import Dependency

from agents.rendering import Language, told_in
from agents.request import Decision
from db.moves import Actor
from tools.context import Context
from tools.day import today
from ui.card import Row, head, proof, told
from ui.deeds import (
    Shown,
    Told,
    carry_out,
    deeds,
    price_in,
    put_on_schedule,
    row_of,
    shown,
    take_off_schedule,
)
from ui.evidence import anchored
from ui.market import market
from ui.office import Office, excuse
from ui.pictures import pictures
from ui.signature import Standing, may, standing
from ui.trying import Ladder, ends_of, ladder_of, price_at, prices_of, rung, tried
from ui.whereabouts import Whereabouts, whereabouts
from ui.whereabouts import told as way_told
from ui.words import say

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
NOTHING = Told("", True)
BUTTONS: tuple[tuple[str, tuple[Decision, ...], str], ...] = (  # name in words, what it does, the move it needs
    ("approve_apply", ("approve", "apply"), "approved"),
    ("approve", ("approve",), "approved"),
    ("apply", ("apply",), "applied"),
    ("rollback", ("rollback",), "rolled_back"),
)


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of the card."""

    why: str
    price: float | None
    start: str
    end: str
    slid: float


Doing = Callable[[Shown, Typed, Actor, Language], Told]


class Panel:
    """Built inside the Blocks that stand around it; `name` tells two panels of one page apart."""

    def __init__(self, office: Office, i18n: gr.I18n, name: str) -> None:
        self.office, self.name = office, name
        self.shown, self.ladder = gr.State(None), gr.State(None)
        with gr.Column(visible=False, elem_classes="pd-panel", elem_id=f"{name}-panel") as self.box:
            self.head = gr.HTML()
            self.told = gr.HTML(elem_id=f"{name}-told")
            self.way = gr.HTML(elem_id=f"{name}-way")
            self._decisions(i18n)
            self._tryings(i18n)
            self.reason = gr.Markdown(sanitize_html=True, latex_delimiters=[], elem_classes="pd-reason")
            self.market = gr.HTML(elem_id=f"{name}-market")
            self.proof = gr.HTML()
            with gr.Accordion(i18n("charts"), open=True):
                self.plots = [gr.Plot(label=i18n(f"chart_{kind}")) for kind in ("curve", "history", "fan")]
        self.outputs = [
            self.shown, self.box, self.head, self.told, self.way, self.reason, self.market, self.proof, *self.plots,
            *self.buttons, self.retry, self.newer, self.unschedule, self.editing, self.price, self.rejecting, self.why,
            self.scheduling, self.start, self.end, self.trying, self.slider, self.tried, self.to_this, self.ladder,
        ]  # fmt: skip
        self.decided = self._wired()

    def _decisions(self, i18n: gr.I18n) -> None:
        name = self.name

        def button(key: str, **shape: Any) -> gr.Button:
            return gr.Button(i18n(key), size="md", min_width=120, elem_id=f"{name}-{key}", **shape)

        with gr.Row(elem_classes="pd-buttons"):
            self.buttons = [
                button(key, variant="primary" if key in ("approve_apply", "apply") else "secondary")
                for key, _, _ in BUTTONS
            ]
            self.retry = button("retry", variant="primary", visible=False)
            self.unschedule = button("unschedule", visible=False)
            self.newer = button("open_newer", visible=False)
        with gr.Accordion(i18n("edit_title"), open=False, elem_id=f"{name}-edit") as self.editing:
            self.price = gr.Number(label=i18n("edit_price"), precision=2, minimum=0, step=0.01, elem_id=f"{name}-price")
            self.edit = gr.Button(i18n("edit"), size="md", elem_id=f"{name}-edit-now")
        with gr.Accordion(i18n("reject_title"), open=False, elem_id=f"{name}-reject") as self.rejecting:
            self.why = gr.Textbox(label=i18n("reason"), placeholder=i18n("reason_hint"), elem_id=f"{name}-why")
            self.reject = gr.Button(i18n("reject"), variant="stop", size="md", elem_id=f"{name}-reject-now")
        with gr.Accordion(i18n("schedule_title"), open=False, elem_id=f"{name}-schedule") as self.scheduling:
            gr.Markdown(i18n("schedule_hint"), elem_classes="pd-faint")
            with gr.Row():
                self.start, self.end = (
                    gr.DateTime(label=i18n(f"schedule_{edge}"), type="string", timezone="UTC", elem_id=f"{name}-{edge}")
                    for edge in ("start", "end")
                )
            self.schedule = gr.Button(i18n("schedule"), size="md", elem_id=f"{name}-schedule-now")

    def _tryings(self, i18n: gr.I18n) -> None:
        with gr.Accordion(i18n("trying"), open=False, elem_id=f"{self.name}-trying") as self.trying:
            self.slider = gr.Slider(
                label=i18n("trying_price"), elem_id=f"{self.name}-slider", buttons=[], elem_classes="pd-rungs"
            )
            self.tried = gr.HTML(elem_id=f"{self.name}-tried")
            self.to_this = gr.Button(i18n("trying_edit"), size="md", elem_id=f"{self.name}-to-this")

    def _wired(self) -> list[Dependency]:
        """Every button with what it does; whoever else must know chains on these."""
        inputs = [self.shown, self.why, self.price, self.start, self.end, self.slider]
        does: list[tuple[gr.Button, Doing]] = [
            *((one, self._decide(kinds)) for one, (_, kinds, _) in zip(self.buttons, BUTTONS, strict=True)),
            (self.edit, self._edit), (self.to_this, self._to_lawful), (self.reject, self._reject),
            (self.schedule, self._schedule), (self.unschedule, self._unschedule), (self.retry, self._again),
        ]  # fmt: skip
        self.newer.click(self._newer, self.shown, self.outputs, **QUIET)
        self.slider.input(
            self._tried, [self.shown, self.ladder, self.slider], [self.ladder, self.tried],
            trigger_mode="always_last", queue=False, **QUIET,
        )  # fmt: skip
        return [button.click(self._act(work), inputs, self.outputs, **QUIET) for button, work in does]

    def _act(self, work: Doing) -> Callable[..., list[Any]]:
        """`work` on what is shown; a refusal or a fault is told on the card as it then stands."""

        def act(
            on: Shown | None, why: str, price: float | None, start: str, end: str, slid: float, request: gr.Request
        ) -> list[Any]:
            if on is None:
                return self.hidden()
            language = self.office.language(request)
            try:
                result = work(on, Typed(why, price, start, end, slid), self.office.visitor(request), language)
            except Exception as error:
                result = Told(excuse(error, language), False)
            return self.view(on.id, request, result)

        return act

    def _decide(self, kinds: tuple[Decision, ...]) -> Doing:
        def decide(on: Shown, typed: Typed, actor: Actor, language: Language) -> Told:
            return carry_out(self.office, deeds(on, kinds), actor, on.thread, language)

        return decide

    def _edit(self, on: Shown, typed: Typed, actor: Actor, language: Language) -> Told:
        return carry_out(self.office, deeds(on, ("edit",), "", price_in(typed.price)), actor, on.thread, language)

    def _to_lawful(self, on: Shown, typed: Typed, actor: Actor, language: Language) -> Told:
        row = row_of(self.office, on.id)
        prices = prices_of(row) if row else ()
        wanted = price_at(prices, typed.slid) if prices else None
        return self._edit(on, replace(typed, price=wanted), actor, language)

    def _reject(self, on: Shown, typed: Typed, actor: Actor, language: Language) -> Told:
        return carry_out(self.office, deeds(on, ("reject",), typed.why), actor, on.thread, language)

    def _schedule(self, on: Shown, typed: Typed, actor: Actor, language: Language) -> Told:
        return put_on_schedule(self.office, on, (typed.start, typed.end), actor, language)

    def _unschedule(self, on: Shown, typed: Typed, actor: Actor, language: Language) -> Told:
        return take_off_schedule(self.office, on, actor, language)

    def _again(self, on: Shown, typed: Typed, actor: Actor, language: Language) -> Told:
        row = row_of(self.office, on.id)
        kind = whereabouts(self.office.database, row).retry(row, actor) if row else None
        return NOTHING if kind is None else carry_out(self.office, deeds(on, (kind,)), actor, on.thread, language)

    def _newer(self, on: Shown | None, request: gr.Request) -> list[Any]:
        row = row_of(self.office, on.id) if on else None
        newer = whereabouts(self.office.database, row).newer if row else None
        return self.view(newer, request)

    def _tried(self, on: Shown | None, ladder: Ladder | None, slid: float, request: gr.Request) -> list[Any]:
        """The figures at the lawful price where the slider stands; the worlds are drawn once for a card."""
        row = row_of(self.office, on.id) if on else None
        if on is None or row is None or not prices_of(row):
            return [None, ""]
        language = self.office.language(request)
        try:
            if ladder is None or ladder.seen != on.seen:
                ladder = ladder_of(self._context(language), row)
            return [ladder, tried(row, ladder, price_at(ladder.prices, slid), language)]
        except Exception as error:
            return [None, told(excuse(error, language), False)]

    def _context(self, language: Language) -> Context:
        return Context(self.office.desk.shop, today(self.office.database), language)

    def view(self, number: int | None, request: gr.Request, result: Told = NOTHING) -> list[Any]:
        """The panel with this proposal as it stands now; hidden where there is none."""
        language = self.office.language(request)
        try:
            row = row_of(self.office, number) if number is not None else None
            return self._filled(row, self.office.visitor(request), language, result) if row else self.hidden()
        except Exception as error:
            return self.hidden(told(excuse(error, language), False))

    def hidden(self, message: str = "") -> list[Any]:
        """An empty panel, seen only where it has something to say."""
        known = {
            self.shown: None, self.box: gr.Column(visible=bool(message)), self.told: _seen(message), self.ladder: None,
            self.way: _seen(""),
        }  # fmt: skip
        empty = (self.head, self.reason, self.market, self.proof)
        return [known[one] if one in known else "" if one in empty else gr.skip() for one in self.outputs]

    def _filled(self, row: Row, actor: Actor, language: Language, result: Told) -> list[Any]:
        place, database = f"{self.name}-{row['id']}", self.office.database
        drawn, where, stands = (
            pictures(database, row, language),
            whereabouts(database, row),
            standing(database, row, actor),
        )
        return [
            shown(row),
            gr.Column(visible=True),
            head(row, stands, language),
            _seen(told(told_in(result.text, language), result.good)),
            _seen(way_told(row, where, language)),
            f"#### {say('reason_title', language)}\n{anchored(row['reason'], place)}",
            market(self.office.desk.shop, row, language),
            proof(row, place, language),
            *(gr.Plot(figure, visible=figure is not None) for figure in (drawn.curve, drawn.history, drawn.fan)),
            *self._buttons(row, actor, stands, where),
            *self._forms(row, actor, stands, result),
            *self._slid(row, actor, language),
        ]

    def _buttons(self, row: Row, actor: Actor, stands: Standing, where: Whereabouts) -> list[gr.Button]:
        """A button is there where its move comes next, and can be pressed where this person may make it."""
        retry, signs = where.retry(row, actor) is not None, not stands.hindrance
        applies = actor.role in ("approver", "admin")
        made = []
        for key, _, to in BUTTONS:
            if to == "approved":
                able = signs and (applies or key == "approve")
                made.append(gr.Button(visible=row["status"] == "proposed", interactive=able))
            else:
                made.append(gr.Button(visible=may(row, to, actor) and not retry, interactive=True))
        return [
            *made,
            gr.Button(visible=retry),
            gr.Button(visible=where.newer is not None),
            gr.Button(visible=row["status"] == "scheduled" and may(row, "approved", actor)),
        ]

    def _forms(self, row: Row, actor: Actor, stands: Standing, result: Told) -> list[Any]:
        """What may be typed: another price, a reason to reject, times."""
        signs = row["status"] == "approved" or not stands.hindrance
        schedules = actor.role in ("approver", "admin") and row["status"] in ("proposed", "approved") and signs
        return [
            gr.Accordion(visible=may(row, "proposed", actor), open=False),
            float(row["proposed_price"]),
            gr.Accordion(visible=may(row, "rejected", actor)),
            "" if result.good else gr.skip(),
            gr.Accordion(visible=schedules),
            None if result.good else gr.skip(),
            None if result.good else gr.skip(),
        ]

    def _slid(self, row: Row, actor: Actor, language: Language) -> list[Any]:
        """The slider over the lawful prices, at the one proposed; the figures there are the proposal's own."""
        prices = prices_of(row)
        if len(prices) < 2:
            return [gr.Accordion(visible=False), gr.skip(), "", gr.skip(), None]
        at = rung(prices, float(row["proposed_price"]))
        return [
            gr.Accordion(visible=True),
            gr.Slider(minimum=0, maximum=len(prices) - 1, step=1, value=at, info=ends_of(row, language)),
            tried(row, None, prices[at], language),
            gr.Button(visible=may(row, "proposed", actor)),
            None,
        ]


def _seen(text: str) -> gr.HTML:
    """A line that takes no room where it says nothing."""
    return gr.HTML(text, visible=bool(text))
