"""Which texts a question is about: one meaning for Chroma and for the lexical index."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from knowledge.cleaning import visible
from knowledge.passage import Kind
from knowledge.record import UNRATED

if TYPE_CHECKING:
    from knowledge.lexical import Columns

_RELATIONS = {"$eq": np.equal, "$gte": np.greater_equal, "$lte": np.less_equal, "$gt": np.greater}


@dataclass(frozen=True)
class Filter:
    """Bounds are included; None leaves a thing open. A rating or a date asked for leaves reviews alone."""

    sku: str | None = None
    min_rating: float | None = None
    max_rating: float | None = None
    since: date | None = None
    until: date | None = None
    language: str | None = None
    kind: Kind | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        bounded = any(name in ("rating", "day") for name, *_ in self._terms())
        if bounded:
            return ("review",) if self.kind != "product" else ()
        return (self.kind,) if self.kind else ("review", "product")

    def condition(self) -> dict[str, Any] | None:
        """As Chroma reads it."""
        found: list[dict[str, Any]] = [{name: {relation: limit}} for name, relation, limit in self._terms()]
        if len(found) < 2:
            return found[0] if found else None
        return {"$and": found}

    def mask(self, columns: "Columns") -> npt.NDArray[np.bool_]:
        """(rows,) which rows of the lexical index are asked for."""
        chosen: npt.NDArray[np.bool_] = np.isin(columns.kind, self.kinds)
        for name, relation, limit in self._terms():
            chosen &= _RELATIONS[relation](getattr(columns, name), limit)
        return chosen

    def _terms(self) -> Iterator[tuple[str, str, str | float]]:
        rated = (self.min_rating, self.max_rating) != (None, None)
        limits: tuple[tuple[str, str, str | float | None], ...] = (
            ("sku", "$eq", None if self.sku is None else visible(self.sku)),
            ("language", "$eq", self.language),
            ("rating", "$gte", self.min_rating),
            ("rating", "$lte", self.max_rating),
            ("rating", "$gt", UNRATED if rated else None),
            ("day", "$gte", None if self.since is None else self.since.toordinal()),
            ("day", "$lte", None if self.until is None else self.until.toordinal()),
        )
        return ((name, relation, limit) for name, relation, limit in limits if limit is not None)
