"""The index of words: what is found, filtered and kept."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.filtering import Filter
from knowledge.lexical import Lexical, Row, lexemes
from knowledge.record import Metadata


def row(name: str, text: str, **about: str | int | float) -> Row:
    metadata: Metadata = {"sku": "A", "language": "en", "day": date(2025, 1, 1).toordinal(), "rating": 4.0}
    return ("review", name, text, metadata | about)


ROWS = [
    row("1", ""),
    row("2", "The charger leaks and the lid is broken", rating=1.0),
    row("3", "Leaking lids, leaked twice", sku="B"),
    row("4", "盖子漏水，杯子很好看", language="zh"),
    row("5", "Model XJ-900 fits", day=date(2025, 6, 1).toordinal()),
]


ALL = Filter()


def found(lexical: Lexical, text: str, where: Filter = ALL, share: float = 0.0) -> list[str]:
    return [name for _, name in lexical.best(text, 10, where, share)]


@pytest.fixture(scope="module")
def lexical() -> Lexical:
    return Lexical.of("s", ROWS)


def test_words_are_found_without_their_endings(lexical: Lexical) -> None:
    assert set(found(lexical, "leak lid")) == {"2", "3"}
    assert found(lexical, "xj 900") == ["5"]


def test_chinese_is_found_by_pairs_of_characters(lexical: Lexical) -> None:
    assert found(lexical, "会漏水吗") == ["4"]
    assert found(lexical, "水漏") == []


def test_a_text_with_little_of_the_question_can_be_left_out(lexical: Lexical) -> None:
    assert set(found(lexical, "charger leaking lid model")) == {"2", "3", "5"}
    assert found(lexical, "charger leaking lid model", share=0.5) == ["2"]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (Filter(sku="B"), {"3"}),
        (Filter(max_rating=2), {"2"}),
        (Filter(min_rating=2), {"3"}),
        (Filter(language="zh"), set()),
        (Filter(until=date(2024, 12, 31)), set()),
        (Filter(kind="product"), set()),
        (Filter(since=date(2025, 1, 1), until=date(2025, 1, 1)), {"2", "3"}),
    ],
)
def test_filters_hold(lexical: Lexical, where: Filter, names: set[str]) -> None:
    assert set(found(lexical, "leak lid", where)) == names


@pytest.mark.parametrize("text", ["", "the and of", "zzz", "的", "\ud800"])
def test_a_question_without_known_words_finds_nothing(lexical: Lexical, text: str) -> None:
    assert found(lexical, text) == []


@pytest.mark.parametrize("rows", [[], [row("1", "")], ROWS], ids=["none", "blank", "some"])
def test_what_was_kept_answers_as_before(rows: list[Row], tmp_path: Path) -> None:
    made = Lexical.of("stamp", rows)
    made.save(tmp_path / "lexical")
    made.save(tmp_path / "lexical")
    again = Lexical.load(tmp_path / "lexical", "stamp")
    assert again is not None
    assert found(again, "leak lid") == found(made, "leak lid")
    assert Lexical.load(tmp_path / "lexical", "another") is None
    assert [path.name for path in tmp_path.iterdir()] == ["lexical"]


def test_a_damaged_or_missing_index_is_none(tmp_path: Path) -> None:
    assert Lexical.load(tmp_path / "none", "s") is None
    Lexical.of("s", ROWS).save(tmp_path / "lexical")
    (tmp_path / "lexical" / "columns.npz").write_bytes(b"broken")
    assert Lexical.load(tmp_path / "lexical", "s") is None


def test_endings_are_cut_alike() -> None:
    assert lexemes("Charging chargers charged") == ["charg", "charg", "charg"]
    assert lexemes("it's 750ml, isn't it?") == ["750ml"]
