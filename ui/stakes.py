"""What is at stake in the queue, told in sums and by category and risk."""

from collections.abc import Sequence

from agents.rendering import Language
from db.rulebook import LEVELS
from db.stakes import Cell, Stake, by, stakes
from ui.amounts import money
from ui.markup import Html, el, joined
from ui.words import say

SHOWN = 20  # categories; the rest is counted


def summary(cells: Sequence[Cell], language: Language) -> Html:
    """Sums per currency and basis, and below them the groups."""
    if not cells:
        return Html("")
    sums = el("dl", *(_sum(stake, language) for stake in stakes(cells)), class_="pd-figures")
    how = el("p", say("stakes_how", language), class_="pd-faint")
    groups = el("details", el("summary", say("stakes_groups", language)), _groups(cells, language), how)
    return el("section", sums, groups, class_="pd-stakes", aria_label=say("stakes", language))


def short(of: Sequence[Stake], language: Language) -> str:
    """The same in a line: +£340 (90 %: +£12 to +£660)."""
    return "; ".join(f"{_told(s, language)} ({_interval(s, language)})" for s in of)


def _sum(stake: Stake, language: Language) -> Html:
    return el(
        "div",
        el("dt", say(f"stakes_{stake.basis}", language, currency=stake.currency)),
        el("dd", _signed(stake.expected, stake, language)),
        el("dd", _interval(stake, language), class_="pd-faint"),
        el("dd", say("stakes_count", language, n=f"{stake.count:,}"), class_="pd-faint"),
    )


def _groups(cells: Sequence[Cell], language: Language) -> Html:
    names = by(cells, lambda cell: cell.category)
    first = sorted(names, key=lambda name: -sum(abs(s.expected) for s in names[name]))
    head = el(
        "tr",
        el("th", say("queue_category", language), scope="col"),
        *(el("th", say(f"risk_{level}", language), scope="col") for level in LEVELS),
        el("th", say("stakes_all", language), scope="col"),
    )
    rows = [_group(name, [c for c in cells if c.category == name], language) for name in first[:SHOWN]]
    foot = _group("", cells, language, say("stakes_all", language))
    table = el("table", el("thead", head), el("tbody", *rows), el("tfoot", foot))
    more = len(first) - SHOWN
    rest = el("p", say("stakes_more", language, n=more), class_="pd-faint") if more > 0 else Html("")
    return joined(el("div", table, class_="pd-scroll", tabindex="0"), rest)


def _group(name: str, cells: Sequence[Cell], language: Language, title: str = "") -> Html:
    risks = by(cells, lambda cell: cell.risk)
    columns = [*(risks.get(level, []) for level in LEVELS), stakes(cells)]
    label = title or name or say("queue_no_category", language)
    return el("tr", el("th", label, scope="row"), *(_amounts(column, language) for column in columns))


def _amounts(of: Sequence[Stake], language: Language) -> Html:
    if not of:
        return el("td", "–")
    lines = (
        el("span", f"{stake.count:,} · {_told(stake, language)}", title=_interval(stake, language)) for stake in of
    )
    return el("td", *lines)


def _told(stake: Stake, language: Language) -> str:
    """The sum, and what it counts where that is not profit."""
    basis = f" {say(f'basis_{stake.basis}', language)}" if stake.basis != "profit" else ""
    return f"{_signed(stake.expected, stake, language)}{basis}"


def _signed(amount: float, stake: Stake, language: Language) -> str:
    return money(amount, stake.currency, language, signed=True)


def _interval(stake: Stake, language: Language) -> str:
    low, high = (_signed(amount, stake, language) for amount in (stake.low, stake.high))
    return say("interval", language, low=low, high=high)
