import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.imports.cells import guarded, unguarded


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "'=1"])
def test_a_formula_is_guarded(cell: str) -> None:
    assert guarded(pl.DataFrame({"a": [cell]}))["a"][0] == "'" + cell


@pytest.mark.parametrize("cell", ["-2.5", "+3", "-1,234.50", "1e5", "C536379", "it's", "", "'quoted'"])
def test_a_number_or_plain_text_is_left_alone(cell: str) -> None:
    assert guarded(pl.DataFrame({"a": [cell]}))["a"][0] == cell


def test_number_columns_and_nulls_are_left_alone() -> None:
    frame = pl.DataFrame({"a": [-1.5, None], "b": [None, "x"]})
    assert guarded(frame).equals(frame)


@given(st.lists(st.text(alphabet="'=+-@\tab1.%", max_size=8), min_size=1))
def test_the_guard_comes_off_again(cells: list[str]) -> None:
    assert unguarded(guarded(pl.DataFrame({"a": cells}))["a"]).to_list() == cells
