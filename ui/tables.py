"""A table of words, as HTML that a reader of the screen can follow."""

from collections.abc import Iterable, Sequence

from ui.markup import Html, el, joined


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """Each row begins with its header cell; a wide table scrolls by itself, by keyboard too."""
    head = el("tr", *(el("th", name, scope="col") for name in heads))
    body = [_row(heads, row) for row in rows]
    whole = el("table", el("caption", title), el("thead", head), el("tbody", joined(*body)))
    return el("div", whole, class_="pd-scroll pd-table", role="region", aria_label=title, tabindex="0")


def _row(heads: Sequence[str], row: Sequence[str]) -> Html:
    """Each cell knows its column, for a phone, where a row stands as a card."""
    first, *rest = (
        el("td" if n else "th", cell, data_label=name, scope=None if n else "row")
        for n, (name, cell) in enumerate(zip(heads, row, strict=True))
    )
    return el("tr", first, *rest)
