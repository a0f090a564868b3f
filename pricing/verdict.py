"""What a backtest says, in words and as rows."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pricing.backtest import OURS, PACES, PLANNED, Backtest
from pricing.folds import Mask
from pricing.scores import Score, clustered, pinball

NORMAL_95 = 1.6448536269514722
LOWEST, HIGHEST = 0.87, 0.93  # coverage between which a 90 % interval is as promised
COLUMNS = (
    "part", "method", "weeks", "wape", "bias", "rmsse", "pinball", "loss", "coverage", "coverage_se", "below", "above",
    "width",
)  # fmt: skip
EVERYTHING = "all"


@dataclass(frozen=True)
class Margin:
    """The scaled pinball loss of one method as a share of another's, on the same outcomes."""

    ratio: float
    se: float  # outcomes of one product, and of one week, hang together


def margin(test: Backtest, one: str, other: str, where: Mask | None = None) -> Margin:
    """How `one` compares with `other`: a ratio of means, its error by linearisation. NaN where nothing is scored."""
    told = np.isfinite(test.actual) & (True if where is None else where)
    if not told.any():
        return Margin(np.nan, np.nan)
    weight = 1 / np.maximum(told.sum(axis=1), 1) / told.any(axis=1).sum()
    weight = np.where(told, (weight / np.where(test.scale.absolute > 0, test.scale.absolute, 1))[:, None], 0)
    mine, theirs = (
        np.where(told, pinball(test.actual, test.fans[name].quantiles), 0) * weight for name in (one, other)
    )
    ratio = float(mine.sum() / theirs.sum()) if theirs.sum() > 0 else np.nan
    off = np.where(told, mine - ratio * theirs, np.nan)
    return Margin(ratio, clustered(off, test.product, test.week) / float(theirs.sum() or np.nan))


def best(scores: dict[str, Score], *leaving: str) -> str:
    """The method of the least pinball loss."""
    return min((name for name in scores if name not in leaving), key=lambda name: scores[name].pinball)


def verdict(test: Backtest, where: Mask | None = None) -> str:
    """Who forecasts best here, by how much, and how our interval covers, in two sentences."""
    scores = test.scores(where)
    if not scores[OURS].weeks:
        return (
            "Nothing to judge: none of these products had sold before the dates tried and was on hand after them. "
            "Ask for other products, or for fewer folds."
        )
    return " ".join([_winner(test, scores, where), _covering(scores[OURS])])


def _winner(test: Backtest, scores: dict[str, Score], where: Mask | None) -> str:
    if not set(scores) - {OURS, PLANNED}:
        return f"No other method was tried; the pinball loss of {OURS} is {scores[OURS].pinball:.3f}."
    rival = best(scores, OURS, PLANNED)
    found = margin(test, OURS, rival, where)
    low, high = (100 * (1 - found.ratio - s * NORMAL_95 * found.se) for s in (1, -1))
    if low > 0:
        return (
            f"Best here: {OURS}. Its pinball loss is {100 * (1 - found.ratio):.1f} % under that of {rival}, the best "
            f"of the others (90 % interval {low:.1f} to {high:.1f} %)."
        )
    if high < 0:
        return (
            f"Best here: {rival}. The pinball loss of {OURS} is {100 * (found.ratio - 1):.1f} % over it "
            f"(90 % interval {-high:.1f} to {-low:.1f} %)."
        )
    better = "under" if found.ratio <= 1 else "over"
    return (
        f"No clear winner: the pinball loss of {OURS} is {100 * abs(1 - found.ratio):.1f} % {better} that of {rival}, "
        "the best of the others, which may be chance."
    )


def _covering(ours: Score) -> str:
    if LOWEST <= ours.coverage <= HIGHEST:
        word = "as promised"
    else:
        word = "narrower than promised" if ours.coverage < LOWEST else "wider than need be"
    return (
        f"The 90 % interval of {OURS} held {100 * ours.coverage:.1f} % of {ours.weeks:,} weeks "
        f"(standard error {100 * ours.coverage_se:.1f}): {word}."
    )


def parts(test: Backtest) -> dict[str, Mask | None]:
    """Everything, each class of speed, intermittent items, and each week ahead."""
    found: dict[str, Mask | None] = {EVERYTHING: None}
    found |= {name: test.at_pace(name) for name in PACES} | {"intermittent": test.intermittent()}
    return found | {f"week {week}": test.ahead(week) for week in range(1, test.actual.shape[1] + 1)}


def rows(test: Backtest) -> list[dict[str, Any]]:
    """A row in COLUMNS for every method and part that has something to compare."""
    return [
        {"part": part, "method": name, **asdict(one)}
        for part, where in parts(test).items()
        for name, one in test.scores(where).items()
        if one.weeks
    ]


def summary(test: Backtest) -> dict[str, Any]:
    """All of it for a program."""
    return {
        "verdict": verdict(test),
        "dates": [str(date) for date in test.dates],
        "weeks_ahead": test.actual.shape[1],
        "products": test.products,
        "left_out": {"out_of_stock": test.censored, "without_forecast": dict(test.unanswered)},
        "scores": rows(test),
    }
