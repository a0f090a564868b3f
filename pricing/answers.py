"""How competitors have answered to a price, and what their price does to our units, read from weekly history."""

from dataclasses import dataclass, replace

import numpy as np

from pricing.elasticity import Elasticity
from pricing.errors import NotEnoughDataError
from pricing.guardrails import Offer
from pricing.panel import Floats, Panel
from pricing.ppml import robust_se
from pricing.reaction import own_fit
from pricing.regressors import RIVAL
from pricing.rivalry import Rival

LEAST_WEEKS = 26  # in which both prices are known
LEAST_CHANGES = 6  # of our price, in those weeks
LEAST_MOVE = 0.005  # spread of the competitors' log price below which it never moved
WIDEST = 1.0  # 90 % interval of the following beyond which it says nothing
MEMORY = 6  # weeks over which an answer comes
WAVE = 26  # weeks: what drifts more slowly moves both prices alike, and is no answer
LAGS = 8  # weeks over which errors hang together (Newey & West 1987)
NORMAL_95 = 1.6448536269514722
LADDER = np.linspace(0.7, 1.3, 61)  # of the competitors' price of today
ELASTIC = -1.1  # a seller whose buyers are less patient than this would not charge what it charges
METHOD = "their log price on the mean of ours over the 6 weeks before, less slow drift; Newey–West errors"


@dataclass(frozen=True)
class Answers:
    """Elasticities with standard errors: of the competitors' price to ours, and of our units to theirs."""

    follow: float
    follow_se: float
    ours: float
    ours_se: float
    weeks: int
    changes: int

    @property
    def interval(self) -> tuple[float, float]:
        half = NORMAL_95 * self.follow_se
        return self.follow - half, self.follow + half


def answers(panel: Panel) -> Answers:
    """Of the first product of the panel. Raises NotEnoughDataError where the history cannot say."""
    sku = panel.skus[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        mine, theirs = np.log(panel.price[0]), np.log(panel.competitor[0])
    before = _before(mine)
    known = np.isfinite(before) & np.isfinite(theirs)
    weeks, changes = int(known.sum()), int((np.abs(np.diff(mine[known])) > LEAST_MOVE).sum())
    if weeks < LEAST_WEEKS:
        raise NotEnoughDataError(
            f"{sku}: competitors' prices are known in {weeks} weeks; {LEAST_WEEKS} are needed to tell how they answer."
        )
    if changes < LEAST_CHANGES:
        raise NotEnoughDataError(
            f"{sku}: its price changed {changes} times beside known competitors; {LEAST_CHANGES} are needed to tell "
            "how they answer."
        )
    if float(theirs[known].std()) < LEAST_MOVE:
        raise NotEnoughDataError(f"{sku}: its competitors never moved their price, so how they answer cannot be told.")
    follow, se = _slope(before[known], theirs[known])
    if 2 * NORMAL_95 * se > WIDEST:
        raise NotEnoughDataError(f"{sku}: its competitors' prices move too much by themselves to tell how they answer.")
    own = own_fit(panel)
    effect, effect_se = float(own.fitted.coef[0, RIVAL]), float(robust_se(own.data, own.fitted, RIVAL)[0])
    return Answers(follow, se, effect, effect_se, weeks, changes)


def rival(found: Answers, fit: Elasticity, offer: Offer, worlds: int, seed: int = 0) -> Rival:
    """The competitors as one seller at their mean price, with draws of what is not known of it.

    Its buyers are taken to be like ours: as patient, and as ready to change over. Its cost is the one at which its
    price of today is its best (Lerner 1934), so that it moves for our change and for nothing else.
    """
    price = round(float(np.mean(offer.competitors)), 4)
    drawn = Rival.guessed(
        "the competition", price, np.round(LADDER * price, 4), cost=(0.0, 0.0),
        elasticity=(min(fit.elasticity, ELASTIC), fit.se), cross=(found.ours, found.ours_se),
        ours=(found.ours, found.ours_se), worlds=worlds, seed=seed,
    )  # fmt: skip
    slope = np.minimum(drawn.elasticity, ELASTIC)
    follow = np.random.default_rng(seed + 1).normal(found.follow, found.follow_se, worlds)
    return replace(
        drawn, price=float(drawn.prices[LADDER.size // 2]), elasticity=slope, cost=price * (1 + 1 / slope),
        cross=drawn.ours, follow=np.clip(follow, 0.0, 1.5),
    )  # fmt: skip


def _before(logs: Floats) -> Floats:
    """Mean (T,) over the MEMORY weeks before, NaN where one of them is not known."""
    found = np.full(logs.size, np.nan)
    if logs.size > MEMORY:
        found[MEMORY:] = np.lib.stride_tricks.sliding_window_view(logs, MEMORY)[:-1].mean(axis=1)
    return found


def _slope(x: Floats, y: Floats) -> tuple[float, float]:
    """Least squares with slow waves, and the standard error for errors that hang together."""
    time = np.arange(x.size)
    waves = [np.cos(np.pi * k * (time + 0.5) / x.size) for k in range(max(1, 2 * x.size // WAVE))]
    basis = np.stack(waves, axis=1)
    x, y = (v - basis @ np.linalg.lstsq(basis, v, rcond=None)[0] for v in (x, y))
    square = max(float(x @ x), 1e-12)
    slope = float(x @ y) / square
    score = x * (y - slope * x)
    total = float(score @ score)
    for lag in range(1, LAGS + 1):
        total += 2 * (1 - lag / (LAGS + 1)) * float(score[lag:] @ score[:-lag])
    freedom = x.size / max(x.size - basis.shape[1] - 1, 1)
    return slope, float(np.sqrt(max(total, float(score @ score) / 4) * freedom)) / square
