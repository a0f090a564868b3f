"""How well praise is told from complaint, beside each part alone, words with logistic regression, and VADER."""

import csv
import os
import sys
import tarfile
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from bench.options import Options
from bench.table import Cell, Table, percent
from knowledge.embedding import Embedder
from knowledge.sentiment import shipped
from knowledge.sentiment_data import Bools, Corpus, chinese, english, vectors_of
from knowledge.sentiment_trial import WAYS, School, Trial, calibrated, joined, report

ZH = "BENCH_SENTIMENT_ZH"  # names the Chinese reviews
EN = "BENCH_SENTIMENT_EN"  # names the source package of vaderSentiment
SHARED = Path(__file__).parents[2] / "shared" / "data"
REVIEWS, SHOP = SHARED / "zh_shopping_reviews.parquet", SHARED / "amazon_in_reviews.parquet"
OPINIONS = Path("tests/opinions")
MOST = 800  # Chinese reviews of a category and label; `pricedesk sentiment train` takes all
COLUMNS = ("", "texts", "accuracy", *(f"{way} alone" for way in WAYS[:2]), "baseline")
REPORT = ("", "precision", "recall", "F1", "texts")
SCORES = ("score", "texts", "mean score", "praise")
WORDS = "tf-idf of {} with logistic regression (scikit-learn), taught on the same texts"


def run(options: Options) -> Iterator[Table]:
    """The languages whose data are here."""
    embedder = Embedder()
    reviews, package = Path(os.environ.get(ZH, REVIEWS)), Path(os.environ.get(EN, "none"))
    if reviews.is_file():
        yield from _chinese(reviews, embedder)
    else:
        print(f"\nChinese is left out: {ZH} names no file.", flush=True)
    if package.is_file():
        yield from _english(package, embedder)
    else:
        print(f"\nEnglish is left out: {EN} names no file. It is the source package of vaderSentiment, fetched by\n"
              "pip download --no-deps --no-binary :all: vaderSentiment==3.3.2", flush=True)  # fmt: skip
    yield from _strangers(package, embedder)


def _chinese(path: Path, embedder: Embedder) -> Iterator[Table]:
    corpus = capped(chinese(path), MOST)
    school = School(corpus, vectors_of(corpus, embedder.embed), "zh")
    _, trial = school.held_out()
    told = words(corpus, trial, "char")
    group = np.array(corpus.groups)[trial.rows]
    rows = [_row(trial, told)] + [
        _row(trial.only(group == name, name), told[group == name]) for name in sorted({*group})
    ]
    note = f"baseline: {WORDS.format('1 to 3 letters')}. At most {MOST} reviews of a category and label."
    yield Table("Chinese reviews held out, of categories that were taught", COLUMNS, rows, note)
    yield Table("The same: report", REPORT, report(trial.truth, trial.odds["both"] > 0))
    yield Table("The same: what a score means", SCORES, calibrated(trial))
    out = [_row(one, words(corpus, one, "char")) for one in school.left_out("review")]
    yield Table("Chinese reviews of a category that was left out", COLUMNS, out, note)


def _english(path: Path, embedder: Embedder) -> Iterator[Table]:
    corpus = english(path)
    school = School(corpus, vectors_of(corpus, embedder.embed), "en")
    with TemporaryDirectory() as folder:
        told = vader(path, Path(folder), corpus.texts)
    for kind, name in (("review", "whole reviews"), ("sentence", "sentences of reviews")):
        trials = list(school.left_out(kind))
        whole = joined(trials)
        rows = [_row(one, told[one.rows]) for one in (*trials, whole)]
        note = "baseline: VADER 3.3.2. Each product was left out in its turn."
        yield Table(f"English {name}, products left out", COLUMNS, rows, note)
        yield Table("The same: report", REPORT, report(whole.truth, whole.odds["both"] > 0))
        yield Table("The same: what a score means", SCORES, calibrated(whole))
        if find_spec("sklearn"):
            by_words = np.concatenate([words(corpus, one, "word") == one.truth for one in trials])
            print(f"\n{WORDS.format('one and two words')}: {percent(float(by_words.mean()))}", flush=True)


