"""Whether opinions of a product have turned, when, and how surely.

Opinions in order of time are a mean with noise about it. Against one mean stands the posterior over every place where
the mean may have changed (Smith 1975; normal data with unknown means and variance, unit-information priors), which says
both how likely a turn is and when it was: its mode is the place of least squares. All places are weighed at once, so no
search is needed. A turn is told only where it is likely, of some size, and has enough voices on both sides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SIDE = 6.0  # voices before and after, copies counted once
NEEDED = 2 * SIDE  # in all, below which no turn can be told
LIKELY = 0.95  # posterior probability
SIZE = 0.15  # of the scale, between the means
PRIOR = 0.5  # of a turn


@dataclass(frozen=True)
class Opinion:
    """One review as far as a turn goes: `score` from 0 (displeased) to 1, `weight` one over its copies."""

    written_on: date
    score: float
    weight: float = 1.0


def voices(opinions: Sequence[Opinion]) -> float:
    """How many speak, copies counted once."""
    return float(sum(o.weight for o in opinions))


@dataclass(frozen=True)
class Turn:
    """A change of the mean opinion. `on` is the first day of the new one, `low` to `high` its 90 % interval."""

    on: date
    low: date
    high: date
    before: float  # mean score, 0 to 1
    after: float
    chance: float  # that there was a turn at all
    voices: float  # after it, copies counted once
    fewer: float = SIDE  # voices on the side that has fewer

    @property
    def worse(self) -> bool:
        return self.after < self.before


def turn(opinions: Sequence[Opinion]) -> Turn | None:
    """The turn in these opinions; None where there is none, or too little to say so. Raises as `suspected` does."""
    found = suspected(opinions)
    return found if found is not None and found.fewer >= SIDE else None


def suspected(opinions: Sequence[Opinion]) -> Turn | None:
    """The turn in these opinions, however few voices stand on either side of it; None where there is none.

    Raises ValueError for a score outside 0 to 1 or a weight that is not above 0.
    """
    if any(not 0 <= o.score <= 1 or not o.weight > 0 for o in opinions):
        raise ValueError("scores are from 0 to 1, weights above 0")
    ordered = sorted(opinions, key=lambda o: o.written_on)
    score = np.array([o.score for o in ordered], np.float64)
    weight = np.array([o.weight for o in ordered], np.float64)
    days = [o.written_on for o in ordered]
    places = _places(days)
    if not len(places):
        return None
    chance, posterior = _posterior(score, weight, places)
    place = int(places[posterior.argmax()])
    before, after = (
        float(np.average(score[part], weights=weight[part])) for part in (slice(place), slice(place, None))
    )
    fewer = min(float(weight[:place].sum()), float(weight[place:].sum()))
    if chance < LIKELY or abs(after - before) < SIZE:
        return None
    low, high = _interval(posterior)
    return Turn(
        days[place], days[min(int(places[low]), place)], days[max(int(places[high]), place)],
        before, after, chance, float(weight[place:].sum()), fewer,
    )  # fmt: skip


def _places(days: Sequence[date]) -> npt.NDArray[np.int64]:
    """Where a new opinion may begin: at a day's first review."""
    return np.array([i for i in range(1, len(days)) if days[i] != days[i - 1]], np.int64)


def _posterior(score: Floats, weight: Floats, places: npt.NDArray[np.int64]) -> tuple[float, Floats]:
    """The probability of a turn, and, given one, of each place (P,)."""
    seen, product, square = np.cumsum(weight), np.cumsum(weight * score), np.cumsum(weight * score**2)
    count, last = seen[-1], places - 1
    left = square[last] - product[last] ** 2 / seen[last]
    right = square[-1] - square[last] - (product[-1] - product[last]) ** 2 / (count - seen[last])
    alone = square[-1] - product[-1] ** 2 / count
    floor = 0.02**2 * count  # scores are never exact
    odds = -0.5 * (count - 1) * (np.log(left + right + floor) - np.log(alone + floor))
    odds -= 0.5 * np.log(seen[last] * (count - seen[last]) / count)  # of the second mean
    grown = np.exp(odds - odds.max())
    evidence = float(odds.max() + np.log(grown.mean()) + np.log(PRIOR / (1 - PRIOR)))
    return float(1 / (1 + np.exp(-np.clip(evidence, -700, 700)))), grown / grown.sum()


def _interval(posterior: Floats) -> tuple[int, int]:
    """The places between which nine tenths lie."""
    summed = np.cumsum(posterior)
    return int(np.searchsorted(summed, 0.05)), min(int(np.searchsorted(summed, 0.95)), len(posterior) - 1)
