"""The list of proposals as a grid: a page of rows with what is needed to decide, or to know that others do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from agents.rendering import Language
from db.queue import Line, Precedent
from ui.amounts import change, day, money, probability
from ui.card import status_name
from ui.markup import Html, el, flat, joined
from ui.words import say

COLUMNS = (
    "col_product", "col_now", "col_new", "col_change", "col_gain", "col_p_loss", "col_risk", "col_by", "col_until",
    "col_last",
)  # fmt: skip
KEYS = ("move", "open", "pick", "approve", "reject", "search", "help")
_drawn = count()  # so that a list drawn again differs from the one before, and ticks are set as the server knows them


@dataclass(frozen=True)
class Sheet:
    """One page of the queue as one person sees it."""

    lines: Sequence[Line]
    first: int  # the number of lines before these
    count: int  # of all that match
    picked: Mapping[int, str] = field(default_factory=dict)  # content hash by number, on this page and elsewhere
    precedents: Mapping[int, Precedent] = field(default_factory=dict)
    hindrances: Mapping[int, str] = field(default_factory=dict)


def grid(sheet: Sheet, language: Language) -> Html:
    """The rows and, below them, the way to the other pages."""
    here = {line.id for line in sheet.lines}
    head = el(
        "tr",
        el(
            "th",
            _tick(say("queue_pick_page", language), False, data_page=""),
            scope="col",
            class_="pd-tick",
            data_label=say("queue_pick_page", language),
        ),
        *(el("th", say(name, language), scope="col", role="columnheader") for name in COLUMNS),
        role="row",
    )
    rows = [_row(line, sheet, place == 0, language) for place, line in enumerate(sheet.lines)]
    table = el(
        "table",
        el("thead", head, role="rowgroup"),
        el("tbody", *rows, role="rowgroup"),
        role="grid",
        aria_label=say("queue", language),
        aria_multiselectable="true",
        aria_rowcount=str(sheet.count + 1),
    )
    return el(
        "div",
        el("div", table, class_="pd-grid"),
        _pages(sheet, language),
        class_="pd-queue",
        data_drawn=str(next(_drawn)),
        data_elsewhere=str(len(sheet.picked.keys() - here)),
    )


def keys(language: Language) -> Html:
    """What the keyboard does, folded away until it is asked for."""
    lines = (el("li", say(f"keys_{name}", language)) for name in KEYS)
    return el(
        "details", el("summary", say("keys_title", language)), el("ul", *lines), class_="pd-keys", id="queue-keys"
    )


def _row(line: Line, sheet: Sheet, first: bool, language: Language) -> Html:
    picked = line.id in sheet.picked
    label = say("queue_pick", language, id=line.id, name=_name(line, language))
    cells = (
        _product(line, language),
        money(line.current_price, line.currency, language),
        el("strong", money(line.proposed_price, line.currency, language)),
        change(line.current_price, line.proposed_price, language),
        _gain(line, language),
        probability(line.p_loss, language),
        _risk(line, sheet.hindrances.get(line.id, ""), language),
        line.created_by,
        day(line.expires_at.isoformat(), language),
        _last(line, sheet.precedents.get(line.id), language),
    )
    return el(
        "tr",
        el("td", _tick(label, picked), role="gridcell", class_="pd-tick"),
        *(_cell(name, cell, language) for name, cell in zip(COLUMNS, cells, strict=True)),
        role="row",
        tabindex="0" if first else "-1",
        data_id=str(line.id),
        data_seen=line.content_hash,
        aria_selected="true" if picked else "false",
    )


def _cell(name: str, cell: str, language: Language) -> Html:
    return el("td", cell, role="gridcell", data_label=say(name, language), class_=f"pd-{name.replace('_', '-')}")


def _tick(label: str, on: bool, **more: str) -> Html:
    return el("input", type="checkbox", aria_label=label, checked="" if on else None, tabindex="-1", **more)


def _name(line: Line, language: Language) -> str:
    return flat((line.name_zh if language == "zh" else "") or line.name)


def _product(line: Line, language: Language) -> Html:
    under = " · ".join(one for one in (line.sku, line.category, f"{say('col_id', language)} {line.id}") if one)
    return joined(el("span", _name(line, language), class_="pd-name"), el("small", under))


def _gain(line: Line, language: Language) -> Html:
    low, high = (money(amount, line.currency, language, signed=True) for amount in (line.change_low, line.change_high))
    gain = money(line.expected_change, line.currency, language, signed=True)
    basis = el("small", say(f"basis_{line.basis}", language)) if line.basis == "revenue" else Html("")
    return joined(el("strong", gain), el("small", say("interval", language, low=low, high=high)), basis)


def _risk(line: Line, hindrance: str, language: Language) -> Html:
    parts = [el("span", say(f"risk_{line.risk}", language), class_=f"pd-chip pd-risk-{line.risk}")]
    if line.status != "proposed":
        parts.append(el("small", status_name(line.status, language)))
    elif hindrance:
        parts.append(el("small", say(f"row_{hindrance}", language), class_="pd-barred"))
    return joined(*parts)


def _last(line: Line, last: Precedent | None, language: Language) -> Html:
    if last is None:
        return el("small", say("last_none", language))
    step = say("last_step", language, step=change(last.price, line.proposed_price, language))
    verdict = say(f"last_{last.verdict}", language, price=money(last.price, last.currency, language), step=step)
    who = f"{last.by}, {day(last.at.isoformat(), language)}"
    why = el("small", f"“{flat(last.reason, 120)}”") if last.reason else Html("")
    return joined(el("span", verdict), el("small", who), why)


def _pages(sheet: Sheet, language: Language) -> Html:
    last = sheet.first + len(sheet.lines)
    shown = say("queue_shown", language, first=sheet.first + 1, last=last, count=sheet.count)
    return el(
        "nav",
        _turn("queue_previous", -1, sheet.first > 0, language),
        el("span", shown, role="status"),
        _turn("queue_next", 1, last < sheet.count, language),
        aria_label=say("queue", language),
    )


def _turn(name: str, step: int, there: bool, language: Language) -> Html:
    off = None if there else ""
    return el("button", say(name, language), type="button", data_turn=str(step), disabled=off)
