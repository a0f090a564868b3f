"""Which weights are meant."""

from pathlib import Path

from serving.llm.weights import prepare


def test_a_local_folder_is_used_as_it_is(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    assert prepare(tmp_path / "home", str(mine)) == mine
    assert not (tmp_path / "home").exists()


def test_a_name_is_passed_through(tmp_path: Path) -> None:
    assert prepare(tmp_path, "owner/model") == "owner/model"
