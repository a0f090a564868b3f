"""Simulated stores with what only their maker knows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.options import Options, StoreForm
from pricing import simulate
from pricing.panel import Floats, Panel
from pricing.simulate import SimulatedStore
from pricing.truth import demand_shape

Mask = NDArray[np.bool_]
UNKNOWABLE = ("no price variation", "new")


@dataclass(frozen=True)
class Known:
    """A store, the panel that its merchant has, and the truth."""

    form: StoreForm
    seed: int
    store: SimulatedStore
    panel: Panel

    @property
    def charged(self) -> Floats:
        """Today's price by the merchant's price list, (N,)."""
        return self.store.products["price"].to_numpy()

    @property
    def today(self) -> Floats:
        """True elasticity at today's price, (N,)."""
        return self.store.truth["elasticity"].to_numpy()

    @property
    def past(self) -> Floats:
        """True demand's weighted log-log slope over the prices that each product had, (N,); NaN where it had one."""
        panel, truth = self.panel, self.store.truth
        price = np.where(panel.price > 0, panel.price, 1.0)
        shape = demand_shape(truth, price)
        usual = np.nanmean(np.where(np.isfinite(panel.units), panel.units, 0), axis=1, keepdims=True)
        weight = (np.isfinite(panel.units) & (panel.in_stock > 0.5)) * usual * shape / (1 + 0.2 * usual * shape)
        step = np.log(price)
        step = step - (weight * step).sum(axis=1, keepdims=True) / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
        bottom = (weight * step**2).sum(axis=1)
        top = (weight * step * np.log(np.maximum(shape, 1e-3))).sum(axis=1)
        return np.where(bottom > 1e-6, top / np.maximum(bottom, 1e-6), np.nan)

    @property
    def knowable(self) -> Mask:
        """Products that sell regularly at prices that changed, for a year or more, (N,)."""
        role = self.store.truth["role"].to_numpy()
        return np.asarray(np.isin(role, ("", "discontinued")) & (np.isfinite(self.panel.units).sum(axis=1) >= 52))

    @property
    def unknowable(self) -> Mask:
        """Products whose history cannot tell how buyers answer to price, (N,)."""
        return np.isin(self.store.truth["role"].to_numpy(), UNKNOWABLE)


def stores(options: Options, form: StoreForm) -> Iterator[Known]:
    """One store a seed."""
    for seed in options.seeds:
        store = simulate.store(seed, options.products, options.weeks, form=form)
        yield Known(form, seed, store, simulate.panel(store, options.cost_history))
