"""What a price earns if a competitor answers it.

A game of two sellers on two ladders of prices. It asks what a rival who seeks its own profit may do, so that a change
is judged with the answer in mind. The desk only ever chooses its own price: no signal to a rival, no agreement and no
joint profit is modelled, and equilibria are where each seller serves itself, found to know where prices may settle.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
from scipy.special import ndtr, ndtri

from pricing.choice import Mask
from pricing.coin import money
from pricing.demand import Demand
from pricing.errors import NotEnoughDataError
from pricing.game import SAME, Game
from pricing.guardrails import Offer
from pricing.outcome import Basis, outcome
from pricing.panel import Floats
from pricing.risk import HARMLESS, LEVELS, P_LOSS, Interval, Risk, interval, p_below

Stance = Literal["keeps", "matches", "responds", "follows"]
STANCES: tuple[Stance, ...] = ("keeps", "matches", "responds")
WORDS: Mapping[Stance, str] = {
    "keeps": "keeps its price",
    "matches": "matches the change",
    "responds": "answers as is best for itself",
    "follows": "follows as it did in the past",
}
GRAVE: tuple[Stance, ...] = ("responds", "follows")  # what a competitor may well do, and so raises the level of risk


@dataclass(frozen=True)
class Rival:
    """A competitor's product, with S draws of what is not known of it."""

    name: str
    price: float  # today's
    prices: Floats  # (R,) ascending, what it may charge; today's among them
    cost: Floats  # (S,) its unit cost
    elasticity: Floats  # (S,) of its units to its own price, below 0
    cross: Floats  # (S,) of its units to our price
    ours: Floats  # (S,) of our units to its price
    follow: Floats | None = None  # (S,) of its price to ours, as the past shows; None where it does not

    def __post_init__(self) -> None:
        draws = (self.cost, self.elasticity, self.cross, self.ours, *(() if self.follow is None else (self.follow,)))
        if len({d.shape for d in draws}) != 1 or draws[0].ndim != 1 or not draws[0].size:
            raise ValueError(f"{self.name}: cost, elasticity, cross and ours are as many draws each")
        if not all(np.isfinite(d).all() for d in (*draws, self.prices)) or self.cost.min() < 0:
            raise ValueError(f"{self.name}: prices and draws must be finite, and no cost below 0")
        if self.prices.ndim != 1 or not self.prices.size or self.prices[0] <= 0 or (np.diff(self.prices) <= 0).any():
            raise ValueError(f"{self.name}: prices must ascend and lie above 0")
        if not np.isclose(self.prices, self.price, rtol=1e-9).any():
            raise ValueError(f"{self.name}: its ladder lacks its price of today, {self.price}")

    @classmethod
    def guessed(
        cls,
        name: str,
        price: float,
        prices: Floats,
        *,
        cost: tuple[float, float],
        elasticity: tuple[float, float],
        cross: tuple[float, float],
        ours: tuple[float, float],
        worlds: int,
        seed: int = 0,
    ) -> Self:
        """Draws from ranges: `cost` evenly from the least to the most (the same twice where it is known), the others
        normal with a mean and a standard error; own elasticities below 0, cross effects of substitutes not below 0."""
        rng = np.random.default_rng(seed)
        if not 0 <= cost[0] <= cost[1]:
            raise ValueError(f"{name}: a cost lies between two numbers of 0 or more that ascend, not {cost}")
        return cls(
            name,
            price,
            np.asarray(prices, np.float64),
            rng.uniform(cost[0], cost[1], worlds),
            -_positive(rng, -elasticity[0], elasticity[1], worlds),
            _positive(rng, *cross, worlds),
            _positive(rng, *ours, worlds),
        )


@dataclass(frozen=True)
class Answer:
    """Our money under one stance of the rival, against keeping our price under the same stance."""

    stance: Stance
    money: Interval
    change: Interval
    p_loss: float
    rival_price: Interval


