"""The network of sentiment taught, and tried on texts held out and on goods that it was not taught on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from knowledge.embedding import Vectors
from knowledge.sentiment import Buckets, Network, buckets
from knowledge.sentiment_data import Bools, Corpus, Progress, sold
from knowledge.teaching import RECIPES, Lesson, Recipe, Rows, essence, split, teach

HELD = 0.1  # of the texts, each once
WAYS = ("meaning", "letters", "both")


@dataclass(frozen=True)
class Trial:
    """What a network says of texts that it was not taught on."""

    name: str
    rows: Rows  # (M,) of the corpus
    taught: Rows  # those that it was taught on
    truth: Bools  # (M,) praise
    odds: dict[str, npt.NDArray[np.float32]]  # (M,) log-odds of praise, by way

    def right(self, way: str = "both") -> float:
        """Share of the texts that are told rightly; NaN of none."""
        return float(((self.odds[way] > 0) == self.truth).mean()) if len(self.truth) else float("nan")

    def only(self, where: Bools, name: str) -> "Trial":
        odds = {way: told[where] for way, told in self.odds.items()}
        return replace(self, name=name, rows=self.rows[where], truth=self.truth[where], odds=odds)


class School:
    """A corpus with its vectors (N, 512), and how a language is taught."""

    def __init__(self, corpus: Corpus, vectors: Vectors, language: str, seed: int = Recipe.seed) -> None:
        self.corpus, self.recipe = corpus, replace(RECIPES[language], seed=seed)
        self._vectors, self._said = vectors, [essence(text) for text in corpus.texts]
        self._buckets: list[Buckets] = [buckets(text) for text in corpus.texts]

    def everything(self, progress: Progress | None = None) -> Network:
        """Taught on all texts."""
        return self._taught(np.arange(len(self.corpus.texts)), progress)

    def held_out(self, progress: Progress | None = None) -> tuple[Network, Trial]:
        """Taught on nine texts of ten, and tried on the others; no copy stands on both sides."""
        out, _ = split(self.corpus.texts, (HELD,), self.recipe.seed)
        rows = self._but(out, np.arange(len(self.corpus.texts)))
        network = self._taught(rows, progress)
        return network, self._tried(network, "held out", out, rows)

    def left_out(self, kind: str, recipe: Recipe | None = None) -> Iterator[Trial]:
        """For each group of goods: taught on the others, tried on the texts of a kind in it, each once."""
        group = np.array(self.corpus.groups)
        clear = self._once(np.flatnonzero(self.corpus.clear(kind)))
        for name in sold(self.corpus):
            rows = np.flatnonzero(group != name)
            out = self._but(rows, clear[group[clear] == name])
            yield self._tried(self._taught(rows, recipe=recipe), name, out, rows)

    def _taught(self, rows: Rows, progress: Progress | None = None, recipe: Recipe | None = None) -> Network:
        many = np.repeat(rows, np.array(self.corpus.counts)[rows])
        texts, groups = [self.corpus.texts[i] for i in many], [self._buckets[i] for i in many]
        lesson = Lesson(texts, self.corpus.praise[many], self._vectors[many], groups)
        return teach(lesson, recipe or self.recipe, progress)

    def _tried(self, network: Network, name: str, rows: Rows, taught: Rows) -> Trial:
        vectors, texts = self._vectors[rows], [self.corpus.texts[i] for i in rows]
        odds = {"meaning": network.by_meaning(vectors), "letters": network.by_letters(texts),
                "both": network.odds(texts, vectors)}  # fmt: skip
        return Trial(name, rows, taught, self.corpus.praise[rows] > 0.5, odds)

    def _once(self, rows: Rows) -> Rows:
        """Of copies the first."""
        first = {self._said[row]: row for row in reversed(rows)}
        return np.array(sorted(first.values()), np.int64)

    def _but(self, others: Rows, rows: Rows) -> Rows:
        """Of `rows`, those that are no copy of one of the others."""
        said = {self._said[i] for i in others}
        return np.array([row for row in rows if self._said[row] not in said], np.int64)


def report(truth: Bools, told: Bools) -> list[tuple[str, float, float, float, int]]:
    """Precision, recall, F1 and texts of each label, and of their means weighed by texts: a classification report."""
    rows = [_row(name, truth == label, told == label) for name, label in (("negative", False), ("positive", True))]
    weight = np.array([row[-1] for row in rows])
    precision, recall, both = np.average([row[1:4] for row in rows], axis=0, weights=weight + 1e-9)
    return [*rows, ("weighted mean", float(precision), float(recall), float(both), int(weight.sum()))]


def joined(trials: Sequence[Trial]) -> Trial:
    """Several as one."""
    odds = {way: np.concatenate([trial.odds[way] for trial in trials]) for way in WAYS}
    rows, truth = (np.concatenate([getattr(trial, name) for trial in trials]) for name in ("rows", "truth"))
    return Trial("all", rows, np.empty(0, np.int64), truth, odds)


def calibrated(trial: Trial, bins: int = 5) -> list[tuple[str, int, float, float]]:
    """By score: texts, their mean score, and the share of praise among them."""
    score, truth = 1 / (1 + np.exp(-trial.odds["both"])), trial.truth
    place = np.minimum((score * bins).astype(int), bins - 1)
    return [
        (f"{k / bins:.1f} to {(k + 1) / bins:.1f}", int((place == k).sum()), float(score[place == k].mean()),
         float(truth[place == k].mean()))
        for k in range(bins)
        if (place == k).any()
    ]  # fmt: skip


def _row(name: str, truth: Bools, told: Bools) -> tuple[str, float, float, float, int]:
    hits = int((truth & told).sum())
    precision, recall = hits / max(int(told.sum()), 1), hits / max(int(truth.sum()), 1)
    return name, precision, recall, 2 * precision * recall / max(precision + recall, 1e-9), int(truth.sum())
