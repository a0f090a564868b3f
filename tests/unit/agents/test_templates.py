"""The plain explanation: sentences stand where their facts were found, and nothing else is said."""

import ast
from pathlib import Path

import pytest

import agents
import tools
from agents.faithful import unfaithful
from agents.hearing import TURNED
from agents.rendering import Language, render
from agents.request import Tool
from agents.roster import STAGES
from agents.sentences import BESIDE, CONTEXT, OF_MONEY, Sentence
from agents.templates import ALWAYS, OF_MANY, REFUSED, SLOT, TEMPLATES, WITH_CONTEXT, fill
from agents.words import LABELS, RULES, label
from pricing.guardrails import WORDS
from tools.facts import Facts, Source

FIT, REQUEST = Source("fit", "a fit"), Source("request", "asked")
SENTENCES = [
    sentence
    for group in (*TEMPLATES.values(), BESIDE, CONTEXT, TURNED, OF_MONEY, ALWAYS, OF_MANY, [REFUSED])
    for sentence in group
]


def quoted(price: float = 5.49) -> Facts:
    """What a price question finds out."""
    facts, sku = Facts(), "TEA-1"
    facts.add("product", "Jasmine *tea*", "text", FIT, sku)
    facts.add("price_now", 4.95, "money", FIT, sku, "GBP")
    facts.add("price_best", price, "money", FIT, sku, "GBP")
    facts.add("price_change", 10.9, "percent", FIT, sku)
    facts.add("horizon", 4, "weeks", REQUEST, sku)
    facts.add("units_expected", 193.0, "units", FIT, sku, low=137, high=256)
    facts.add("units_at_best", 170.0, "units", FIT, sku, low=121, high=225)
    facts.add("profit_change", 26.39, "money", FIT, sku, "GBP", low=2.56, high=52.37)
    facts.add("p_loss", 0.04, "probability", FIT, sku)
    facts.add("risk_level", "medium", "text", FIT, sku)
    facts.add("worst_case", -3.8, "money", FIT, sku, "GBP")
    facts.add("elasticity", -1.16, "ratio", FIT, sku, low=-1.5, high=-0.8)
    facts.add("prices_seen", 5, "count", FIT, sku)
    facts.add("stock", 400.0, "units", FIT, sku)
    return facts


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s.en[:50])
def test_both_languages_of_a_sentence_speak_of_the_same_facts(sentence: Sentence) -> None:
    english, chinese = (set(SLOT.findall(text)) for text in (sentence.en, sentence.zh))
    assert english == chinese
    assert english <= LABELS.keys()


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s.en[:50])
def test_no_sentence_states_a_number_of_its_own(sentence: Sentence) -> None:
    for text in (sentence.en, sentence.zh):
        assert unfaithful(SLOT.sub("", text), Facts()) == []


def test_every_request_that_finds_facts_has_a_template() -> None:
    working: set[Tool] = {tool for tool, stages in STAGES.items() if stages}
    assert working <= TEMPLATES.keys()


def test_every_label_that_a_tool_enters_has_a_name_in_both_languages() -> None:
    entered = set()
    for folder in (Path(tools.__file__).parent, Path(agents.__file__).parent):
        for file in folder.glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("facts.add"):
                    first = node.args[0]
                    entered |= {first.value} if isinstance(first, ast.Constant) else set()
    assert len(entered) > 40
    for key in entered:
        assert label(str(key), "en") != label(str(key), "zh")