@dataclass(frozen=True)
class Rivalry:
    """A change of our price with a rival in mind."""

    sku: str
    currency: str
    rival: str
    price: float
    current: float
    basis: Basis
    answers: tuple[Answer, ...]  # one a stance, in the order of STANCES, then "follows" where the past shows it
    equilibria: tuple[tuple[float, float], ...]  # (ours, theirs) from which neither would move alone; mean payoffs
    rounds: tuple[tuple[float, float], ...]  # best answers in turn, after our change; theirs first
    settles: bool  # whether the rounds end in an equilibrium rather than in a cycle

    @property
    def worst(self) -> Answer:
        """The stance under which the change earns least on average."""
        return min(self.answers, key=lambda a: a.change.mean)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What the change brings under each stance, in words."""
        return tuple(
            f"If {self.rival} {WORDS[a.stance]}, it changes {self.basis} by {money(a.change.mean, self.currency)} on "
            f"average and loses with a probability of {a.p_loss:.0%}."
            for a in self.answers
        )


def rivalry(demand: Demand, offer: Offer, rival: Rival, price: float, allowed: Mask | None = None) -> Rivalry:
    """What `price` earns if the rival keeps its price, matches our relative change, or answers best for itself.

    Our units at our prices are the demand's, and a step of the rival's price adds `ours` times that relative step of
    today's units to them. The rival's units are linear in the relative steps of both prices (differentiated Bertrand
    competition; only their shape matters to it), so the dearer one seller is, the more the other can ask. In each
    world the rival knows its own cost and customers and takes the price that earns it most; of equals, the nearest to
    today's. Each stance is compared with keeping our price while the rival holds the same stance (matching what does
    not move is keeping), so what it would have done anyhow is not put down to our change.
    Equilibria and rounds use mean payoffs over the worlds, on the rungs of both ladders. Ours are the demand's prices
    that are not below cost or, with `allowed` (P,), those that it marks; today's is always among them.
    Raises ValueError where the draws do not pair up or the demand lacks a price, NotEnoughDataError where demand could
    not be told.
    """
    worlds = outcome(demand, offer)
    if rival.cost.shape != worlds.sold.shape[:1]:
        raise ValueError(f"{rival.cost.size} draws of {rival.name} do not pair with {worlds.sold.shape[0]} of demand")
    if not (rival.elasticity < 0).all():
        raise NotEnoughDataError(f"{rival.name}: its units must fall with its price. Give an elasticity below 0.")
    ours, theirs = _our_money(demand, offer, rival), _their_profit(worlds.prices, offer, rival)
    at, now = worlds.rung(price), worlds.rung(offer.price)
    here = int(np.argmin(np.abs(rival.prices - rival.price)))
    mean = Game(ours.mean(axis=0), theirs.mean(axis=0), _allowed(worlds.prices, offer, allowed), now, here)
    rounds, settles = mean.rounds(at)
    names = [(float(worlds.prices[i]), float(rival.prices[j])) for i, j in mean.equilibria()]
    return Rivalry(
        offer.sku,
        offer.currency,
        rival.name,
        float(worlds.prices[at]),
        offer.price,
        worlds.basis,
        tuple(_answer(stance, ours, theirs, rival, (at, now, here), price / offer.price) for stance in _taken(rival)),
        tuple(names),
        tuple((float(worlds.prices[i]), float(rival.prices[j])) for i, j in rounds),
        settles,
    )


def _taken(rival: Rival) -> tuple[Stance, ...]:
    return STANCES if rival.follow is None else (*STANCES, "follows")


def weighed(risk: Risk, found: Rivalry) -> Risk:
    """The risk with the competitor's answers in mind: the level rises where an answer that may well come makes a loss
    likely (docs/risk-levels.md)."""
    level, reasons = risk.level, list(risk.reasons)
    for answer in found.answers:
        reached = LEVELS[sum(answer.p_loss >= limit - 1e-9 for limit in P_LOSS)]
        if answer.stance in GRAVE and LEVELS.index(reached) > LEVELS.index(level):
            level = reached
            reasons.append(
                f"If {found.rival} {WORDS[answer.stance]}, it loses {found.basis} with a probability of "
                f"{answer.p_loss:.0%}."
            )
    return replace(risk, level=level, reasons=tuple(r for r in reasons if level == risk.level or r != HARMLESS))


def _positive(rng: np.random.Generator, mean: float, se: float, size: int) -> Floats:
    """Normal draws given that they are above 0."""
    level = rng.uniform(1e-6, 1 - 1e-6, size)
    spread = max(se, 1e-9)
    return np.asarray(np.maximum(mean - spread * ndtri((1 - level) * ndtr(mean / spread)), 1e-9))


def _our_money(demand: Demand, offer: Offer, rival: Rival) -> Floats:
    """Money (S, P, R) at each pair of prices."""
    now = int(np.argmin(np.abs(demand.prices - offer.price)))
    won = rival.ours[:, None] * (rival.prices / rival.price - 1)
    wanted = demand.units[:, :, None] + demand.units[:, [now]][:, :, None] * won[:, None, :]
    sold = np.clip(wanted, 0.0, np.inf if offer.stock is None else offer.stock)
    margin = demand.prices - (0.0 if offer.cost is None else offer.cost)
    return np.asarray(sold * margin[None, :, None])


def _their_profit(prices: Floats, offer: Offer, rival: Rival) -> Floats:
    """Their profit (S, P, R), in units of their sales of today."""
    own = 1 + rival.elasticity[:, None] * (rival.prices / rival.price - 1)
    won = rival.cross[:, None] * (prices / offer.price - 1)
    units = np.maximum(0.0, own[:, None, :] + won[:, :, None])
    return np.asarray(units * (rival.prices[None, :] - rival.cost[:, None])[:, None, :])


def _allowed(prices: Floats, offer: Offer, allowed: Mask | None) -> Floats:
    safe = prices >= (0.0 if offer.cost is None else offer.cost)
    marked = safe if allowed is None else safe & allowed
    return np.where(marked | np.isclose(prices, offer.price), 0.0, -np.inf)


def _bests(value: Floats, home: int) -> Floats:
    """The same for every world of (S, R)."""
    top = value.max(axis=1, keepdims=True)
    away = np.abs(np.arange(value.shape[1]) - home)
    return np.asarray(np.where(value >= top - SAME * (1 + np.abs(top)), away, value.shape[1] + 1).argmin(axis=1))


def _answer(
    stance: Stance, ours: Floats, theirs: Floats, rival: Rival, rungs: tuple[int, int, int], ratio: float
) -> Answer:
    at, now, here = rungs
    worlds = np.arange(len(ours))
    still = np.full(worlds.size, here)
    if stance == "keeps":
        then, before = still, still
    elif stance == "follows" and rival.follow is not None:
        wanted = rival.price * ratio**rival.follow
        then, before = np.abs(rival.prices[None, :] - wanted[:, None]).argmin(axis=1), still
    elif stance == "matches":
        then, before = np.full(worlds.size, int(np.argmin(np.abs(rival.prices - rival.price * ratio)))), still
    else:
        then, before = _bests(theirs[:, at], here), _bests(theirs[:, now], here)
    earned = ours[worlds, at, then]
    change = earned - ours[worlds, now, before]
    return Answer(stance, interval(earned), interval(change), float(p_below(change)), interval(rival.prices[then]))
