"""How requests as understood compare with what was meant."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.reading.text import fold
from agents.request import Request

UNSCORED = ("question",)  # the message itself: code fills it in
CLOSE = 0.05  # numbers nearer than this are the same: a third off is 33.3 or 33.33


@dataclass(frozen=True)
class Judged:
    """One message: what was meant and what was understood (None: no lawful answer)."""

    language: str
    meant: Request
    understood: Request | None
    seconds: float = 0.0
    by: str = "model"
    tokens: float = 0

    @property
    def tool(self) -> bool:
        return self.understood is not None and self.understood.tool == self.meant.tool

    @property
    def exact(self) -> bool:
        return self.understood is not None and not differing(self.meant, self.understood)


def differing(meant: Request, understood: Request) -> list[str]:
    """The fields that are not the same; letters of any case or width, and an article, count as the same."""
    one, other = meant.shown(), understood.shown()
    names = [name for name in Request.model_fields if name in {*one, *other} - {*UNSCORED}]
    return [name for name in names if not _same(one.get(name), other.get(name))]


def _same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < CLOSE
    if isinstance(one, str) and isinstance(other, str):
        return _plain(one) == _plain(other)
    return one == other


def _plain(words: str) -> str:
    text = " ".join(fold(words).text.split()).strip(" .,!?;:'\"「」“”#")
    for article in ("the ", "our ", "my ", "a "):
        text = text.removeprefix(article)
    return text


@dataclass
class Scores:
    """Counts; `fields` and `tools` are (right, of) by name, `confused` counts (meant, understood) tools."""

    many: int = 0
    tool: int = 0
    exact: int = 0
    seconds: float = 0.0
    by_model: int = 0
    fields: dict[str, tuple[int, int]] = field(default_factory=dict)
    tools: dict[str, tuple[int, int]] = field(default_factory=dict)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    tokens: float = 0


def scored(judged: Sequence[Judged]) -> Scores:
    """A field counts where either side has it."""
    found = Scores()
    for one in judged:
        found.many += 1
        found.tool += one.tool
        found.exact += one.exact
        found.seconds += one.seconds
        found.tokens += one.tokens
        found.by_model += one.by == "model"
        _count(found.tools, one.meant.tool, one.exact)
        if not one.tool:
            found.confused[one.meant.tool, one.understood.tool if one.understood else "none"] += 1
        _fields(found, one)
    return found


def _fields(found: Scores, one: Judged) -> None:
    understood = one.understood.shown() if one.understood else {}
    wrong = differing(one.meant, one.understood) if one.understood else list(one.meant.shown())
    for name in {*one.meant.shown(), *understood} - {"tool", *UNSCORED}:
        _count(found.fields, name, name not in wrong)


def _count(counts: dict[str, tuple[int, int]], name: str, right: bool) -> None:
    before = counts.get(name, (0, 0))
    counts[name] = (before[0] + right, before[1] + 1)


def share(right: int, of: int) -> float:
    return right / of if of else 0.0


def table(by_language: dict[str, Scores]) -> str:
    """Markdown: one line a language, then the fields, the tools and the commonest confusions."""
    lines = ["| | messages | tool | exact | by the model | s a message | tokens a message |"]
    lines.append("|---|---|---|---|---|---|---|")
    for language, s in by_language.items():
        lines.append(
            f"| {language} | {s.many} | {share(s.tool, s.many):.1%} | {share(s.exact, s.many):.1%} "
            f"| {share(s.by_model, s.many):.1%} | {share_of_time(s):.2f} | {tokens_each(s):.0f} |"
        )
    for language, s in by_language.items():
        lines += ["", f"{language}, exact by tool: " + _listed(s.tools), f"{language}, by field: " + _listed(s.fields)]
        lines.append(
            f"{language}, confused: " + ", ".join(f"{a} as {b} {n}" for (a, b), n in s.confused.most_common(8))
        )
    return "\n".join(lines)


def plain(s: Scores) -> dict[str, Any]:
    """The counts in JSON types."""
    return {
        "messages": s.many, "tool": share(s.tool, s.many), "exact": share(s.exact, s.many),
        "by_model": share(s.by_model, s.many), "seconds": share_of_time(s), "tokens": tokens_each(s),
        "tools": s.tools, "fields": s.fields,
        "confused": {f"{meant} as {understood}": n for (meant, understood), n in s.confused.most_common()},
    }  # fmt: skip


def share_of_time(s: Scores) -> float:
    """Seconds a message."""
    return s.seconds / s.many if s.many else 0.0


def tokens_each(s: Scores) -> float:
    """Tokens generated a message."""
    return s.tokens / s.many if s.many else 0.0


def _listed(counts: dict[str, tuple[int, int]]) -> str:
    return ", ".join(f"{name} {right}/{of}" for name, (right, of) in sorted(counts.items()))
