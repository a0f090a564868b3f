"""The training data of explanations: under the labels of the tools, true of their facts, the same each time."""

import ast
import random
from pathlib import Path

import pytest

import tools
from agents.explaining import schema
from agents.phrasing import Phrase, phrases, usable
from agents.signals import SIGNALS, signals
from serving.llm.data.explanations import (
    LANGUAGES,
    MAKERS,
    SALIENCE,
    UNITS,
    WORTH_TELLING,
    explanation,
    explanations,
    made_up,
    split_of,
)
from tests.schemas import fits

SPLITS = ("train", "validation", "test")


def entered() -> dict[str, set[str]]:
    """The units in which the tools enter each label; labels made of parts are left out."""
    found: dict[str, set[str]] = {}
    for file in Path(tools.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "add" and len(node.args) > 2:
                label, unit = node.args[0], node.args[2]
                if isinstance(label, ast.Constant) and isinstance(unit, ast.Constant):
                    found.setdefault(str(label.value), set()).add(str(unit.value))
    return found


def test_made_up_facts_stand_under_the_labels_and_units_of_the_tools() -> None:
    known = entered()
    composed = {"profit_change", "revenue_change", "units_expected", "complement", "substitute"}
    rules = {label for label in UNITS if label.startswith("rule_")}
    assert UNITS.keys() - known.keys() == composed | rules  # these are passed on in a variable
    assert all(UNITS[label] in known[label] for label in UNITS.keys() & known.keys())


def test_the_same_seed_gives_the_same_explanations_and_another_gives_others() -> None:
    first, again, other = (list(explanations(random.Random(seed), 30, "train")) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("split", SPLITS)
def test_every_first_sentence_is_of_its_split(split: str) -> None:
    told = list(explanations(random.Random(5), 80, split))
    assert len(told) == 80
    known = {phrase.words: phrase for language in LANGUAGES for phrase in phrases(language) if phrase.part == "lead"}
    assert {split_of(known[one.family]) for one in told} == {split}
    assert {one.language for one in told} == set(LANGUAGES)


def test_there_are_families_of_first_sentences_in_every_split_and_language() -> None:
    for language in LANGUAGES:
        leads = [phrase for phrase in phrases(language) if phrase.part == "lead"]
        assert len(leads) >= 40
        assert {split_of(phrase) for phrase in leads} == set(SPLITS)


def test_every_answer_is_one_that_the_schema_of_its_facts_allows() -> None:
    for seed in range(150):
        rng = random.Random(seed)
        tool, language = rng.choice(sorted(MAKERS)), rng.choice(LANGUAGES)
        facts = made_up(tool, rng)
        told = explanation(rng, tool, language, facts)
        shape = schema(usable(tool, facts, language), language)
        assert told is not None
        assert fits(shape, told.answer), told.answer
        assert not any(character.isdigit() for character in told.user + str(told.answer))


def test_every_signal_and_word_that_is_weighed_exists() -> None:
    asked = {
        (name, word) for language in LANGUAGES for p in phrases(language) for name, words in p.needs for word in words
    }
    assert asked >= SALIENCE.keys()
    assert {name for name, _ in SALIENCE} <= SIGNALS.keys()


def test_what_matters_most_is_told_first() -> None:
    def says(text: str) -> Phrase:
        return next(phrase for phrase in phrases("en") if phrase.says(text))

    seen = 0
    for seed in range(200):
        rng = random.Random(seed)
        facts = made_up("propose_price", rng)
        told = explanation(rng, "propose_price", "en", facts)
        if told and signals(facts).get("rating") == "poor":
            seen += 1
            assert says(told.answer["say"][2]).topic == "rating"
    assert seen > 10
    assert max(SALIENCE.values()) > WORTH_TELLING > min(SALIENCE.values())
