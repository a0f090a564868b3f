"""How far prices that answer demand make buyers look patient, told by what moves prices alone: costs."""

from dataclasses import dataclass

import numpy as np

from pricing.panel import Floats, Panel
from pricing.ppml import Data, Fit, Mask, weights

USUAL, DOUBT = 0.1, 0.1  # belief in the bias where nothing tells it: most merchants raise prices when demand is good
LEAST_PRODUCTS = 10  # whose costs moved
LEAST_MOVE = 0.01  # spread of a log cost that counts as a move
SAME_PRICE = 0.005  # log distance under which two prices are one
STRONG = 23.1  # F of the first stage from which an instrument may speak (Montiel Olea & Pflueger 2013, 10 % bias)
RIDGE = 1e-6


@dataclass(frozen=True)
class Appearance:
    """What to take off slopes that prices answering demand have flattened."""

    bias: float
    se: float
    strength: float  # F of cost in the first stage, 0 where no costs moved
    source: str  # in words


def appearance(panel: Panel, data: Data, fitted: Fit, price: int) -> Appearance:
    """Bias of the slopes of all products together: PPML against instrumental variables with cost as the instrument.

    `price` is the column of `data.x` that holds the log price. Cost and price are freed of all other columns, then
    the moment of cost with the residuals at the PPML slope tells how far that is from the instrumental one (one Newton
    step of Mullahy's 1997 estimator); errors are clustered by product. A weak instrument is not asked, and the answer
    is drawn to the usual bias.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = _when_set(np.log(panel.cost), np.log(panel.price), np.nan_to_num(panel.promo) > 0)
    moved = _moved(logs, data.keep)
    belief = Appearance(USUAL, DOUBT, 0.0, "no cost history: the usual bias is taken off")
    if moved.sum() < LEAST_PRODUCTS:
        return belief
    some = Data(data.y[moved], data.x[moved], data.keep[moved] & np.isfinite(logs[moved]))
    weight = some.keep * weights(some, fitted.mu[moved], fitted.spread[moved], fitted.scale[moved]) * fitted.mu[moved]
    others = np.delete(some.x, price, axis=2)
    cost = _freed(np.where(some.keep, np.nan_to_num(logs[moved]), 0.0), others, weight)
    paid = _freed(some.x[:, :, price], others, weight)
    strength = _strength(cost, paid, weight)
    if strength < STRONG:
        return Appearance(USUAL, DOUBT, strength, f"cost is a weak instrument (F = {strength:.0f}): the usual bias")
    surprise = some.y / np.maximum(fitted.mu[moved], 1e-9) - 1
    off = (weight * cost * surprise).sum(axis=1)
    reach = float((weight * cost * paid).sum())
    found, se = -float(off.sum()) / reach, float(np.sqrt((off**2).sum())) / abs(reach)
    share = DOUBT**2 / (DOUBT**2 + se**2)
    source = f"cost as instrument (F = {strength:.0f})"
    return Appearance(USUAL + share * (found - USUAL), float(np.sqrt(share)) * se, strength, source)


def _when_set(cost: Floats, price: Floats, promo: Mask) -> Floats:
    """Log cost (N, T) of the week in which the usual price was set: a price follows its cost when it next changes."""
    week = np.arange(price.shape[1])
    usual = ~promo & np.isfinite(price)
    last = np.maximum.accumulate(np.where(usual, week, -1), axis=1)
    listed = np.where(last >= 0, np.take_along_axis(price, np.maximum(last, 0), axis=1), np.nan)
    changed = np.abs(np.diff(listed, axis=1, prepend=np.nan)) > SAME_PRICE
    return np.take_along_axis(cost, np.maximum.accumulate(np.where(changed, week, 0), axis=1), axis=1)


def _moved(logs: Floats, keep: Mask) -> Mask:
    known = keep & np.isfinite(logs)
    count = np.maximum(known.sum(axis=1), 1)
    centre = np.where(known, logs, 0).sum(axis=1) / count
    spread = np.sqrt((np.where(known, logs - centre[:, None], 0) ** 2).sum(axis=1) / count)
    return np.asarray(spread > LEAST_MOVE)


def _freed(values: Floats, others: Floats, weight: Floats) -> Floats:
    """What weighted least squares on `others` (N, T, K) leaves of `values` (N, T)."""
    heavy = others * weight[:, :, None]
    gram = np.matmul(heavy.transpose(0, 2, 1), others)
    gram += RIDGE * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(others.shape[2]) + 1e-9 * np.eye(
        others.shape[2]
    )
    coef = np.linalg.solve(gram, np.einsum("ntk,nt->nk", heavy, values)[:, :, None])[:, :, 0]
    return np.asarray(values - np.einsum("ntk,nk->nt", others, coef))


def _strength(cost: Floats, paid: Floats, weight: Floats) -> float:
    """F of the common first stage, clustered by product."""
    square = float((weight * cost**2).sum())
    slope = float((weight * cost * paid).sum()) / max(square, 1e-12)
    score = (weight * cost * (paid - slope * cost)).sum(axis=1)
    return slope**2 * square**2 / max(float((score**2).sum()), 1e-12)
