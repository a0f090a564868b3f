"""How much a product borrows from its peers."""

from dataclasses import dataclass

import numpy as np

from pricing.panel import Floats


@dataclass(frozen=True)
class Pool:
    """What a group of estimates says together: a mean, its standard error, and the spread between members."""

    mean: float
    se: float
    between: float  # standard deviation of the true values
    members: float  # effective number of members that inform the mean


def pool(estimate: Floats, se: Floats, floor: float = 0.35) -> Pool:
    """Random-effects mean of M estimates; `floor` is the least spread believed.

    The variance between members is Paule & Mandel's (1982). Estimates far out (beyond 4 robust deviations of the
    group) are drawn in first, so that one failed fit does not make the group look heterogeneous.
    """
    drawn = _drawn_in(estimate, se)
    variance = max(_paule_mandel(drawn, se), floor**2)
    weight = 1 / (se**2 + variance)
    mean = float(np.average(drawn, weights=weight))
    members = float(weight.sum() ** 2 / (weight**2).sum())
    # With few members the spread itself is uncertain (Hartung & Knapp 2001).
    scale = max(1.0, float((weight * (drawn - mean) ** 2).sum() / max(len(drawn) - 1, 1)))
    return Pool(mean, float(np.sqrt(scale / weight.sum())), float(np.sqrt(variance)), members)


def shrink(estimate: Floats, se: Floats, group: Pool) -> tuple[Floats, Floats, Floats]:
    """Posterior mean, its standard error and the share given to the group, each (M,). An infinite `se` gives all."""
    share = np.where(np.isfinite(se), 1 / (1 + group.between**2 / np.where(np.isfinite(se), se, 1) ** 2), 1.0)
    own = np.where(np.isfinite(se), estimate, 0.0)
    mean = (1 - share) * own + share * group.mean
    variance = share * group.between**2 + share**2 * group.se**2
    return mean, np.sqrt(variance), share


def _drawn_in(estimate: Floats, se: Floats) -> Floats:
    middle = float(np.median(estimate))
    width = 4 * np.sqrt(se**2 + (1.4826 * float(np.median(np.abs(estimate - middle)))) ** 2)
    return np.clip(estimate, middle - width, middle + width)


def _paule_mandel(estimate: Floats, se: Floats, steps: int = 60) -> float:
    """Variance at which the weighted sum of squares equals its expectation, by bisection; 0 where it never exceeds."""
    low, high = 0.0, float(np.var(estimate)) * 4 + 1e-6
    for _ in range(steps):
        middle = (low + high) / 2
        weight = 1 / (se**2 + middle)
        mean = (weight * estimate).sum() / weight.sum()
        if (weight * (estimate - mean) ** 2).sum() > len(estimate) - 1:
            low = middle
        else:
            high = middle
    return low if low > 1e-9 else 0.0


def pool_of_pools(groups: dict[str, Pool]) -> dict[str, Pool]:
    """Groups drawn to each other: their means (where there are three or more) and their spreads.

    A spread estimated from few members is itself a guess, so it counts as `members` against ten of the typical one.
    """
    if len(groups) < 3:
        return groups
    means, errors = np.array([g.mean for g in groups.values()]), np.array([g.se for g in groups.values()])
    drawn, se, _ = shrink(means, errors, pool(means, errors))
    typical = float(np.median([g.between**2 for g in groups.values()]))
    return {
        name: Pool(
            float(m), float(s), float(np.sqrt((g.members * g.between**2 + 10 * typical) / (g.members + 10))), g.members
        )
        for (name, g), m, s in zip(groups.items(), drawn, se, strict=True)
    }
