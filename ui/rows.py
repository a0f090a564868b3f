"""Tables in HTML whose rows can be chosen by mouse and keyboard, and that stand as cards on a phone."""

from collections.abc import Sequence

import gradio as gr

from agents.rendering import Language
from ui.markup import Html, el, flat

PICKING = """element.addEventListener('click', (event) => {
  const one = event.target.closest('[data-pick]');
  if (one) trigger('click', { pick: one.dataset.pick });
});"""


def picking(elem_id: str) -> gr.HTML:
    """HTML whose `click` tells which of the buttons made by `pick` was pressed."""
    return gr.HTML(elem_id=elem_id, js_on_load=PICKING)


def picked(event: gr.EventData) -> str:
    """What was pressed; "" where the event does not say."""
    return str((event._data or {}).get("pick", ""))


def pick(text: str, value: str, class_: str = "pd-link") -> Html:
    return el("button", text, type="button", data_pick=value, class_=class_)


def table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    """A table with its caption for those who hear it; each cell knows its column, for the phone."""
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in headers)))
    lines = [
        el("tr", *(el("td", cell, data_label=name) for name, cell in zip(headers, row, strict=True))) for row in rows
    ]
    whole = el("table", el("caption", title, class_="pd-unseen"), head, el("tbody", *lines), class_="pd-table")
    return el("div", whole, class_="pd-scroll", tabindex="0", role="region", aria_label=title)


def name_of(name: str, name_zh: str, language: Language, most: int = 120) -> str:
    """A product's name in the reader's language, where it has one."""
    return flat((name_zh if language == "zh" else "") or name, most)


def whole(text: str) -> Html:
    """A text that no line breaks."""
    return el("span", text, class_="pd-whole")


def faint(text: str) -> Html:
    return el("p", text, class_="pd-faint")
