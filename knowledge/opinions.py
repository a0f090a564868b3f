"""Reviews read for how pleased their writers are, and with what."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from knowledge.aspects import Embed, by_aspect, read
from knowledge.language import written_in
from knowledge.sentiment import Label, Network, label_of, readied

RULES = "clauses and cues 1"  # how aspects are read; another name has every review read again
TAUGHT = ("zh",)  # languages; of English the network tells praise from complaint hardly better than chance


@dataclass(frozen=True)
class Opinion:
    """`score` from 0 (displeased) to 1 (pleased), and the same by aspect."""

    score: float
    aspects: dict[str, float]

    @property
    def label(self) -> Label:
        return label_of(self.score)


class Opinions:
    """The network behind an embedder; vectors that the embedder remembers are not made again."""

    def __init__(self, embed: Embed, network: Network) -> None:
        self._embed, self._network = embed, network

    def mark(self, text: str) -> str:
        """A hash that another text, another network or another language that is taught changes: what was read under
        the same one need not be read again."""
        return hashlib.sha256(f"{self._taught}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def _taught(self) -> str:
        known = hashlib.sha256(repr((RULES, TAUGHT)).encode())
        for field in fields(self._network):
            known.update(np.asarray(getattr(self._network, field.name)).tobytes())
        return known.hexdigest()

    def scores(self, texts: Sequence[str]) -> list[float | None]:
        """How pleased each text is; None where nothing in it can be seen, or its language was not taught."""
        said = [readied(text) if written_in(text) in TAUGHT else "" for text in texts]
        seen = [text for text in said if text]
        told = iter(self._network.scores(seen, self._embed(seen)) if seen else ())
        return [round(float(next(told)), 4) if text else None for text in said]

    def read(self, texts: Sequence[str]) -> list[Opinion | None]:
        """Score and aspects of each text; None where nothing in it can be seen."""
        scores = self.scores(texts)
        parts = read(["" if score is None else text for text, score in zip(texts, scores, strict=True)],
                     self._network, self._embed)  # fmt: skip
        return [
            None if score is None else Opinion(score, by_aspect(spoken))
            for score, spoken in zip(scores, parts, strict=True)
        ]
