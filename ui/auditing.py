"""The audit: every move of every proposal, and whether the trail is whole."""

from typing import Any

import gradio as gr
from gradio.components import Component

from agents.rendering import Language, told_in
from db import audit
from db.tables import Move
from ui.amounts import moment
from ui.card import status_name, told
from ui.markup import el, flat
from ui.office import Office, excuse
from ui.panel import QUIET
from ui.words import say

COLUMNS = ("col_when", "col_who", "col_proposal", "col_version", "col_move", "col_why")
WIDTHS: list[str | int] = [210, 160, 90, 80, 300, 480]
MOST = 500


class Auditing:
    """The third tab, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        with gr.Row(elem_classes="pd-buttons"):
            self.refresh = gr.Button(i18n("refresh"), size="md", min_width=120)
            self.verify = gr.Button(i18n("verify"), variant="primary", size="md", min_width=120, elem_id="verify")
        self.told = gr.HTML(elem_id="verified")
        self.hint = gr.HTML()
        self.table = gr.Dataframe(
            label=i18n("trail_of_moves"), interactive=False, datatype="str", type="array", max_height=600, buttons=[],
            column_widths=WIDTHS, wrap=True, elem_id="moves",
        )  # fmt: skip
        self.inputs: list[Component] = []
        self.outputs = [self.hint, self.table]
        self.refresh.click(self.listed, self.inputs, self.outputs, **QUIET)
        self.verify.click(self.verified, None, self.told, **QUIET)

    def listed(self, request: gr.Request) -> list[Any]:
        """The newest moves, newest first."""
        language = self.office.language(request)
        self.office.visitor(request)
        with self.office.database.reading() as session:
            moves = audit.moves(session, n=MOST)
        table = {
            "headers": [say(name, language) for name in COLUMNS],
            "data": [_cells(move, language) for move in moves],
        }
        hint = el("p", "" if moves else say("audit_empty", language), class_="pd-faint")
        return [hint, gr.Dataframe(table, visible=bool(moves))]

    def verified(self, request: gr.Request) -> str:
        """Whether the chain of hashes holds."""
        language = self.office.language(request)
        try:
            self.office.visitor(request)
            with self.office.database.reading() as session:
                broken = audit.verify(session)
        except Exception as error:
            return told(excuse(error, language), False)
        if broken is None:
            return told(say("verified", language), True)
        return told(say("broken", language, id=broken.id), False)


def _what(move: Move, language: Language) -> str:
    if move.from_status == move.to_status:
        return say("move_edited", language, n=move.version)
    return f"{status_name(move.from_status, language)} → {status_name(move.to_status, language)}"


def _cells(move: Move, language: Language) -> list[str]:
    return [
        moment(move.moved_at.isoformat(), language),
        f"{move.actor} ({say(f'role_{move.role}', language)})",
        str(move.proposal_id),
        str(move.version),
        _what(move, language),
        flat(told_in(move.reason, language) if move.role == "system" else move.reason, 400),
    ]
