"""Which rung to take when every rung is uncertain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pricing.panel import Floats
from pricing.risk import p_below

LOSS_AVERSION = 2.0  # a unit lost in some world weighs as much as this many gained (Tversky & Kahneman 1992: 2.25)
MAX_P_LOSS = 0.05  # no step is taken that is likelier to lose: then about one taken step in twenty does
MIN_GAIN = 0.005  # of what today's price brings: a smaller gain is not worth a change
SAME = 0.005  # two prices that sell as much, to this share, sell the same

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Choice:
    """The rung to take, and the one that looks best when risk is not counted (the same where no gain is worth it)."""

    rung: int
    best: int
    gain: float  # of `best` against today's rung, mean over the worlds, in the unit of the goal
    p_loss: float  # of `best`


def choose(value: Floats, earned: Floats, allowed: Mask, now: int) -> Choice:
    """The allowed rung whose gain best pays for its risk; today's, `now`, where none does and it is allowed itself.

    `value` (S, P) is the goal in every world, `earned` (P,) the mean money, which decides between equals. A rung
    scores its mean gain over today's less LOSS_AVERSION times its mean loss (the mean over all worlds of what is lost
    in the losing ones), so a longer step must earn its wider spread. It must also gain MIN_GAIN and lose in at most
    MAX_P_LOSS of the worlds; a shorter step is taken where the best one fails. Where today's rung is not allowed, the
    best score wins without these conditions.
    """
    change = value - value[:, [now]]
    gain = change.mean(axis=0)
    lost = (np.abs(change).mean(axis=0) - gain) / 2  # the mean of what is below 0, without a copy of it
    score = gain - LOSS_AVERSION * lost
    p_loss = p_below(change)
    today = abs(float(value[:, now].mean()))
    worth = MIN_GAIN * today
    pays = allowed & (score > 0) & (gain >= worth) & (p_loss <= MAX_P_LOSS)
    best = _largest(gain, earned, allowed)
    if not allowed[now]:
        rung = _largest(score, earned, allowed)
    else:
        rung = _largest(score, earned, pays) if pays.any() else now
    best = best if gain[best] > worth else rung
    return Choice(rung, best, float(gain[best]), float(p_loss[best]))


def clearing(wanted: Floats, money: Floats, stock: float, allowed: Mask, now: int) -> Choice:
    """The dearest allowed rung at which the mean of the units `wanted` (S, P) reaches the stock.

    Where today's clears it, another that clears is taken only if it pays. Where none clears, the rung that sells most,
    the dearest of those that sell the same. The choice speaks of units sold.
    """
    sold = np.minimum(wanted, stock)
    clears = allowed & (wanted.mean(axis=0) >= stock)
    if clears[now]:
        return choose(money, money.mean(axis=0), clears, now)
    units = sold.mean(axis=0)
    most = float(units[allowed].max())
    enough = clears if clears.any() else allowed & (units >= most * (1 - SAME))
    rung = int(np.flatnonzero(enough)[-1])
    change = sold[:, rung] - sold[:, now]
    return Choice(rung, rung, float(change.mean()), float(p_below(change)))


def _largest(score: Floats, earned: Floats, among: Mask) -> int:
    """Of the rungs in `among`, the one with the largest score; of equals the one that earns most."""
    rungs = np.flatnonzero(among)
    order = np.lexsort((earned[rungs], np.round(score[rungs], 9)))
    return int(rungs[order[-1]])
