"""Fit the whole catalogue, so that answers come from fits."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import pricing
from db import fits, rulebook, weekly
from db.fits import Fitted, Run
from pricing.elasticity import Elasticity, elasticities
from pricing.forecast import Forecast, forecasts
from pricing.panel import Panel
from pricing.reaction import own_fit
from pricing.recommend import Opportunity
from tools.catalogue import opportunities_of, panel_of, versions_of
from tools.context import Context
from tools.cross import every_cross
from tools.engines import Engine, Spread, spread

Progress = Callable[[str, int, int], None]
WEEKS = 4

T = TypeVar("T")
B = TypeVar("B")
F = TypeVar("F", bound=Fitted)


@dataclass(frozen=True)
class Refreshed:
    products: int
    usable: int  # with an elasticity that can be acted on
    opportunities: int  # with a better price than today's
    unchanged: bool = False  # everything stood already: nothing was computed and nothing written


def refresh(
    context: Context,
    progress: Progress | None = None,
    engine: Engine = "local",
    *,
    again: bool = False,
    workers: int | None = None,
    part: int = weekly.PART,
) -> Refreshed:
    """Elasticities, forecasts and opportunities of every product, stored with the data that they rest on.

    What a run stored stands: after a stop the next one goes on behind it, and where data, rules, day and code are the
    same nothing is done, unless `again`. Elasticities and forecasts borrow across the catalogue, so each is made in one
    pass; products are read and weighed `part` at a time over the `workers` of an engine. The results depend on none of
    these three. Raises PricingError where the engine is not there.
    """
    with spread(engine, workers) as over:
        return _Refresh(context, progress or (lambda stage, done, total: None), over, part).run(again)


class _Refresh:
    """One run over the catalogue as it was when the run began."""

    def __init__(self, context: Context, tell: Progress, over: Spread, part: int) -> None:
        self.database, self.today, self.rules = context.database, context.today, context.shop.rules
        self.tell, self.over, self.part = tell, over, part
        self.book, self.country = context.shop.baskets, context.shop.country
        with self.database.reading() as session:
            self.skus = weekly.every(session)
            self.under = rulebook.effective(session, self.skus, self.rules)
        self.known: dict[str, str] = {}

    def run(self, again: bool) -> Refreshed:
        for some in self._mapped("versions", partial(versions_of, self.database.url), self._parts(self.skus)):
            self.known |= some
        state, before = self._state(again)
        if state == before and state.weighed == len(self.skus):
            return Refreshed(state.products, state.usable, state.opportunities, unchanged=True)
        found, ahead, state = self._fits(state)
        state = self._weigh(found, ahead, state)
        return Refreshed(state.products, state.usable, state.opportunities)

    def _state(self, again: bool) -> tuple[Run, Run | None]:
        """Where to go on, and where the last run ended."""
        data = _hash([*sorted(self.known.items()), _code(), WEEKS, self.country])
        said = {id(rules): rulebook.digest(rules) for rules in self.under.values()}
        terms = _hash([[(sku, said[id(rules)]) for sku, rules in sorted(self.under.items())], self.today])
        with self.database.reading() as session:
            before = fits.last_run(session)
        if again or before is None or before.data != data:
            return Run(data, terms, len(self.skus)), before
        return before if before.terms == terms else replace(before, terms=terms, weighed=0, opportunities=0), before

    def _fits(self, state: Run) -> tuple[Sequence[Elasticity], Sequence[Forecast], Run]:
        """Of every product: those that the run has stored, and the others made now."""
        known = self._stored(Elasticity) if state.elasticities else None
        ahead = self._stored(Forecast) if state.forecasts and known else None
        if known and ahead:
            return known, ahead, state
        panel = self._panel()
        found, state = (known, state) if known else self._elasticities(panel, state)
        self.tell("forecasts", 0, len(self.skus))
        made = forecasts(panel, WEEKS, None, found, country=self.country)
        state = self._save(made, replace(state, forecasts=True))
        self.tell("forecasts", len(made), len(made))
        return found, made, state

    def _elasticities(self, panel: Panel, state: Run) -> tuple[Sequence[Elasticity], Run]:
        self.tell("elasticities", 0, len(self.skus))
        own = own_fit(panel) if panel.skus else None
        with self.database.reading() as session:
            charged = weekly.charged(session, self.skus)
        found = elasticities(panel, own, charged)
        self._save(every_cross(self.database, self.book, panel, own), state)
        usable = sum(e.usable for e in found)
        state = self._save(found, replace(state, elasticities=True, usable=usable))
        self.tell("elasticities", len(found), len(found))
        return found, state

    def _panel(self) -> Panel:
        with self.database.reading() as session:
            window = weekly.window(session)
            if not self.skus:
                return weekly.panel(session)
        read = partial(panel_of, self.database.url, window)
        return weekly.joined(list(self._mapped("sales", read, self._parts(self.skus))))

    def _weigh(self, found: Sequence[Elasticity], ahead: Sequence[Forecast], state: Run) -> Run:
        """The best price of each product, from where the run has come to; what was an opportunity once goes."""
        work = partial(opportunities_of, self.database.url, self.today, self.rules)
        parts = self._parts(list(zip(found, ahead, strict=True))[state.weighed :])
        for some, best in zip(parts, self._mapped("best prices", work, parts), strict=True):
            told = replace(state, weighed=state.weighed + len(some), opportunities=state.opportunities + len(best))
            state = self._save(best, told, [e.sku for e, _ in some])
        return state

    def _save(self, made: Sequence[Fitted], state: Run, instead_of: Sequence[str] = ()) -> Run:
        with self.database.session() as session:
            fits.forget(session, Opportunity, instead_of)
            fits.save(session, made, self.known)
            fits.note(session, state)
        return state

    def _stored(self, kind: type[F]) -> list[F] | None:
        """What is stored of every product, in order; None where anything is missing."""
        with self.database.reading() as session:
            by_sku = {one.fit.sku: one.fit for one in fits.load_all(session, kind)}
        return [by_sku[sku] for sku in self.skus] if by_sku.keys() >= set(self.skus) else None

    def _parts(self, of: Sequence[T]) -> list[tuple[T, ...]]:
        return [tuple(of[i : i + self.part]) for i in range(0, len(of), self.part)]

    def _mapped(self, stage: str, work: Callable[[tuple[T, ...]], B], parts: Sequence[tuple[T, ...]]) -> Iterator[B]:
        done, total = 0, sum(map(len, parts))
        for some, result in zip(parts, self.over(work, parts), strict=True):
            yield result
            done += len(some)
            self.tell(stage, done, total)


def _hash(said: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


@cache
def _code() -> str:
    """Changes with the mathematics: what older code fitted is fitted again."""
    files = sorted(Path(pricing.__file__ or "").parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
