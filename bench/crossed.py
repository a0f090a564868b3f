"""Simulated stores whose products truly answer to each other's prices, in several forms or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from bench.options import Options
from pricing import simulate
from pricing.market import SHOCK_SD, codes
from pricing.panel import Floats, Panel
from pricing.simulate import SimulatedStore
from pricing.till import DAY_OF_WEEK
from pricing.truth import expected_units

CrossForm = Literal["none", "mean of the kind", "logit", "linear", "half the kinds", "complements"]
CROSS_FORMS: tuple[CrossForm, ...] = get_args(CrossForm)
INSIDE = 0.7  # share of a kind's buyers who buy one of its products, in the logit form
PARTNERS = 2  # complements of a product


@dataclass(frozen=True)
class Crossing:
    """A store, what its merchant sees of it, and the true demand, in which products answer to each other."""

    form: CrossForm
    seed: int
    store: SimulatedStore
    panel: Panel
    kind: NDArray[np.int64]  # (N,)
    effect: Floats  # (N, N) of the log price of a column on the log units of a row, but for logit

    @property
    def truth(self) -> Floats:
        """(N, N) elasticity of a row's units to a column's price, at today's prices; 0 on the diagonal."""
        if self.form != "logit":
            return self.effect
        share, steep = _shares(self)
        same = (self.kind[:, None] == self.kind) & ~np.eye(len(self.kind), dtype=bool)
        return np.where(same, steep * share, 0.0)

    def factor(self, paid: Floats) -> Floats:
        """What the prices (N, D) of others do to each product's demand, as a multiple."""
        ratio = paid / self.store.truth["reference_price"].to_numpy()[:, None]
        if self.form == "linear":
            return np.asarray(np.maximum(0.0, 1 + self.effect @ (ratio - 1)))
        return np.asarray(np.exp(self.effect @ np.log(ratio)))

    def daily(self, paid: Floats, days: NDArray[np.datetime64], promo: Floats, competitor: Floats | None) -> Floats:
        """Expected retail units (N, D) of a whole week at each day's prices."""
        truth = self.store.truth
        if self.form != "logit":
            return expected_units(truth, paid, days, promo=promo, competitor=competitor) * self.factor(paid)
        reference = truth["reference_price"].to_numpy()[:, None]
        bare = expected_units(truth, np.broadcast_to(reference, paid.shape), days, promo=promo, competitor=competitor)
        return bare * self._logit(paid / reference)

    def _logit(self, ratio: Floats) -> Floats:
        """Share of the kind's buyers (N, D) as a multiple of today's."""
        share, steep = _shares(self)
        pull = np.exp(-steep[:, None] * (ratio - 1))
        member = (self.kind[:, None] == self.kind).astype(np.float64)
        return np.asarray(pull / (1 + member @ (share[:, None] * (pull - 1))))


def _shares(one: "Crossing") -> tuple[Floats, Floats]:
    """Share (N,) of the kind's buyers at today's prices, and log odds lost for one percent of price."""
    base = one.store.truth["base_week"].to_numpy()
    total = np.bincount(one.kind, weights=base)[one.kind]
    share = INSIDE * base / total
    return share, -one.store.truth["elasticity"].to_numpy() / (1 - share)


def crossings_of(options: Options, form: CrossForm) -> Iterator[Crossing]:
    """One store a seed. Units are drawn anew from the store's own prices, seasons, shocks and noise; the shelf is
    never empty and nobody buys by the dozen."""
    for seed in options.seeds:
        yield crossing(simulate.store(seed, options.products, options.weeks), form, seed)


def crossing(store: SimulatedStore, form: CrossForm, seed: int) -> Crossing:
    rng = np.random.default_rng([seed, CROSS_FORMS.index(form)])
    kind = codes(store.truth["substitutes"]).astype(np.int64)
    panel = simulate.panel(store)
    bare = Crossing(form, seed, store, panel, kind, _effect(rng, store, form, kind))
    units = _sold(rng, bare)
    born = np.isfinite(panel.units)
    whole = np.ones_like(units)
    return replace(bare, panel=replace(panel, units=np.where(born, units, np.nan), bulk=0 * whole, in_stock=whole))


def _effect(rng: np.random.Generator, store: SimulatedStore, form: CrossForm, kind: NDArray[np.int64]) -> Floats:
    size = len(kind)
    same = ((kind[:, None] == kind) & ~np.eye(size, dtype=bool)).astype(np.float64)
    strength = store.truth["substitute_effect"].to_numpy()[:, None]
    shared = strength * same / np.maximum(same.sum(axis=1, keepdims=True), 1)
    if form in ("none", "logit"):
        return np.zeros((size, size))
    if form == "half the kinds":
        return np.asarray(2 * shared * (rng.random(int(kind.max()) + 1) < 0.5)[kind][:, None])
    if form == "complements":
        return _complements(rng, codes(store.goods["theme"]).astype(np.int64), kind)
    return np.asarray(shared)


def _complements(rng: np.random.Generator, theme: NDArray[np.int64], kind: NDArray[np.int64]) -> Floats:
    """Each product sells better when PARTNERS others of its theme, of another kind, are cheap."""
    effect = np.zeros((len(theme), len(theme)))
    for i in range(len(theme)):
        others = np.flatnonzero((theme == theme[i]) & (kind != kind[i]))
        chosen = rng.permutation(others)[:PARTNERS]
        effect[i, chosen] = -rng.uniform(0.2, 0.8, len(chosen))
    return effect


def _sold(rng: np.random.Generator, one: Crossing) -> Floats:
    """Units (N, W): lines of geometric size, as many as the shock and the noise of the week let come."""
    market, truth = one.store.market, one.store.truth
    competitor = np.repeat(market.competitor, 7, axis=1)
    daily = one.daily(market.paid, market.days, market.promo.astype(np.float64), competitor) * np.tile(
        DAY_OF_WEEK, len(market.weeks)
    )
    weekly = daily.reshape(len(daily), -1, 7).sum(axis=2)
    shape, line = truth["dispersion"].to_numpy()[:, None], truth["line_units"].to_numpy()[:, None]
    noise = np.exp(market.shock - SHOCK_SD**2 / 2) * rng.gamma(np.broadcast_to(shape, weekly.shape)) / shape
    lines = rng.poisson(weekly * noise / line)
    more = rng.negative_binomial(np.maximum(lines, 1), np.broadcast_to(1 / line, lines.shape))
    return np.where(lines > 0, lines + more, 0).astype(np.float64)
