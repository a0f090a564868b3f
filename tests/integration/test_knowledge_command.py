"""`pricedesk index` and the filters of `pricedesk search`."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from db.engine import Database
from db.tables import Product, Review
from pricedesk.cli import main
from tests.small_store import small_home, small_knowledge

__all__ = ["small_home", "small_knowledge"]

pytestmark = pytest.mark.slow


@pytest.fixture
def home(small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(small_home, tmp_path / "home")
    monkeypatch.setenv("PRICEDESK_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command and read its JSON."""

    def run(*words: str) -> Any:
        monkeypatch.setattr("sys.argv", ["pricedesk", *words, "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return json.loads(capsys.readouterr().out)

    return run


def add(home: Path, *texts: str) -> str:
    database = Database(f"sqlite:///{home / 'pricedesk.db'}")
    with database.session() as session:
        sku = session.exec(select(Product.sku)).first() or ""
        session.add_all(
            Review(
                review_id=f"new{i}", sku=sku, written_on=date(2025, 1, 1 + i), rating=1 + i, text=text, sentiment=0.5
            )
            for i, text in enumerate(texts)
        )
    database.dispose()
    return sku


def test_index_reads_what_is_new_and_a_rebuild_reads_all(home: Path, said: Any) -> None:
    first = said("index")
    add(home, "Call 13812345678, the QZ-77 lid leaks", "QZ-77 盖子很好")
    second = said("index")
    assert second["added"] == 2
    assert second["unchanged"] == first["added"] + first["unchanged"]
    assert said("index", "--rebuild") == {"added": second["added"] + second["unchanged"], "unchanged": 0, "removed": 0}


def test_search_filters_and_shows_no_personal_data(home: Path, said: Any) -> None:
    add(home, "Call 13812345678, the QZ-77 lid leaks", "QZ-77 盖子很好")
    said("index")
    rows = {row["source"]: row for row in said("search", "QZ-77", "--n", "2")}
    assert set(rows) == {"new0", "new1"}
    assert rows["new0"]["text"] == "Call [phone], the QZ-77 lid leaks"
    assert (rows["new0"]["language"], rows["new1"]["language"], rows["new0"]["copies"]) == ("en", "zh", 1)
    assert 0 < rows["new1"]["score"] <= 1
    assert said("search", "QZ-77", "--language", "zh", "--n", "1")[0]["source"] == "new1"
    assert said("search", "QZ-77", "--max-rating", "1", "--n", "1")[0]["source"] == "new0"
    assert [r["source"] for r in said("search", "QZ-77", "--since", "2025-01-02", "--until", "2025-01-02")] == ["new1"]
