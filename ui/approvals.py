"""The approvals: what waits for a signature, and its card."""

from typing import Any

import gradio as gr
from gradio.components import Component

from agents.rendering import Language
from tools.proposals import listed
from ui.amounts import change, day, money, probability
from ui.card import Row, name_in, status_name
from ui.markup import el
from ui.office import Office
from ui.panel import QUIET, Panel
from ui.words import say

STATUSES = ("proposed", "approved", "applied", "rejected", "rolled_back", "expired", "failed", "all")
COLUMNS = (
    "col_id", "col_product", "col_now", "col_new", "col_change", "col_gain", "col_p_loss", "col_risk", "col_status",
    "col_by", "col_until",
)  # fmt: skip
WIDTHS: list[str | int] = [64, 240, 96, 96, 90, 130, 100, 120, 190, 110, 130]


class Approvals:
    """The second tab, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        with gr.Row(elem_classes="pd-buttons"):
            self.filter = gr.Dropdown(
                list(STATUSES), value="proposed", label=i18n("filter"), filterable=False, elem_id="filter"
            )
            self.refresh = gr.Button(i18n("refresh"), size="md", min_width=120)
        self.hint = gr.HTML()
        self.table = gr.Dataframe(
            label=i18n("queue"), interactive=False, datatype="str", type="array", max_height=360, buttons=[],
            column_widths=WIDTHS, elem_id="queue",
        )  # fmt: skip
        self.panel = Panel(office, i18n, "approvals")
        self.inputs: list[Component] = [self.filter]
        self.outputs = [self.filter, self.hint, self.table]
        self.refresh.click(self.listed, self.filter, self.outputs, **QUIET)
        self.filter.input(self.listed, self.filter, self.outputs, **QUIET)
        self.table.select(self.opened, None, self.panel.outputs, **QUIET)
        for decided in self.panel.decided:
            decided.then(self.listed, self.filter, self.outputs, **QUIET)

    def listed(self, status: str, request: gr.Request) -> list[Any]:
        """The queue of one status, newest first."""
        language = self.office.language(request)
        self.office.visitor(request)
        rows = listed(self.office.database, None if status == "all" else status)
        choices = [(status_name(one, language), one) for one in STATUSES]
        hint = say("queue_hint" if rows else "queue_empty", language)
        table = {
            "headers": [say(name, language) for name in COLUMNS],
            "data": [_cells(row, language) for row in rows],
        }
        return [
            gr.Dropdown(choices=choices, value=status),
            el("p", hint, class_="pd-faint"),
            gr.Dataframe(table, visible=bool(rows)),
        ]

    def opened(self, event: gr.SelectData, request: gr.Request) -> list[Any]:
        """The card of the row that was chosen."""
        number = event.row_value[0] if event.row_value else None
        return self.panel.view(int(number) if number is not None else None, request)


def _cells(row: Row, language: Language) -> list[str]:
    currency = row["currency"]
    return [
        str(row["id"]),
        name_in(row, language),
        money(row["current_price"], currency, language),
        money(row["proposed_price"], currency, language),
        change(row["current_price"], row["proposed_price"], language),
        money(row["expected_change"], currency, language, signed=True),
        probability(row["p_loss"], language),
        say(f"risk_{row['risk']}", language),
        status_name(row["status"], language),
        row["created_by"],
        day(row["expires_at"], language),
    ]
