"""The sentences of explanations: no number stands in any, and each is told only where it is true."""

import random
import re

import pytest

from agents.faithful import unfaithful
from agents.phrasing import PARTS, Phrase, phrases, usable
from agents.rendering import Language
from agents.signals import SHORT_NAMES, SIGNALS
from agents.templates import TEMPLATES
from agents.words import LABELS, RULES
from serving.llm.data.explanations import MAKERS, made_up, realised
from tools.facts import Facts, Source

LANGUAGES: tuple[Language, ...] = ("en", "zh")
EVERY = [(language, phrase) for language in LANGUAGES for phrase in phrases(language)]
KNOWN = Facts()
KNOWN.add("product", "Tea", "text", Source("product", "row"))
REFERENCE = re.compile(r"\{\w+\}")


def name(one: object) -> str:
    return one.words[:60] if isinstance(one, Phrase) else str(one)


@pytest.mark.parametrize(("language", "phrase"), EVERY, ids=name)
def test_no_sentence_states_a_number_of_its_own(language: Language, phrase: Phrase) -> None:
    for seed in range(20):
        text = realised(phrase, random.Random(seed))
        assert phrase.says(text)
        assert unfaithful(REFERENCE.sub("{F1}", text), KNOWN) == []


@pytest.mark.parametrize(("language", "phrase"), EVERY, ids=name)
def test_every_sentence_refers_to_facts_that_exist_and_asks_for_signals_that_exist(
    language: Language, phrase: Phrase
) -> None:
    known = LABELS.keys() | {f"rule_{rule}" for rule in RULES}
    for slot in phrase.slots:
        assert set(SHORT_NAMES.get(slot, (slot,))) <= known
    assert {signal for signal, _ in phrase.needs} <= SIGNALS.keys()
    assert phrase.tools <= TEMPLATES.keys()
    assert phrase.part in PARTS


@pytest.mark.parametrize(("language", "phrase"), EVERY, ids=name)
def test_every_sentence_is_used(language: Language, phrase: Phrase) -> None:
    tool = random.Random(0).choice(sorted(phrase.tools))
    assert any(phrase in usable(tool, made_up(tool, random.Random(seed)), language) for seed in range(2000))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tool", sorted(MAKERS))
def test_there_is_a_first_sentence_whatever_the_facts_are(tool: str, language: Language) -> None:
    for seed in range(300):
        assert any(p.part == "lead" for p in usable(tool, made_up(tool, random.Random(seed)), language))


def test_both_languages_have_the_same_headings() -> None:
    english, chinese = ({(p.part, p.topic, p.tools, p.needs) for p in phrases(language)} for language in LANGUAGES)
    assert english == chinese


def test_a_price_that_falls_is_never_said_to_rise() -> None:
    upward = re.compile(r"\b(raise|raising|rise|up)\b|涨|提价|提到|上调")
    downward = re.compile(r"\b(lower|lowering|down|come down)\b|降|下调")
    for language, phrase in EVERY:
        directions = dict(phrase.needs).get("price") or dict(phrase.needs).get("asked") or frozenset()
        if phrase.part == "lead" and directions == {"raise"}:
            assert not downward.search(phrase.words), phrase.words
        if phrase.part == "lead" and directions == {"lower"}:
            assert not upward.search(phrase.words.replace("lower", "")), phrase.words
        assert language in LANGUAGES
