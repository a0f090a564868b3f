"""The card of one proposal with its buttons: the same one in the chat and in the approvals."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import gradio as gr
from gradio.events import Dependency

from agents.rendering import Language, told_in
from agents.request import Decision
from db.moves import Actor
from ui.card import Row, head, proof, told
from ui.deeds import Shown, Told, carry_out, deeds, price_in, row_of, shown
from ui.evidence import anchored
from ui.office import Office, excuse
from ui.pictures import pictures
from ui.signature import hindrance, may
from ui.words import say

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
NOTHING = Told("", True)
BUTTONS: tuple[tuple[str, tuple[Decision, ...], str], ...] = (  # name in words, what it does, the move it needs
    ("approve_apply", ("approve", "apply"), "approved"),
    ("approve", ("approve",), "approved"),
    ("apply", ("apply",), "applied"),
    ("rollback", ("rollback",), "rolled_back"),
)


class Panel:
    """Built inside the Blocks that stand around it; `name` tells two panels of one page apart."""

    def __init__(self, office: Office, i18n: gr.I18n, name: str) -> None:
        self.office, self.name = office, name
        self.shown = gr.State(None)
        with gr.Column(visible=False, elem_classes="pd-panel", elem_id=f"{name}-panel") as self.box:
            self.head = gr.HTML()
            self.told = gr.HTML(elem_id=f"{name}-told")
            with gr.Row(elem_classes="pd-buttons"):
                self.buttons = [
                    gr.Button(
                        i18n(key), variant="primary" if key in ("approve_apply", "apply") else "secondary", size="md",
                        min_width=120, elem_id=f"{name}-{key}",
                    )
                    for key, _, _ in BUTTONS
                ]  # fmt: skip
            with gr.Accordion(i18n("edit_title"), open=False, elem_id=f"{name}-edit") as self.editing:
                self.price = gr.Number(
                    label=i18n("edit_price"), precision=2, minimum=0, step=0.01, elem_id=f"{name}-price"
                )
                self.edit = gr.Button(i18n("edit"), size="md", elem_id=f"{name}-edit-now")
            with gr.Accordion(i18n("reject_title"), open=False, elem_id=f"{name}-reject") as self.rejecting:
                self.why = gr.Textbox(label=i18n("reason"), placeholder=i18n("reason_hint"), elem_id=f"{name}-why")
                self.reject = gr.Button(i18n("reject"), variant="stop", size="md", elem_id=f"{name}-reject-now")
            self.reason = gr.Markdown(sanitize_html=True, latex_delimiters=[], elem_classes="pd-reason")
            self.proof = gr.HTML()
            with gr.Accordion(i18n("charts"), open=True):
                self.plots = [gr.Plot(label=i18n(f"chart_{kind}")) for kind in ("curve", "history", "fan")]
        self.outputs = [
            self.shown, self.box, self.head, self.told, self.reason, self.proof, *self.plots, *self.buttons,
            self.editing, self.price, self.rejecting, self.why,
        ]  # fmt: skip
        self.decided = self._wired()

    def _wired(self) -> list[Dependency]:
        """Every button with what it does; whoever else must know chains on these."""
        inputs = [self.shown, self.why, self.price]
        clicks = [
            button.click(self._act(kinds), inputs, self.outputs, **QUIET)
            for button, (_, kinds, _) in zip(self.buttons, BUTTONS, strict=True)
        ]
        clicks.append(self.edit.click(self._act(("edit",)), inputs, self.outputs, **QUIET))
        clicks.append(self.reject.click(self._act(("reject",)), inputs, self.outputs, **QUIET))
        return clicks

    def _act(self, kinds: tuple[Decision, ...]) -> Callable[..., list[Any]]:
        def act(on: Shown | None, why: str, price: float | None, request: gr.Request) -> list[Any]:
            if on is None:
                return self.hidden()
            language = self.office.language(request)
            try:
                wanted = price_in(price) if kinds == ("edit",) else None
                result = self._decided(on, kinds, why, wanted, request)
            except Exception as error:
                result = Told(excuse(error, language), False)
            return self.view(on.id, request, result)

        return act

    def _decided(
        self, on: Shown, kinds: tuple[Decision, ...], why: str, price: Decimal | None, request: gr.Request
    ) -> Told:
        language, actor = self.office.language(request), self.office.visitor(request)
        reason = why if kinds == ("reject",) else ""
        return carry_out(self.office, deeds(on, kinds, reason, price), actor, on.thread, language)

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
        empty: list[Any] = [gr.skip() for _ in self.outputs]
        empty[:7] = [None, gr.Column(visible=bool(message)), "", message, "", "", None]
        return empty

    def _filled(self, row: Row, actor: Actor, language: Language, result: Told) -> list[Any]:
        place = f"{self.name}-{row['id']}"
        drawn = pictures(self.office.database, row, language)
        barred = hindrance(self.office.database, row, actor)
        why = f"#### {say('reason_title', language)}\n{anchored(row['reason'], place)}"
        open_ = row["status"] == "proposed"
        return [
            shown(row),
            gr.Column(visible=True),
            head(row, barred, actor.role, language),
            told(told_in(result.text, language), result.good),
            why,
            proof(row, place, language),
            *(gr.Plot(figure, visible=figure is not None) for figure in (drawn.curve, drawn.history, drawn.fan)),
            *self._buttons(row, actor, barred if open_ else ""),
            gr.Accordion(visible=may(row, "proposed", actor), open=False),
            float(row["proposed_price"]),
            gr.Accordion(visible=may(row, "rejected", actor)),
            "" if result.good else gr.skip(),
        ]

    def _buttons(self, row: Row, actor: Actor, barred: str) -> list[gr.Button]:
        """A button is there where its move comes next, and can be pressed where this person may make it."""
        approving = row["status"] == "proposed"
        return [
            gr.Button(
                visible=approving if to == "approved" else may(row, to, actor),
                interactive=may(row, to, actor) and not barred,
            )
            for _, _, to in BUTTONS
        ]
