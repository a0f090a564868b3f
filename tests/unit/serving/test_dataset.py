"""The training data: what is in it, that it is the same each time, and that nothing leaks."""

import json
import random
import zlib
from pathlib import Path

import pytest

from agents.reading.hints import Conversation
from agents.reading.reading import read
from agents.request import Request
from agents.wording import question
from serving.llm.data import amounts
from serving.llm.data.catalogue import LANGUAGES, nouns, shelf
from serving.llm.data.grammar import Piece, expand
from serving.llm.data.kept import digest
from serving.llm.data.lexicon import Language
from serving.llm.data.messages import families, messages
from serving.llm.dataset import Dataset, dataset
from tests.unit.serving.letters import embed

REQUESTS = Path(__file__).parents[2] / "requests"
NOTHING = Conversation()


@pytest.fixture(scope="module")
def made() -> Dataset:
    return dataset(3, 1, embed)


def test_the_same_seed_gives_the_same_messages_and_another_gives_others() -> None:
    first, again, other = ([m.text for m in messages(seed, "test", 1)] for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_there_are_many_phrasings_of_every_tool_in_both_languages() -> None:
    for language in LANGUAGES:
        known = [one for one in families() if one.language == language and one.split == "train"]
        assert len(known) >= 150
        tools = {one.tool for one in known}
        assert tools == set(Request.model_fields["tool"].annotation.__args__)  # type: ignore[union-attr]


def test_no_phrasing_and_no_product_is_in_two_splits() -> None:
    templates: dict[str, set[str]] = {}
    for one in families():
        templates.setdefault(f"{one.language} {one.template}", set()).add(one.split)
    assert all(len(splits) == 1 for splits in templates.values())
    names: dict[str, set[str]] = {}
    for noun in nouns():
        names.setdefault(noun.names["en"], set()).add(noun.split)
    assert all(len(splits) == 1 for splits in names.values())
    assert {split for splits in names.values() for split in splits} == {"train", "validation", "test"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_whole_name_no_category_and_no_reason_is_in_two_splits(language: Language) -> None:
    train, validation, test = (shelf(split) for split in ("train", "validation", "test"))
    for held in (validation, test):
        assert not set(train.names[language]) & set(held.names[language])
        assert not set(train.categories[language]) & set(held.categories[language])
        assert not set(train.reasons[language]) & set(held.reasons[language])


@pytest.mark.slow
def test_no_row_is_in_two_splits(made: Dataset) -> None:
    asked = {split: {row.user for row in rows if row.task == "request"} for split, rows in made.rows.items()}
    assert not asked["train"] & (asked["validation"] | asked["test"])
    assert not asked["validation"] & asked["test"]


@pytest.mark.slow
def test_what_is_copied_stands_in_the_message(made: Dataset) -> None:
    copied = 0
    for row in made.rows["train"]:
        told = json.loads(row.answer)
        for name in ("product", "category", "reason"):
            if row.task == "request" and name in told:
                assert told[name] in row.user.splitlines()[0]
                copied += 1
    assert copied > 500


def test_a_message_is_told_in_the_words_of_the_desk() -> None:
    message = next(m for m in messages(3, "train", 1) if m.request.tool == "what_if")
    reading = read(message.text, message.said)
    assert question(message.text, reading, message.said).splitlines()[0] == " ".join(message.text.split())


def test_no_training_message_is_one_of_those_kept_for_the_evaluation() -> None:
    files = sorted(REQUESTS.glob("*.jsonl"))
    if not files:
        pytest.skip("no requests are kept in tests/requests")
    kept = {digest(json.loads(line)["text"]) for file in files for line in file.read_text("utf-8").splitlines() if line}
    assert not kept & {digest(m.text) for split in ("train", "validation", "test") for m in messages(7, split, 3)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stretch_of_time_is_read_as_it_was_meant(language: str) -> None:
    for seed in range(150):
        make = random.Random(seed).choice((amounts.ahead, amounts.past))
        words, weeks = make(random.Random(seed), "zh" if language == "zh" else "en")
        assert [f.value for f in read(f"kettle {words}", NOTHING).hints.of("weeks")] == [weeks], words


@pytest.mark.parametrize("bad", ["(a|b", "a)", "[a", "{x} (a]"])
def test_a_phrasing_with_a_bracket_too_few_is_found(bad: str) -> None:
    with pytest.raises(ValueError, match=r"missing|unexpected|unbalanced"):
        expand(bad, random.Random(0), lambda slot: [Piece(slot)])


def test_a_phrasing_takes_one_branch_and_leaves_out_at_will() -> None:
    said = {
        "".join(p.words for p in expand("(a|b)[c]{d}", random.Random(s), lambda _: [Piece("D")])) for s in range(60)
    }
    assert said == {"aD", "bD", "acD", "bcD"}


def test_a_family_keeps_its_split_whatever_else_is_written() -> None:
    for one in families()[:50]:
        assert (one.split == "validation") == (zlib.crc32(one.template.encode()) % 10 == 0)
