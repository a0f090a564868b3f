"""Whether a new adapter replaces the one in use: surely better over all, and nowhere worse.

Both read the same messages, so only those count on which they differ (McNemar's test in its exact form: a sign test on
the discordant pairs; McNemar 1947, Psychometrika 12). Without it every second retraining would be "better" by chance.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from typing import Literal

from serving.llm.scores import Judged, share

Measure = Literal["tool", "exact", "explained"]

SURE = 0.05  # how often an adapter that is no better may pass for better
ALARMED = 0.10  # the same for "worse in a language": wider, for a refusal costs a training, a worse desk costs money
MARGIN = 0.01  # of a language's messages; what a merchant would not notice in a hundred questions is no harm

READ: dict[Measure, Callable[[Judged], bool]] = {"tool": lambda one: one.tool, "exact": lambda one: one.exact}


@dataclass(frozen=True)
class Pair:
    """One measure in one language ("all" for every one), before and after; `gained` and `lost` are the messages that
    only the new one, only the old one, got right."""

    language: str
    measure: Measure
    many: int
    before: int
    after: int
    gained: int
    lost: int

    @property
    def better(self) -> bool:
        return self.gained > self.lost and chance(self.gained, self.lost) <= SURE

    @property
    def worse(self) -> bool:
        return self.lost - self.gained > MARGIN * self.many and chance(self.lost, self.gained) <= ALARMED


@dataclass(frozen=True)
class Verdict:
    """`reasons` say why not; empty where the new adapter is adopted."""

    pairs: tuple[Pair, ...]
    reasons: tuple[str, ...]

    @property
    def adopted(self) -> bool:
        return not self.reasons


def chance(more: int, fewer: int) -> float:
    """The probability of at least `more` heads in `more + fewer` throws of a fair coin."""
    throws = more + fewer
    return float(sum(comb(throws, heads) for heads in range(more, throws + 1)) / 2**throws)


def paired(old: Sequence[Judged], new: Sequence[Judged]) -> tuple[Pair, ...]:
    """Tools and exact calls over all and by language, of the same messages in the same order."""
    return tuple(
        pair
        for measure, right in READ.items()
        for pair in counted(measure, [(a.language, right(a), right(b)) for a, b in zip(old, new, strict=True)])
    )


def counted(measure: Measure, right: Sequence[tuple[str, bool, bool]]) -> tuple[Pair, ...]:
    """Over all and by language, out of (language, whether the old one was right, whether the new one was)."""
    languages = ["all", *dict.fromkeys(language for language, *_ in right)]
    return tuple(
        _pair(language, measure, [(old, new) for where, old, new in right if language in ("all", where)])
        for language in languages
    )


def _pair(language: str, measure: Measure, right: Sequence[tuple[bool, bool]]) -> Pair:
    before, after = (sum(column) for column in zip(*right, strict=True))
    return Pair(language, measure, len(right), before, after, right.count((False, True)), right.count((True, False)))


def verdict(pairs: Sequence[Pair]) -> Verdict:
    """Whether the new one is adopted: surely better in exact calls over all, surely worse nowhere."""
    reasons = [
        f"{pair.language}, {pair.measure}: {pair.lost} lost, {pair.gained} gained"
        for pair in pairs
        if pair.language != "all" and pair.worse
    ]
    whole = next(pair for pair in pairs if (pair.language, pair.measure) == ("all", "exact"))
    if not whole.better:
        by_chance = chance(whole.gained, whole.lost)
        reasons.insert(
            0,
            f"not surely better: {whole.gained} exact calls gained, {whole.lost} lost "
            f"(probability by chance {by_chance:.2f}, at most {SURE} wanted)",
        )
    return Verdict(tuple(pairs), tuple(reasons))


def table(pairs: Sequence[Pair]) -> str:
    """Markdown."""
    lines = ["| | | messages | before | after | gained | lost |", "|---|---|---|---|---|---|---|"]
    lines += [
        f"| {one.language} | {one.measure} | {one.many} | {share(one.before, one.many):.1%} "
        f"| {share(one.after, one.many):.1%} | {one.gained} | {one.lost} |"
        for one in pairs
    ]
    return "\n".join(lines)
