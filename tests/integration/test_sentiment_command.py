"""`pricedesk sentiment`: a file of texts in, the same with label and score out; and the training of its weights."""

import io
import tarfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from knowledge.sentiment import loaded
from pricedesk.cli import app
from pricedesk.commands.sentiment import tell, train
from pricing.errors import PricingError


def test_praise_and_complaint_are_told_apart_in_both_languages_and_russian_gets_no_label(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [
        "质量很好,穿着舒服,下次还来买",
        "太差了,用了两天就坏,客服也不理人",
        "Excellent phone, great battery and I love the screen. Very happy with it.",
        "Terrible product, it stopped working after two days. Do not buy.",
        "Очень хороший чайник, кипятит быстро",
        "",
        "12 345",
    ]
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    pl.DataFrame({"id": list("abcdefg"), "text": texts}).write_csv(source)
    tell(source, out)
    rows = pl.read_csv(out, infer_schema=False).to_dicts()
    assert [row["id"] for row in rows] == list("abcdefg")
    assert [row["label"] or "" for row in rows] == ["positive", "negative", "positive", "negative", "", "", ""]
    assert float(rows[0]["score"]) > 0.5 > float(rows[1]["score"])
    assert not rows[4]["score"]
    assert "3 of 7 texts" in capsys.readouterr().err


def test_without_its_files_the_command_says_what_is_missing() -> None:
    assert "--in and --out" in str(CliRunner().invoke(app, ["sentiment"]).exception)
    with pytest.raises(PricingError, match="--zh, --en or both"):
        train(Path("nowhere"))


def package(path: Path, snippets: dict[str, list[tuple[str, float, str]]]) -> Path:
    """A made-up package of the shape that vaderSentiment's has."""
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as held:
        for name, rows in snippets.items():
            _add(
                held, f"h/{name}Snippets_GroundTruth.txt", "\n".join("\t".join(map(str, row)) for row in rows).encode()
            )
    with tarfile.open(path, "w:gz") as outer:
        _add(outer, "v/additional_resources/hutto_ICWSM_2014.tar.gz", inner.getvalue())
    return path


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


@pytest.mark.slow
def test_weights_are_made_from_data_and_the_same_seed_makes_the_same_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = (("非常好", 1), ("很满意", 1), ("太差了", 0), ("坏了要退货", 0))
    made_up = [(f"第{i}个{word}", good) for i in range(40) for word, good in said]
    zh = tmp_path / "zh.csv"
    columns = {"cat": ["a", "b"] * 80, "label": [good for _, good in made_up], "review": [text for text, _ in made_up]}
    pl.DataFrame(columns).write_csv(zh)
    rated = [(f"{1 + i}_1", 2.5 - 5 * (i % 2), f"it is {'awful' if i % 2 else 'great'}, part {i}") for i in range(90)]
    films = [(name, rating, f"{text} of the film") for name, rating, text in rated]
    en = package(tmp_path / "en.tar.gz", {"amazonReview": rated, "movieReview": films})
    train(tmp_path / "one", zh, None, 3)
    train(tmp_path / "two", zh, None, 3)
    one, two = (loaded(tmp_path / name / "sentiment.npz") for name in ("one", "two"))
    assert one.mark() == two.mark()
    assert "accuracy" in capsys.readouterr().out
    with pytest.raises(PricingError, match="no source package of vaderSentiment"):
        train(tmp_path / "three", None, zh)
    assert not (tmp_path / "three").exists()
    with pytest.raises(PricingError, match="no table with cat, label and review"):
        train(tmp_path / "three", en, None)
    train(tmp_path / "four", None, en, 3)
    assert np.isfinite(loaded(tmp_path / "four" / "sentiment-en.npz").joint).all()


def test_a_file_without_texts_is_refused_by_its_columns(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("id,review\n1,好\n", "utf-8")
    with pytest.raises(PricingError, match="no column `text`; it has id, review"):
        tell(source, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
