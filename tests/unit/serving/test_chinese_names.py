"""The Chinese product names of the training messages: many, of many trades and shapes."""

import re
from collections import Counter
from importlib.resources import files


def lines() -> list[str]:
    return (files("serving.llm.data") / "names.zh.txt").read_text("utf-8").splitlines()


def test_every_line_is_a_name_and_its_category() -> None:
    for line in lines():
        name, category = line.split("|")
        assert name == name.strip() != "", line
        assert re.fullmatch(r"[DIY㐀-鿿]{1,6}", category), line


def test_no_name_stands_there_twice() -> None:
    names = Counter(line.split("|")[0] for line in lines())
    assert [name for name, times in names.items() if times > 1] == []


def test_the_names_are_of_many_trades_and_shapes() -> None:
    names, categories = zip(*(line.split("|") for line in lines()), strict=True)
    assert len(names) >= 900
    assert len(set(categories)) >= 40
    shapes = {
        "short": r"[㐀-鿿]{1,3}",
        "long": r".{14,}",
        "spaced": r".+ .+",
        "bracketed": r".*[（(【\[].*",
        "Latin": r".*[A-Za-z]{2,}.*",
        "counted": r".*\d.*[只片个袋瓶件双条盒装].*",
        "times": r".*[×*].*",
    }
    for shape, pattern in shapes.items():
        assert sum(bool(re.fullmatch(pattern, name)) for name in names) >= 15, shape