def test_every_rule_has_a_name_in_both_languages() -> None:
    assert RULES.keys() == WORDS.keys()
    for rule in RULES:
        assert label(f"rule_{rule}", "en") != label(f"rule_{rule}", "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("tool", sorted(TEMPLATES))
def test_an_explanation_is_faithful_and_can_be_rendered(tool: str, language: str) -> None:
    facts = quoted()
    text = fill(tool, facts, "zh" if language == "zh" else "en")
    assert unfaithful(text, facts) == []
    assert "{" not in render(text, facts, "en")


def test_a_price_is_told_with_its_interval_and_its_risk() -> None:
    facts = quoted()
    said = render(fill("propose_price", facts, "en"), facts, "en")
    for part in ("**Charge [£5.49]", "instead of [£4.95]", "90 %: £2.56 to £52.37", "[4%]", "[medium]", "-£3.80"):
        assert part in said
    assert "Jasmine \\*tea\\*" in said


def test_a_sentence_whose_facts_are_unknown_is_left_out() -> None:
    facts = quoted()
    assert "Competitors" not in fill("propose_price", facts, "en")
    facts.add("competitor_low", 4.75, "money", FIT, "TEA-1", "GBP")
    facts.add("competitor_high", 5.25, "money", FIT, "TEA-1", "GBP")
    assert "Competitors ask" in fill("propose_price", facts, "en")


def test_a_price_that_is_kept_is_not_called_a_change() -> None:
    facts = quoted(4.95)
    facts.add("keep", "keep the price", "text", FIT, "TEA-1")
    said = fill("propose_price", facts, "en")
    assert "Keep" in said
    assert "Charge" not in said
    assert "instead of" not in said


def test_a_price_test_says_that_nothing_is_known_and_how_long_it_takes() -> None:
    facts = quoted()
    facts.add("elasticity_refused", "the price never changed in 104 weeks", "text", FIT, "TEA-1")
    facts.add("test_weeks", 15, "weeks", FIT, "TEA-1")
    facts.add("test_power", 0.44, "probability", FIT, "TEA-1")
    said = render(fill("propose_price", facts, "en"), facts, "en")
    assert "I cannot say" in said
    assert "15 weeks" in said
    assert "**Charge" not in said


def test_only_explanations_around_a_price_have_context() -> None:
    assert set(WITH_CONTEXT) <= TEMPLATES.keys()
    assert "on hand" not in fill("forecast_demand", quoted(), "en")


def test_each_product_of_a_batch_has_a_line_of_its_own() -> None:
    facts = Facts()
    for sku, now, best in (("A", 1.0, 1.25), ("B", 2.0, 1.75)):
        facts.add("product", f"Tea {sku}", "text", FIT, sku)
        facts.add("price_now", now, "money", FIT, sku, "GBP")
        facts.add("price_best", best, "money", FIT, sku, "GBP")
        facts.add("price_change", 100 * (best / now - 1), "percent", FIT, sku)
        facts.add("p_loss", 0.1, "probability", FIT, sku)
    lines = render(fill("propose_batch", facts, "en"), facts, "en").splitlines()
    assert [("Tea A" in line, "£1.25" in line) for line in lines] == [(True, True), (False, False)]
    assert all(part in lines[1] for part in ("Tea B", "£2.00", "£1.75", "-12.5 %", "10%"))


def test_a_refusal_is_told_whatever_was_asked() -> None:
    for tool in TEMPLATES:
        facts = Facts()
        facts.add("product", "Spoon", "text", FIT, "SPN-1")
        fact = facts.add("refusal", "SPN-1 has no price.", "text", FIT, "SPN-1")
        assert f"{{{fact.id}}}" in fill(tool, facts, "en")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("tool", sorted(TEMPLATES.keys() - {"propose_batch"}))
def test_a_refusal_comes_first_whatever_else_is_known(tool: str, language: Language) -> None:
    facts = quoted()
    for key, value in (("rating", 4.2), ("reviews", 31.0), ("units_sold", 12.0), ("sales_until", "2026-03-01")):
        facts.add(key, value, "text" if isinstance(value, str) else "count", FIT, "TEA-1")
    refusal = facts.add("refusal", "TEA-1: the rules leave no price.", "text", FIT, "TEA-1")
    said = fill(tool, facts, language)
    assert said.startswith(f"{{{refusal.id}}}")
    assert said.count(f"{{{refusal.id}}}") == 1
    assert not said.endswith((":", "："))
    if tool in WITH_CONTEXT:
        assert {"en": "Buyers rate it", "zh": "买家平均评分"}[language] in said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_batch_that_is_refused_as_a_whole_is_told_so_and_blames_no_product(language: Language) -> None:
    facts = Facts()
    refusal = facts.add("refusal", "No prices of these 2 products keep all terms together.", "text", FIT)
    assert fill("propose_batch", facts, language) == f"{{{refusal.id}}}"
    named = facts.add("product", "Tea", "text", FIT, "A")
    own = facts.add("refusal", "A has no price.", "text", FIT, "A")
    colon = {"en": ": ", "zh": "："}[language]
    lines = [f"{{{refusal.id}}}", f"- {{{named.id}}}{colon}{{{own.id}}}"]
    assert fill("propose_batch", facts, language).splitlines() == lines


def test_a_product_of_a_batch_that_is_refused_before_its_name_is_known_is_told_too() -> None:
    facts = Facts()
    refusal = facts.add("refusal", "A-1 has no price.", "text", FIT, "A-1")
    facts.add("product", "Another", "text", FIT, "B-2")
    assert fill("propose_batch", facts, "en") == f"{{{refusal.id}}}"


def test_the_count_of_what_could_not_be_priced_stands_above_their_list() -> None:
    facts = quoted()
    facts.add("refused_count", 1, "count", FIT)
    name = facts.add("product", "Mug", "text", FIT, "MUG-1")
    facts.add("refusal", "MUG-1 has no price.", "text", FIT, "MUG-1")
    lines = fill("propose_batch", facts, "en").splitlines()
    assert "→" in lines[0]
    assert "could not be priced:" in lines[-2]
    assert lines[-1].startswith(f"- {{{name.id}}}")


def test_quotations_and_bullets_stand_on_lines_of_their_own() -> None:
    facts = Facts()
    facts.add("product", "Tea", "text", FIT, "A")
    for text in ("Lovely.", "Awful."):
        facts.add("quote", text, "text", Source("review", "r"), "A")
    assert fill("search_reviews", facts, "en").splitlines()[1:] == ["> {F2}", "> {F3}"]
