"""How pleased the writers of texts are: a file of texts in, the same with label and score out; and its training."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from knowledge.embedding import Embedder
from knowledge.opinions import Opinions
from knowledge.sentiment import ENGLISH, FILE, label_of, saved, shipped
from knowledge.sentiment_data import Corpus, Progress, chinese, english, vectors_of
from knowledge.sentiment_trial import School, Trial, joined, report
from knowledge.teaching import Recipe
from pricedesk.output import Row, progress, show
from pricing.errors import PricingError

BATCH = 512
Reader = Callable[[Path], Corpus]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(invoke_without_command=True)
    group.callback()(sentiment)
    group.command("train")(train)
    app.add_typer(group, name="sentiment")


def sentiment(
    context: typer.Context,
    source: Annotated[Path | None, typer.Option("--in", help="A CSV file with a column `text`.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where it goes, with `label` and `score`.")] = None,
) -> None:
    """Tell praise from complaint in Chinese and English: adds label and score (0 displeased, 1 pleased) to a column
    `text`. Both stay empty where a text is of another language, or says nothing. `sentiment train` makes the weights.
    """
    if context.invoked_subcommand is None:
        if source is None or out is None:
            raise PricingError("A file of texts and a place for what they say are needed. Give --in and --out.")
        tell(source, out)


def tell(source: Path, out: Path) -> None:
    """Write the texts of `source` with their label and score to `out`."""
    frame = _read(source)
    texts = [str(text or "") for text in frame["text"]]
    network = shipped()
    if network is None:
        raise PricingError("The weights of sentiment are missing from this installation. Install Pricedesk anew.")
    opinions, scores = Opinions(Embedder().embed, network), list[float | None]()
    with progress() as told:
        for start in range(0, len(texts), BATCH):
            scores += opinions.scores(texts[start : start + BATCH])
            told("texts", len(scores), len(texts))
    columns = [name for name in frame.columns if name not in ("label", "score")]
    rows = [
        {**row, "label": "" if score is None else label_of(score), "score": score}
        for row, score in zip(frame.select(columns).iter_rows(named=True), scores, strict=True)
    ]
    show(rows, False, out, (*columns, "label", "score"))
    if silent := scores.count(None):
        print(f"{silent} of {len(scores)} texts are neither Chinese nor English, or empty: no label.", file=sys.stderr)


def train(
    out: Annotated[Path, typer.Option("--out", help="A folder; the weights that ship lie in `knowledge`.")],
    zh: Annotated[Path | None, typer.Option("--zh", help="Chinese reviews: columns cat, label, review.")] = None,
    en: Annotated[Path | None, typer.Option("--en", help="The source package of vaderSentiment (tar.gz).")] = None,
    seed: Annotated[int, typer.Option(help="The same seed and data make the same weights.")] = Recipe.seed,
) -> None:
    """Make the weights from public data, and print how well texts are told that were not taught.

    Chinese is tried on a tenth of its reviews, English on each product that was left out.
    """
    if zh is None and en is None:
        raise PricingError("There is nothing to learn from. Give --zh, --en or both.")
    embedder = Embedder()
    with progress() as told:
        rows = _chinese(zh, out, seed, embedder, told) if zh else []
        rows += _english(en, out, seed, embedder, told) if en else []
    show(rows, False)


def _chinese(source: Path, out: Path, seed: int, embedder: Embedder, told: Progress) -> list[Row]:
    school = _school(chinese, source, "zh", seed, embedder, told)
    network, trial = school.held_out(told)
    saved(network, _place(out) / FILE)
    return _rows("Chinese", "held out", trial)


def _english(source: Path, out: Path, seed: int, embedder: Embedder, told: Progress) -> list[Row]:
    school = _school(english, source, "en", seed, embedder, told)
    trials = list(school.left_out("review"))
    saved(school.everything(told), _place(out) / ENGLISH)
    return _rows("English", "products left out", joined(trials))


def _school(read: Reader, source: Path, language: str, seed: int, embedder: Embedder, told: Progress) -> School:
    corpus = read(source)
    return School(corpus, vectors_of(corpus, embedder.embed, told), language, seed)


def _rows(language: str, what: str, trial: Trial) -> list[Row]:
    names: Sequence[str] = ("label", "precision", "recall", "f1", "texts")
    told = [{"language": language, "tried on": what} | dict(zip(names, row, strict=True))
            for row in report(trial.truth, trial.odds["both"] > 0)]  # fmt: skip
    return [*told, {"language": language, "tried on": what, "label": "accuracy", "f1": trial.right(),
                    "texts": len(trial.truth)}]  # fmt: skip


def _place(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise PricingError(f"{out} is no folder that can be written: {fault.strerror}. Give another.") from fault
    return out


def _read(source: Path) -> pl.DataFrame:
    try:
        frame = pl.read_csv(source, infer_schema=False, encoding="utf8-lossy")
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise PricingError(f"{source} cannot be read as CSV: {fault}. Give a UTF-8 file with a header.") from fault
    if "text" not in frame.columns:
        raise PricingError(f"{source} has no column `text`; it has {', '.join(frame.columns)}. Name one `text`.")
    return frame
