"""Rungs that no best choice of several products takes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from pricing.shelf import Item


def culled(items: Sequence[Item], tied: Iterable[str]) -> list[Item]:
    """Items whose price touches no other product's, left with today's rung and the best one: a budget of changes asks
    for no other. Those `tied` to others keep every rung."""
    kept = set(tied)
    return [one if one.sku in kept else _two(one) for one in items]


def _two(one: Item) -> Item:
    best = int(np.argmax(one.score))
    rungs = sorted({best} if one.now is None else {best, one.now})
    return replace(one, prices=one.prices[rungs], gain=one.gain[rungs], score=one.score[rungs], spill=one.spill[rungs])
