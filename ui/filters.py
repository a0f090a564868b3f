"""What the queue shows: the filter and the order, as components and as what the database is asked."""

from typing import Any

import gradio as gr
from gradio.components import Component

from agents.rendering import Language
from db.queue import ORDERS, Wanted
from ui.card import status_name
from ui.markup import flat
from ui.words import say

ANY = "*"
STATUSES = (
    "proposed", "approved", "scheduled", "applied", "rejected", "rolled_back", "expired", "failed", "all",
)  # fmt: skip
RISKS = ("low", "medium", "high")
GOALS = ("profit", "revenue", "units", "clear_stock")
BASES = ("profit", "revenue")
Choices = list[tuple[str, str]]


class Filters:
    """Built where they stand; `inputs` are what `wanted` takes, in their order."""

    def __init__(self, i18n: gr.I18n) -> None:
        def pick(name: str, value: str = ANY, **more: Any) -> gr.Dropdown:
            label = i18n("filter" if name == "filter" else f"queue_{name}")
            return gr.Dropdown([value], value=value, label=label, min_width=150, **{"filterable": False} | more)

        with gr.Row(elem_classes="pd-buttons pd-filters"):
            self.status = pick("filter", "proposed", elem_id="filter")
            self.words = gr.Textbox(label=i18n("queue_search"), max_lines=1, elem_id="queue-search", min_width=200)
            self.risk = pick("risk", elem_id="queue-risk")
            self.category = pick("category", filterable=True, elem_id="queue-category")
            self.order = pick("order", "gain", elem_id="queue-order")
            self.refresh = gr.Button(i18n("refresh"), size="md", min_width=110, scale=0)
        with (
            gr.Accordion(i18n("queue_more"), open=False, elem_id="queue-more"),
            gr.Row(elem_classes="pd-buttons pd-filters"),
        ):
            self.goal = pick("goal", elem_id="queue-goal")
            self.basis = pick("basis", elem_id="queue-basis")
            self.asked_by = pick("asked_by", filterable=True, elem_id="queue-asked")
            self.batch = pick("batch", filterable=True, elem_id="queue-batch")
            self.least = gr.Number(label=i18n("queue_least"), value=0, minimum=0, min_width=150, elem_id="queue-least")
        self.choosing = [self.status, self.risk, self.category, self.order, self.goal, self.basis, self.asked_by]
        self.choosing.append(self.batch)
        self.inputs: list[Component] = [*self.choosing, self.words, self.least]

    def named(self, values: list[Any], there: dict[str, list[str]], language: Language) -> list[gr.Dropdown]:
        """The dropdowns with their choices in the reader's language; a choice that is made stays one."""
        choices: list[Choices] = [
            [(status_name(one, language), one) for one in STATUSES],
            _any([(say(f"risk_{one}", language), one) for one in RISKS], language),
            _any([(flat(one, 80) or say("queue_no_category", language), one) for one in there["category"]], language),
            [(say(f"order_{one}", language), one) for one in ORDERS],
            _any([(say(f"goal_{one}", language), one) for one in GOALS], language),
            _any([(say(f"basis_{one}", language), one) for one in BASES], language),
            _any([(flat(one, 80), one) for one in there["asked_by"]], language),
            _any([(flat(one, 80), one) for one in there["batch"]], language),
        ]
        return [_with(found, value) for found, value in zip(choices, values, strict=False)]


def wanted(values: list[Any]) -> tuple[Wanted, str]:
    """What is asked for, and its order, from the values of `Filters.inputs`."""
    status, risk, category, order, goal, basis, asked_by, batch, words, least = values
    asked = Wanted(
        status="" if status == "all" else str(status or "proposed"), words=str(words or "")[:200],
        category=None if category in (ANY, None) else str(category), risk=_some(risk), goal=_some(goal),
        basis=_some(basis), asked_by=_some(asked_by), batch=_some(batch), least=max(0.0, float(least or 0)),
    )  # fmt: skip
    return asked, order if order in ORDERS else "gain"


def _some(value: object) -> str:
    return "" if value in (ANY, None) else str(value)


def _any(choices: Choices, language: Language) -> Choices:
    return [(say("queue_any", language), ANY), *choices]


def _with(choices: Choices, value: Any) -> gr.Dropdown:
    there = value in {one for _, one in choices}
    return gr.Dropdown(choices=choices if there else [*choices, (flat(str(value), 80), value)], value=value)
