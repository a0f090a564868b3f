"""`pricedesk sentiment`: a file of texts in, the same with label and score out."""

from pathlib import Path

import polars as pl
import pytest

from pricedesk.commands.sentiment import sentiment
from pricing.errors import PricingError


def test_chinese_praise_and_complaint_are_told_apart_and_english_gets_no_label(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ["质量很好,穿着舒服,下次还来买", "太差了,用了两天就坏,客服也不理人", "Lovely mug, would buy again.", ""]
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    pl.DataFrame({"id": ["a", "b", "c", "d"], "text": texts}).write_csv(source)
    sentiment(source, out)
    rows = pl.read_csv(out, infer_schema=False).to_dicts()
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert [row["label"] or "" for row in rows] == ["positive", "negative", "", ""]
    assert float(rows[0]["score"]) > 0.5 > float(rows[1]["score"])
    assert not rows[2]["score"]
    assert "2 of 4 texts" in capsys.readouterr().err


def test_a_file_without_texts_is_refused_by_its_columns(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("id,review\n1,好\n", "utf-8")
    with pytest.raises(PricingError, match="no column `text`; it has id, review"):
        sentiment(source, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
