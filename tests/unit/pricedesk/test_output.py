"""What a command prints and writes: JSON that parses, tables that fit, files that are safe to open."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from pricedesk.output import progress, say, show
from pricing.errors import PricingError

ROWS = [
    {"sku": "A", "price": Decimal("2.50"), "note": "a, \"b\"\nc", "usable": True, "none": None, "nan": float("nan")},
    {"sku": "白色", "price": 1 / 3, "note": "", "usable": False, "none": 1, "nan": 2.0},
]  # fmt: skip


def written(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_json_is_json_whatever_the_values(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"d": Decimal("2.5"), "on": date(2026, 1, 5), "a": np.array([1.5]), "s": "白"}], as_json=True)
    out = capsys.readouterr().out
    assert json.loads(out) == [{"d": 2.5, "on": "2026-01-05", "a": [1.5], "s": "白"}]
    assert "白" in out


def test_a_number_that_is_none_is_null_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"x": float("nan"), "y": float("inf"), "deep": [{"z": float("-inf")}], "n": np.float64("nan")}], as_json=True)
    out = capsys.readouterr().out
    assert json.loads(out, parse_constant=_no_json) == [{"x": None, "y": None, "deep": [{"z": None}], "n": None}]


def _no_json(word: str) -> object:
    raise ValueError(f"{word} is no JSON")


def test_columns_are_chosen_and_ordered(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, as_json=True, columns=("usable", "sku", "absent"))
    first = json.loads(capsys.readouterr().out)[0]
    assert list(first.items()) == [("usable", True), ("sku", "A"), ("absent", None)]


def test_a_file_holds_what_the_rows_hold(tmp_path: Path) -> None:
    show(ROWS, as_json=False, out=tmp_path / "out.csv")
    assert written(tmp_path / "out.csv") == [
        ["sku", "price", "note", "usable", "none", "nan"],
        ["A", "2.5", 'a, "b"\nc', "true", "", ""],
        ["白色", "0.333333", "", "false", "1", "2"],
    ]


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1+1", "@SUM(A1)", "-2+3", "-cmd|' /C calc'!A0", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "=HYPERLINK(\"http://example.org\")"],
)  # fmt: skip
def test_a_cell_is_never_a_formula(cell: str, tmp_path: Path) -> None:
    show([{"x": cell}], as_json=False, out=tmp_path / "out.csv")
    assert written(tmp_path / "out.csv")[1] == [f"'{cell}"]


@pytest.mark.parametrize("number", [-3.25, -1, Decimal("-2.50"), "-7.5"])
def test_a_negative_number_stays_a_number(number: object, tmp_path: Path) -> None:
    show([{"x": number}], as_json=False, out=tmp_path / "out.csv")
    assert float(written(tmp_path / "out.csv")[1][0]) == float(str(number))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    class Broken:
        def __str__(self) -> str:
            raise ZeroDivisionError

    (tmp_path / "out.csv").write_text("before")
    with pytest.raises(ZeroDivisionError):
        show([{"x": 1}, {"x": Broken()}], as_json=False, out=tmp_path / "out.csv")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("out.csv", "before")]


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PricingError, match="cannot be written"):
        show(ROWS, as_json=False, out=tmp_path / "no such folder" / "out.csv")
    (tmp_path / "folder").mkdir()
    with pytest.raises(PricingError, match="cannot be written"):
        show(ROWS, as_json=False, out=tmp_path / "folder")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_nothing_to_show_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    show([], as_json=False)
    show([], as_json=True)
    assert capsys.readouterr().out == "Nothing to show.\n[]\n"
    show([], as_json=False, out=tmp_path / "out.csv", columns=("a", "b"))
    assert written(tmp_path / "out.csv") == [["a", "b"]]


def test_a_table_shows_markup_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"name": "[bold]tea[/bold] [red]"}], as_json=False)
    assert "[bold]tea[/bold] [red]" in capsys.readouterr().out


def test_one_result_is_words_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    say({"a": Decimal(1)}, False, "Done.")
    say({"a": Decimal(1)}, True, "Done.")
    assert capsys.readouterr().out == 'Done.\n{\n "a": 1.0\n}\n'


def test_progress_keeps_out_of_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as tell:
        tell("texts", 1, 2)
        tell("texts", 2, 2)
    assert capsys.readouterr().out == ""
