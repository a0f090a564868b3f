"""What the network of sentiment is taught on: public data, which the project does not hold.

Chinese: a table (Parquet or CSV) of reviews with the columns `cat`, `label` (1 praise, 0 complaint) and `review`, as
the set online_shopping_10_cats has them. English: the source package of vaderSentiment (MIT), in which twenty people
rated each sentence of 309 product reviews and 10,605 of films from -4 to 4 (Hutto and Gilbert 2014, over the reviews of
Hu and Liu 2004), and the project's own sentences. Of the package nothing is run, and nothing is copied from it.
"""

import csv
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from io import BytesIO
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from knowledge.aspects import Embed
from knowledge.embedding import DIMENSIONS, Vectors
from knowledge.sentiment import readied
from pricing.errors import PricingError

PACKAGE = "vaderSentiment 3.3.2"

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Progress = Callable[[str, int, int], None]
PRODUCTS = ("DVD player", "camera, Canon", "camera, Nikon", "telephone", "music player")
FIRST = (1, 99, 145, 176, 216)  # the first review of each
SENTENCE, REVIEW = 0.5, 0.3  # from this mean rating on, either way, a text is clearly praise or complaint
STEEP, STEEPER = 1.5, 2.5  # of the odds of praise over the rating of a sentence, and of a whole review
BATCH = 1000


@dataclass(frozen=True)
class Corpus:
    """N texts as the network is given them; those of a group are goods of one kind ("" for none that is sold)."""

    texts: tuple[str, ...]
    praise: Floats  # (N,) how likely each is praise: 0 or 1 where one label is all that is known
    groups: tuple[str, ...]
    kinds: tuple[str, ...]  # review, sentence; "" for what only teaches
    counts: tuple[int, ...]  # how often each is taught

    def clear(self, kind: str) -> Bools:
        """(N,) those of a kind that are praise or complaint beyond doubt."""
        least = {"review": STEEPER * REVIEW, "sentence": STEEP * SENTENCE}[kind]
        odds = np.log(np.clip(self.praise, 1e-9, 1) / np.clip(1 - self.praise, 1e-9, 1))
        return np.asarray((np.array(self.kinds) == kind) & (np.abs(odds) >= least - 1e-9), bool)


def chinese(path: Path) -> Corpus:
    """Reviews, each once; those that are found with both labels are left out. Raises PricingError."""
    try:
        table = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
        rows = table.select(pl.col("cat").cast(pl.String), pl.col("label").cast(pl.Int64), "review").drop_nulls()
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise PricingError(f"{path} is no table with cat, label and review: {fault}. Give Parquet or CSV.") from fault
    told = pl.Series("text", [readied(text.replace("\ufeff", "")) for text in rows["review"]], pl.String)
    known = rows.with_columns(told).filter((told.str.len_chars() >= 2) & rows["label"].is_in([0, 1]))
    agreed = pl.col("label").n_unique().over("text") == 1
    one = known.filter(agreed).unique("text", keep="first", maintain_order=True)
    if not len(one):
        raise PricingError(f"{path} has no review that is labelled 0 or 1. Give reviews with their labels.")
    n = len(one)
    return Corpus(tuple(one["text"]), one["label"].to_numpy().astype(np.float64), tuple(one["cat"]), ("review",) * n,
                  (1,) * n)  # fmt: skip


def english(path: Path) -> Corpus:
    """Sentences, and whole reviews at the mean of their sentences' ratings; film reviews and our own sentences teach.

    Raises PricingError where `path` is no source package of vaderSentiment with its rated snippets.
    """
    products, films = snippets(path, "amazonReview"), snippets(path, "movieReview")
    rows = [(text, _chance(STEEP * rating), _product(name), "sentence", 2) for name, rating, text in products]
    for number, held in groupby(products, lambda row: row[0].partition("_")[0]):
        said = list(held)
        rating = float(np.mean([rating for _, rating, _ in said]))
        text = " ".join(text for _, _, text in said)
        rows.append((text, _chance(STEEPER * rating), _product(number), "review", 3))
    rows += [(text, _chance(STEEP * rating), "", "", 1) for _, rating, text in films]
    rows += [(text, praise, "", "", 3) for text, praise in written()]
    seen = [(readied(text), *rest) for text, *rest in rows]
    texts, praise, groups, kinds, counts = zip(*(row for row in seen if row[0]), strict=True)
    return Corpus(texts, np.array(praise, np.float64), groups, kinds, counts)


def written() -> list[tuple[str, float]]:
    """The project's own sentences, and 1 for praise or 0."""
    with as_file(files("knowledge") / "english.csv") as path, path.open(newline="", encoding="utf-8") as file:
        return [(row["text"], float(row["label"])) for row in csv.DictReader(file)]


def snippets(path: Path, what: str) -> list[tuple[str, float, str]]:
    """Id, mean rating and text of each snippet in the package. Raises PricingError."""
    try:
        with tarfile.open(path) as package, tarfile.open(fileobj=BytesIO(_inner(package))) as held:
            name = next(name for name in held.getnames() if name.endswith(f"{what}Snippets_GroundTruth.txt"))
            content = held.extractfile(name)
            lines = content.read().decode("utf-8", "replace").splitlines() if content else []
            parted = [line.lstrip("\ufeff").split("\t", 2) for line in lines if line.strip()]
            return [(name, float(rating), text) for name, rating, text in parted]
    except (OSError, EOFError, ValueError, tarfile.TarError, StopIteration) as fault:
        raise PricingError(
            f"{path} is no source package of {PACKAGE} with its rated snippets. Fetch it as source, without binaries."
        ) from fault


def vectors_of(corpus: Corpus, embed: Embed, progress: Progress | None = None) -> Vectors:
    """(N, 512) of the texts."""
    parts = [np.empty((0, DIMENSIONS), np.float32)]
    for start in range(0, len(corpus.texts), BATCH):
        parts.append(embed(corpus.texts[start : start + BATCH]))
        if progress:
            progress("texts embedded", min(start + BATCH, len(corpus.texts)), len(corpus.texts))
    return np.concatenate(parts)


def sold(corpus: Corpus) -> Iterator[str]:
    """The groups that can be left out."""
    yield from sorted({group for group in corpus.groups if group})


def _inner(package: tarfile.TarFile) -> bytes:
    name = next(name for name in package.getnames() if name.endswith("hutto_ICWSM_2014.tar.gz"))
    content = package.extractfile(name)
    return content.read() if content else b""


def _product(name: str) -> str:
    """Reviews are numbered product by product."""
    return PRODUCTS[int(np.searchsorted(FIRST, int(name.partition("_")[0]), "right")) - 1]


def _chance(odds: float) -> float:
    return float(1 / (1 + np.exp(-odds)))
