"""The picture of tools meant and understood."""

from pathlib import Path
from xml.etree import ElementTree as ET

from serving.llm.confusion import svg, written

SPACE = "{http://www.w3.org/2000/svg}"
COUNTS = {("what_if", "what_if"): 7, ("what_if", "refuse"): 3, ("refuse", "refuse"): 5, ("refuse", "none"): 1}


def numbers(picture: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(picture).iter(f"{SPACE}text") if (each.text or "").isdigit()]


def test_each_count_stands_in_its_cell() -> None:
    assert sorted(numbers(svg({"one": COUNTS}))) == ["1", "3", "5", "7"]


def test_two_models_stand_side_by_side_on_the_same_axes() -> None:
    drawn = ET.fromstring(svg({"one": COUNTS, "two & more": {("what_if", "clarify"): 2}}))
    panels = drawn.findall(f"{SPACE}g")
    names = [{text.text for text in panel.iter(f"{SPACE}text") if (text.text or "").islower()} for panel in panels]
    assert {"refuse", "what_if", "none", "clarify"} <= names[0]
    assert names[0] - names[1] == {"one"}
    assert names[1] - names[0] == {"two & more"}


def test_a_page_where_the_name_says_so(tmp_path: Path) -> None:
    written({"one": COUNTS}, tmp_path / "c.html")
    written({"one": COUNTS}, tmp_path / "c.svg")
    assert (tmp_path / "c.html").read_text("utf-8").startswith("<!doctype html>")
    assert (tmp_path / "c.svg").read_text("utf-8") == svg({"one": COUNTS})
