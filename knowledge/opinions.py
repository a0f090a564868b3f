"""Reviews read for how pleased their writers are, and with what."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.aspects import Embed, by_aspect, read
from knowledge.language import written_in
from knowledge.sentiment import Label, Network, label_of, readied

RULES = "clauses and cues 1"  # how aspects are read; another name has every review read again
TAUGHT = ("zh", "en")  # languages of the network that ships


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
        return hashlib.sha256(repr((RULES, TAUGHT, self._network.mark())).encode()).hexdigest()

    def scores(self, texts: Sequence[str]) -> list[float | None]:
        """How pleased each text is; None where nothing in it can be seen, or its language was not taught."""
        said = [self._said(text) for text in texts]
        seen = [text for text in said if text]
        told = iter(self._network.scores(seen, self._embed(seen)) if seen else ())
        return [round(float(next(told)), 4) if text else None for text in said]

    def _said(self, text: str) -> str:
        """The text as it is given to the network; "" where it has nothing to say of it."""
        said = readied(text)
        spoken = any(sign.isalpha() for sign in said) and written_in(text) in self._network.languages
        return said if spoken else ""

    def read(self, texts: Sequence[str]) -> list[Opinion | None]:
        """Score and aspects of each text; None where nothing in it can be seen."""
        scores = self.scores(texts)
        parts = read(["" if score is None else text for text, score in zip(texts, scores, strict=True)],
                     self._network, self._embed)  # fmt: skip
        return [
            None if score is None else Opinion(score, by_aspect(spoken))
            for score, spoken in zip(scores, parts, strict=True)
        ]
