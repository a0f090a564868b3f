"""How pleased the writers of texts are: a file of texts in, the same with label and score out."""

import sys
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from knowledge.embedding import Embedder
from knowledge.opinions import Opinions
from knowledge.sentiment import label_of, shipped
from pricedesk.output import progress, show
from pricing.errors import PricingError

BATCH = 512


def add_to(app: typer.Typer) -> None:
    app.command("sentiment")(sentiment)


def sentiment(
    source: Annotated[Path, typer.Option("--in", help="A CSV file with a column `text`.")],
    out: Annotated[Path, typer.Option("--out", help="Where it goes, with `label` and `score`.")],
) -> None:
    """Tell praise from complaint in Chinese: adds label and score (0 displeased, 1 pleased) to a column `text`.

    Both stay empty where a text is of another language, or says nothing.
    """
    frame = _read(source)
    texts = [str(text or "") for text in frame["text"]]
    network = shipped()
    if network is None:
        raise PricingError("The weights of sentiment are missing from this installation. Install Pricedesk anew.")
    opinions, scores = Opinions(Embedder().embed, network), list[float | None]()
    with progress() as tell:
        for start in range(0, len(texts), BATCH):
            scores += opinions.scores(texts[start : start + BATCH])
            tell("texts", len(scores), len(texts))
    columns = [name for name in frame.columns if name not in ("label", "score")]
    rows = [
        {**row, "label": "" if score is None else label_of(score), "score": score}
        for row, score in zip(frame.select(columns).iter_rows(named=True), scores, strict=True)
    ]
    show(rows, False, out, (*columns, "label", "score"))
    if silent := scores.count(None):
        print(f"{silent} of {len(scores)} texts are not Chinese, or empty: no label.", file=sys.stderr)


def _read(source: Path) -> pl.DataFrame:
    try:
        frame = pl.read_csv(source, infer_schema=False, encoding="utf8-lossy")
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise PricingError(f"{source} cannot be read as CSV: {fault}. Give a UTF-8 file with a header.") from fault
    if "text" not in frame.columns:
        raise PricingError(f"{source} has no column `text`; it has {', '.join(frame.columns)}. Name one `text`.")
    return frame