def _strangers(package: Path, embedder: Embedder) -> Iterator[Table]:
    """The weights that ship on texts of others, labelled by hand before they were read by any."""
    network = shipped()
    if network is None or network.english is None:
        return
    rows: list[tuple[Cell, ...]] = []
    for name, texts, truth in _labelled():
        vectors = embedder.embed(texts)
        odds = {"meaning": network.english.by_meaning(vectors), "letters": network.english.by_letters(texts),
                "both": network.english.odds(texts, vectors)}  # fmt: skip
        trial = Trial(name, np.arange(len(texts)), np.empty(0, np.int64), truth, odds)
        with TemporaryDirectory() as folder:
            told = vader(package, Path(folder), texts) if package.is_file() else None
        rows.append(_row(trial, told))
    yield Table("English, the weights that ship", COLUMNS, rows, "baseline: VADER 3.3.2, where its package is here.")


def _labelled() -> Iterator[tuple[str, list[str], Bools]]:
    if SHOP.is_file():
        names = titles(SHOP)
        held = [row for row in _read("titles.csv") if row["review_id"] in names]
        truth = np.array([row["label"] == "1" for row in held])
        yield "titles of reviews, Amazon India", [names[row["review_id"]] for row in held], truth
    for name, file in (("sentences written by hand", "english.csv"), ("clauses written by hand", "clauses.csv")):
        rows = [row for row in _read(file) if row.get("language", "en") == "en"]
        yield name, [row["text"] for row in rows], np.array([row["label"] == "1" for row in rows])


def titles(path: Path) -> dict[str, str]:
    """Of reviews by id, where a product's titles have no commas but those between them."""
    found: dict[str, str] = {}
    for ids, said in pl.read_parquet(path).select("review_id", "review_title").rows():
        names, parts = ids.split(","), said.split(",")
        if len(names) == len(parts):
            found |= {name: part.strip() for name, part in zip(names, parts, strict=True) if name not in found}
    return found


def capped(corpus: Corpus, most: int) -> Corpus:
    """At most so many texts of each group and label, chosen at random."""
    order = np.random.default_rng(0).permutation(len(corpus.texts))
    seen: dict[tuple[str, float], int] = {}
    kept = []
    for i in order:
        key = corpus.groups[i], corpus.praise[i]
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= most:
            kept.append(int(i))
    kept.sort()
    texts, groups, kinds = (tuple(part[i] for i in kept) for part in (corpus.texts, corpus.groups, corpus.kinds))
    return Corpus(texts, corpus.praise[kept], groups, kinds, (1,) * len(kept))


def words(corpus: Corpus, trial: Trial, unit: str) -> Bools:
    """What logistic regression over tf-idf says of a trial's texts, True for praise; False for all without it."""
    if not find_spec("sklearn"):
        return np.zeros(len(trial.rows), bool)
    text: Any = import_module("sklearn.feature_extraction.text")
    linear: Any = import_module("sklearn.linear_model")
    spans = (1, 3 if unit == "char" else 2)
    turn = text.TfidfVectorizer(analyzer=unit, ngram_range=spans, sublinear_tf=True, min_df=2)
    rows = turn.fit_transform([corpus.texts[i] for i in trial.taught])
    learnt = linear.LogisticRegression(C=5, max_iter=200).fit(rows, corpus.praise[trial.taught] > 0.5)
    return np.asarray(learnt.predict(turn.transform([corpus.texts[i] for i in trial.rows])), bool)


def vader(package: Path, folder: Path, texts: Sequence[str]) -> Bools:
    """What VADER's own rules and lexicon say of texts: True for a compound score above 0."""
    with tarfile.open(package) as held:
        held.extractall(folder, filter="data")
    place = str(next(folder.glob("*/vaderSentiment/vader_lexicon.txt")).parent.parent)
    sys.path.insert(0, place)
    try:
        engine: Any = __import__("vaderSentiment.vaderSentiment", fromlist=["SentimentIntensityAnalyzer"])
    finally:
        sys.path.remove(place)
    analyser = engine.SentimentIntensityAnalyzer()
    return np.array([analyser.polarity_scores(text)["compound"] > 0 for text in texts], bool)


def _row(trial: Trial, baseline: Bools | None) -> tuple[Cell, ...]:
    beside = percent(float((baseline == trial.truth).mean())) if baseline is not None else "-"
    return trial.name, len(trial.truth), *(percent(trial.right(way)) for way in ("both", *WAYS[:2])), beside


def _read(name: str) -> list[dict[str, str]]:
    with (OPINIONS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
