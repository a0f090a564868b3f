"""How near the elasticities of simulated stores are to the truth, and how honest their intervals."""

from collections.abc import Iterator

import numpy as np

from bench import peers
from bench.options import Options
from bench.peers import Guess
from bench.stores import Known, Mask, stores
from bench.table import Cell, Table, percent
from pricing.elasticity import elasticities
from pricing.panel import Floats

COLUMNS = ("", "answered", "flagged", "covers today", "covers past", "RMSE today", "× knowing", "RMSE past", "bias")
NOTE = (
    "answered: of products that sell regularly at prices that changed; flagged: of those with one price or few weeks.\n"
    "All else over the products that Pricedesk answered. today: the slope at today's price; past: the mean slope over\n"
    "past prices. bias: median error today. knowing: maximum likelihood that knows every demand shifter, the hidden\n"
    "ones too, and the form of demand, and lacks only the price response; it borrows nothing from other products."
)


def run(options: Options) -> Iterator[Table]:
    """A table a form of demand."""
    for form in options.forms:
        scores: dict[str, list[tuple[Known, Guess, Guess, Mask]]] = {}
        for known in stores(options, form):
            ours, past, usable = pricedesk(known)
            rows = {"Pricedesk": (ours, past), "OLS": (naive := peers.naive(known), naive)}
            rows["OLS, controls"] = (controlled := peers.controlled(known), controlled)
            if (dml := peers.dml(known)) is not None:
                rows["LinearDML"] = (dml, dml)
            rows["knowing"] = (knows := peers.knowing(known), knows)
            for name, (today, behind) in rows.items():
                scores.setdefault(name, []).append((known, today, behind, usable))
        yield _table(form, options, scores)


def pricedesk(known: Known) -> tuple[Guess, Guess, Mask]:
    """What Pricedesk says of today's slope, of the slope over past prices, and whether it answers, (N,)."""
    found = elasticities(known.panel, charged=known.charged)
    today, past = (
        Guess(*(np.array([getattr(e, name) for e in found]) for name in names))
        for names in (("elasticity", "ci_low", "ci_high"), ("past", "past_low", "past_high"))
    )
    return today, past, np.array([e.usable for e in found])


def _table(form: str, options: Options, scores: dict[str, list[tuple[Known, Guess, Guess, Mask]]]) -> Table:
    spread = np.concatenate([k.today[usable] for k, _, _, usable in scores["Pricedesk"]]).std()
    yardstick = _error(scores["knowing"])
    title = f"Elasticity, {form} demand, seeds {options.seeds}, sd of the truth {spread:.2f}"
    return Table(title, COLUMNS, [_row(name, score, yardstick) for name, score in scores.items()], NOTE)


def _row(name: str, score: list[tuple[Known, Guess, Guess, Mask]], yardstick: float) -> tuple[Cell, ...]:
    ours = name == "Pricedesk"
    joined = [np.concatenate(parts) for parts in zip(*(_errors(*one) for one in score), strict=True)]
    today, in_today, past, in_past = joined
    answered = np.concatenate([u[k.knowable] for k, _, _, u in score]).mean() if ours else np.nan
    flagged = 1 - np.concatenate([u[k.unknowable] for k, _, _, u in score]).mean() if ours else np.nan
    error = _error(score)
    shares = [percent(float(x)) if np.isfinite(x) else "" for x in (answered, flagged, in_today.mean())]
    behind = (percent(float(in_past.mean())), error, error / yardstick, _rms(past), float(np.median(today)))
    return (name, *shares, *behind)


def _errors(known: Known, today: Guess, past: Guess, usable: Mask) -> tuple[Floats, Floats, Floats, Floats]:
    """Errors and hits of the products answered that the method speaks of too."""
    said = usable & np.isfinite(today.slope) & np.isfinite(known.past)
    inside = [
        ((g.low <= true) & (true <= g.high))[said].astype(np.float64)
        for g, true in ((today, known.today), (past, known.past))
    ]
    return (today.slope - known.today)[said], inside[0], (past.slope - known.past)[said], inside[1]


def _error(score: list[tuple[Known, Guess, Guess, Mask]]) -> float:
    return _rms(np.concatenate([_errors(*one)[0] for one in score]))


def _rms(error: Floats) -> float:
    return float(np.sqrt(np.mean(error**2)))
