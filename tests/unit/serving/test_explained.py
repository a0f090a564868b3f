"""The evaluation of explanations: what is counted, and that nothing untrue can be counted as well told."""

import json
from pathlib import Path

import pytest

from agents.explaining import MAX_TOKENS
from agents.templates import fill
from serving.llm.explained import Explained, cases, explain_local, explain_served, plain, summed, table
from serving.llm.local import Asked, LocalModel, Told
from tests.chat_models import SayingModel, always, failing, knowing, sentences
from tests.unit.serving.letters import small_model

CASES = cases(7, 40)
GOOD = knowing({"tool": "propose_price"})


def quiet(done: int, of: int) -> None:
    return None


def served(model: SayingModel) -> list[Explained]:
    return list(explain_served(CASES, model, quiet))


def test_cases_are_the_same_each_time_of_both_languages_and_mostly_of_proposals() -> None:
    again, other = cases(7, 40), cases(8, 40)
    assert [(c.tool, c.language, list(c.facts)) for c in again] == [(c.tool, c.language, list(c.facts)) for c in CASES]
    assert [list(c.facts) for c in other] != [list(c.facts) for c in CASES]
    assert {c.language for c in CASES} == {"en", "zh"}
    assert max({c.tool for c in CASES}, key=[c.tool for c in CASES].count) == "propose_price"


def test_a_good_model_writes_every_explanation_and_states_nothing_untrue() -> None:
    found = summed(served(GOOD))
    assert found.keys() == {"en", "proposals", "zh"}
    for writing in found.values():
        told = plain(writing)
        assert (told["by_model"], told["unfaithful"], told["why_not"]) == (1.0, 0, [])
        assert told["facts"] > 3
        assert told["letters"] > 60
    assert found["en"].many + found["zh"].many == len(CASES)


def test_a_model_that_fails_is_counted_as_failing_and_the_template_is_what_is_read() -> None:
    for model in (failing(), always('{"say": ["Charge 5."]}')):
        found = served(model)
        assert all(one.why and one.text == fill(one.case.tool, one.case.facts, one.case.language) for one in found)
        assert all(one.used == 0 for one in found)
        assert plain(summed(found)["en"])["by_model"] == 0


def test_what_would_be_untrue_is_seen() -> None:
    case = next(c for c in CASES if c.facts.find("price_now"))
    assert Explained(case, (), "It costs 5.").problems
    assert not Explained(case, (), "It costs {F2}.").problems


def test_telling_what_matters_less_is_no_gain() -> None:
    least = knowing({"tool": "propose_price"}, more=0)
    first, none = (sum(w.matters for w in summed(served(model)).values()) for model in (GOOD, least))
    assert none == 0 < first


def test_the_table_has_a_line_a_group() -> None:
    lines = table(summed(served(GOOD))).splitlines()
    assert len(lines) == 5
    assert lines[2].startswith("| en | 20 | 100.0% | 0 |")


class Scripted(LocalModel):
    """Answers as good as the schema has them, without weights."""

    def __init__(self) -> None:
        self.most = 0

    def told(self, asked: Asked, temperature: float = 0, most: int = 0) -> list[Told]:
        self.most = most
        return [Told(json.dumps({"say": sentences(schema, 1)}, ensure_ascii=False), 9) for *_, schema in asked]


def test_many_side_by_side_are_judged_like_one_after_the_other() -> None:
    model = Scripted()
    found = list(explain_local(CASES, model, quiet))
    assert model.most == MAX_TOKENS
    assert [one.sentences for one in found] == [one.sentences for one in served(knowing({}, more=1))]
    assert {one.tokens for one in found} == {9}


@pytest.mark.slow
def test_a_model_that_learnt_nothing_still_writes_nothing_untrue(tmp_path: Path) -> None:
    found = list(explain_local(CASES[:8], LocalModel(small_model(tmp_path)), quiet))
    assert len(found) == 8
    assert all(one.problems == [] for one in found)
    assert all(one.tokens > 0 for one in found)
