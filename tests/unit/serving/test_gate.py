"""When a new adapter takes the place of the one in use."""

import pytest

from agents.request import Request
from serving.llm.gate import MARGIN, chance, counted, paired, table, verdict
from serving.llm.scores import Judged

MEANT = Request(tool="what_if", product="mug", change_pct=-10)
RIGHT, INEXACT, WRONG = MEANT, Request(tool="what_if", product="mug"), Request(tool="refuse")


def read(language: str, *understood: Request | None) -> list[Judged]:
    return [Judged(language, MEANT, one) for one in understood]


def test_the_chance_of_a_run_of_heads() -> None:
    assert chance(5, 0) == 1 / 32
    assert chance(1, 1) == 3 / 4
    assert chance(0, 0) == 1


def test_surely_better_is_adopted() -> None:
    old, new = read("en", *[WRONG] * 9, *[RIGHT] * 20), read("en", *[RIGHT] * 8, WRONG, *[RIGHT] * 20)
    assert verdict(paired(old, new)).adopted


def test_the_same_is_not_better() -> None:
    old = read("en", *[RIGHT] * 20, *[WRONG] * 20)
    told = verdict(paired(old, old))
    assert not told.adopted
    assert "not surely better: 0 exact calls gained, 0 lost" in told.reasons[0]


@pytest.mark.parametrize(("gained", "lost", "adopted"), [(4, 0, False), (5, 0, True), (12, 8, False), (30, 12, True)])
def test_a_gain_that_chance_may_give_is_none(gained: int, lost: int, adopted: bool) -> None:
    rest = [RIGHT] * 100
    old = read("en", *[INEXACT] * gained, *[RIGHT] * lost, *rest)
    new = read("en", *[RIGHT] * gained, *[INEXACT] * lost, *rest)
    assert verdict(paired(old, new)).adopted == adopted


def test_no_language_pays_for_another() -> None:
    old = read("en", *[INEXACT] * 60) + read("zh", *[RIGHT] * 60)
    new = read("en", *[RIGHT] * 60) + read("zh", *[WRONG] * 10, *[RIGHT] * 50)
    assert verdict(paired(old, new)).reasons == (
        "zh, tool: 10 lost, 0 gained", "zh, exact: 10 lost, 0 gained",
    )  # fmt: skip


def test_a_loss_within_chance_or_margin_does_not_refuse() -> None:
    better = ([INEXACT] * 60, [RIGHT] * 60)
    by_chance = (read("zh", *[RIGHT] * 8, *[WRONG] * 6), read("zh", *[WRONG] * 8, *[RIGHT] * 6))
    small = (read("zh", *[RIGHT] * 900), read("zh", *[WRONG] * int(900 * MARGIN), *[RIGHT] * 891))
    for old, new in (by_chance, small):
        assert verdict(paired(read("en", *better[0]) + old, read("en", *better[1]) + new)).adopted


def test_no_lawful_answer_is_a_wrong_one() -> None:
    pairs = {(p.language, p.measure): p for p in paired(read("en", RIGHT, None), read("en", None, INEXACT))}
    tool, exact = pairs["en", "tool"], pairs["all", "exact"]
    assert (tool.before, tool.after, tool.gained, tool.lost) == (1, 1, 1, 1)
    assert (exact.before, exact.after, exact.gained, exact.lost) == (1, 0, 0, 1)
    assert "| en | tool | 2 | 50.0% | 50.0% | 1 | 1 |" in table(list(pairs.values()))


def test_explanations_that_fall_back_more_often_refuse() -> None:
    better = paired(read("en", *[INEXACT] * 9), read("en", *[RIGHT] * 9))
    assert verdict(better).adopted
    worse = counted("explained", [("zh", True, False)] * 6 + [("zh", True, True)] * 30)
    assert verdict([*better, *worse]).reasons == ("zh, explained: 6 lost, 0 gained",)


def test_other_messages_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="longer"):
        paired(read("en", RIGHT), read("en", RIGHT, RIGHT))
