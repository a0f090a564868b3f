"""What mathematics and database say in English reaches a Chinese reader in Chinese."""

import re
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from english import NAMES, Said, of_pricing
from hypothesis import given, settings
from hypothesis import strategies as st
from refused import Drafts, Refusals

from agents.rendering import shown
from agents.translating.chinese import PATTERNS, TABLE, in_chinese
from agents.translating.kinds import KINDS, LEVELS
from agents.translating.kinds import RULES as NAMED
from agents.translating.kinds import STATUSES as NAMED_STATUSES
from agents.words import RULES
from db.engine import Database
from db.tables import STATUSES
from pricing.cross import CrossEffects
from pricing.offer import WORDS
from pricing.ripple import Neighbour, ripple, unknown
from tools.cross import NOT_YET
from tools.facts import Fact, Source

DAY = re.compile(r"(\d{4})-0?(\d+)-0?(\d+)|(\d{4})年(\d+)月(\d+)日")
FIGURE = re.compile(r"[-−]?\d+(?:[.,]\d+)*")
CODES = {"GBP", "USD", "JPY", "KWD", "UTC"}
KEPT = re.compile(r"\d[\d,.:]*\d")  # the points, commas and colons of figures and times
PRICING = list(dict.fromkeys(of_pricing()))
WORDS_ALONE = [Said(word) for word in (*LEVELS, "keep the price")]
# What the code provides for, and what nothing here brings it to say: two who write at once, rules without a culprit.
FETCH = "vaderSentiment 3.3.2"
SELDOM = [
    Said("Somebody else has just changed proposal 3. Look at it again, then decide."),
    Said("No prices for 900 products were found within 10 seconds. Allow more time, or price one category at a time."),
    Said("By itself, 4.75 GBP would be proposed."),
    Said("A stock is cleared product by product. Ask for each by itself, or seek profit or units."),
    Said("A-1: its competitors' prices move too much by themselves to tell how they answer.", ("A-1",)),
    Said("A-1: its competitors never moved their price, so how they answer cannot be told.", ("A-1",)),
    Said("2.00 GBP is against the rules: the rules leave no price."),
    Said("The store is under no law of prior prices."),
    Said("The peers of the backtest need statsforecast, which is not installed. "
         "Install the extra: pip install 'pricedesk[backtest]'.",
         ("statsforecast", "pip install 'pricedesk[backtest]'")),
    Said("Ray is not installed. Install the extra: pip install 'pricedesk[ray]', or use --engine local.",
         ("Ray", "pip install 'pricedesk[ray]'", "--engine local")),
    Said("A worker process died, most likely for lack of memory. Run the command again: it goes on where it stopped."),
    Said("Nothing can be said about another price of Tea: the price never changed in 30 weeks; run a price test. "
         "Keep today's price, or run a price test.", ("Tea",)),
]  # fmt: skip
EXAMPLE, BAD, HOST, JOB = "https://example.com/prices", "'ftp://a.example'", "'a.example'", "'0f1e2d3c'"
PRIVATE = "PRICEDESK_WEBHOOK_PRIVATE=true"
SELDOM += [  # of jobs, webhooks and conversations, which tests of theirs bring about
    Said(f"{BAD} is no address. Give one such as {EXAMPLE}.", (BAD, EXAMPLE)),
    Said("An address carries no user name, password or fragment. Leave them out."),
    Said(f"{BAD} is not safe: what is sent could be read. Give an https address.", (BAD, "https")),
    Said(f"The host {HOST} cannot be found: unknown name. Check its name.", (HOST, "unknown name")),
    Said(f"{HOST} leads to ::1, which is no public address. Give a public one, or let the operator allow private "
         f"ones by {PRIVATE}.", (HOST, "::1", PRIVATE)),
    Said(f"There is no job {JOB}. The list of jobs shows their numbers.", (JOB,)),
    Said(f"Only mei, who asked for job {JOB}, or an admin may cancel it.", (JOB, "mei")),
    Said(f"Job {JOB} is done: there is nothing left to cancel.", (JOB,)),
    Said("There is no such conversation in your list. Begin a new one."),
    Said("There is no webhook 7. The list of webhooks shows their numbers."),
    Said("Webhooks tell the outside what the store does, so only an admin may change them; mei is merchant.", ("mei",)),
    Said("There is no kind of event price.eaten. Give some of price.applied, job.done.",
         ("price.eaten", "price.applied, job.done")),
]  # fmt: skip
PLACES = ("http://127.0.0.1:8000", "http://127.0.0.1:8000/myshop")
SELDOM += [  # of accounts, keys, offers, bundles, launches and the store of texts, which tests of theirs bring about
    Said("12 products have sold for 8 weeks; 20 are needed to foresee a new one. Set a price by its cost and by the "
         "market, and test it."),
    Said("3 customers bought two products or more; an offer needs 20. Import sales with customer_id, or use what is "
         "bought together.", ("customer_id",)),
    Said("The purchases make no matrix that can be inverted. Import more orders."),
    Said("No customer bought again after that day. Choose an earlier one."),
    Said("A password has 8 to 1000 characters; this one has 4."),
    Said("A key without a scope opens nothing. Name at least one."),
    Said("The key would have expired at 2026-01-01 10:00 UTC. Give a time to come."),
    Said("Customers may not be told apart by 'age'. Use how recently, how often and what they bought here.",
         ("'age'",)),
    Said("No order is known of customer 17850. Offer what sells best, or what goes with the basket."),
    Said("'A-1 and A-2' were in 3 orders together in 52 weeks; a bundle needs 10. Show them side by side first.",
         ("'A-1 and A-2'",)),
    Said("A-1 has no known cost, so nobody can say whether a bundle pays. Add its cost.", ("A-1",)),
    Said("How buyers of A-1 react to price is not known, so no price of a bundle can be defended. Run a price test.",
         ("A-1",)),
    Said("No discount on 'A-1 and A-2' pays: what buyers who take them together anyway would save outweighs what "
         "others would add. Show them side by side at their own prices.", ("'A-1 and A-2'",)),
    Said(f"The Chroma server at {PLACES[0]} cannot be used (timed out). Start it, or unset PRICEDESK_KNOWLEDGE_URL to "
         "keep the texts beside the database.", (PLACES[0], "timed out", "PRICEDESK_KNOWLEDGE_URL", "Chroma")),
    Said(f"'ftp://a' is no address of a Chroma server. Give one such as {PLACES[0]} or, where several shops share it, "
         f"{PLACES[1]}.", ("'ftp://a'", PLACES[1], PLACES[0], "Chroma")),
    Said("'mei' is no user name. Give 1 to 100 printable characters.", ("'mei'",)),
    Said("There is a user 'mei' already. Choose another name.", ("'mei'",)),
    Said("There is no user 'mei'.", ("'mei'",)),
    Said("'klingon' is no language of the page. Give en, zh, or nothing for the browser's.", ("'klingon'", "en", "zh")),
    Said("'boss' is no role of a person. Give one of merchant, approver, admin.", ("'boss'",)),
    Said("'mei' is the last admin. Make somebody else an admin first.", ("'mei'",)),
    Said("'mei' is no name for a key. Give 1 to 100 printable characters.", ("'mei'",)),
    Said("There is no active user 'mei' to own the key.", ("'mei'",)),
    Said("There is no key 'k1'. The list of keys shows their ids.", ("'k1'",)),
    Said("Key 'k1' is revoked or expired. Make a new one.", ("'k1'",)),
]  # fmt: skip
NEIGHBOURS = CrossEffects(
    "TEA-001", ("TEA-002",), ("substitute",), *(np.array([x]) for x in (0.1, -0.2, 0.4, 0.2, 0.1)), (False,), ("no",)
)  # fmt: skip
BESIDE = {"TEA-002": Neighbour("TEA-002", 120.0, 80.0, 160.0, 2.5, "profit")}
SELDOM += [
    Said("The batch spring has a price for TEA-001 already, proposal 3. Edit that one, or ask outside the batch.",
         ("spring", "TEA-001")),
    Said("reviews.csv has no review that is labelled 0 or 1. Give reviews with their labels.", ("reviews.csv",)),
    Said("reviews.csv is no table with cat, label and review: no such column. Give Parquet or CSV.",
         ("reviews.csv", "no such column")),
    Said(f"reviews.csv is no source package of {FETCH} with its rated snippets. Fetch it as source, without binaries.",
         ("reviews.csv", FETCH)),
    Said("12 texts are too few to teach and to judge. Give a hundred or more, each of its own words."),
    Said(NOT_YET), Said(unknown(ripple(NEIGHBOURS, {}, 1.1), "GBP", "profit")),
    Said(unknown(ripple(NEIGHBOURS, BESIDE, 1.1), "GBP", "revenue")),
]  # fmt: skip


def figures(text: str) -> list[str]:
    return FIGURE.findall(DAY.sub(lambda day: " ".join(part for part in day.groups() if part), text))


def check(said: Said) -> None:
    """A translation comes back with every name and every figure, in order, and no English beside the names."""
    chinese, english = in_chinese(said.text), said.text
    assert chinese is not None, english
    for name in said.names:
        assert name in chinese or name not in english, chinese
        english, chinese = english.replace(name, "名"), chinese.replace(name, "名")
    assert figures(chinese) == figures(english), chinese
    assert set(re.findall(r"[A-Za-z]+", chinese)) <= CODES, chinese
    assert not re.search(r"[,;:.()!?]|[。；：，）] |  ", KEPT.sub("0", chinese)), chinese


@pytest.fixture
def refused(shop: Database, draft: Drafts, tmp_path: Path) -> list[Said]:
    return Refusals(shop, draft, tmp_path).all()


def test_what_the_mathematics_says_has_a_chinese_form() -> None:
    assert len(PRICING) > 1000
    for said in PRICING:
        check(said)


def test_what_related_products_do_has_a_chinese_form() -> None:
    for said in SELDOM[-3:]:
        check(said)


def test_what_proposals_products_and_texts_say_has_a_chinese_form(refused: list[Said]) -> None:
    assert len(refused) > 60
    for said in refused:
        check(said)


def test_every_sentence_of_the_table_is_said_somewhere(refused: list[Said]) -> None:
    said = {one.text for one in (*PRICING, *refused, *WORDS_ALONE, *SELDOM)}
    unsaid = [pattern.chinese for pattern in PATTERNS if not any(pattern.regex.search(text) for text in said)]
    assert unsaid == []


@pytest.mark.parametrize("said", [*WORDS_ALONE, *SELDOM], ids=lambda said: said.text[:40])
def test_what_is_seldom_said_has_a_chinese_form_too(said: Said) -> None:
    check(said)


@pytest.mark.parametrize("text", ["", "  ", "Nothing of ours.", "The price stays as it is. And then?", "价格不变。"])
def test_what_is_not_ours_has_none(text: str) -> None:
    assert in_chinese(text) is None


def test_rules_and_statuses_bear_the_names_that_they_have_elsewhere() -> None:
    assert {RULES[rule][1] for rule in WORDS} == set(NAMED.values())
    assert {NAMED[words] for words in WORDS.values()} == {RULES[rule][1] for rule in WORDS}
    assert set(NAMED_STATUSES) == set(STATUSES)


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_borne(text: str) -> None:
    assert in_chinese(text) is None or text.strip()


@given(st.text(min_size=1, max_size=120).filter(str.strip) | st.sampled_from(NAMES))
@settings(max_examples=200, deadline=None)
def test_a_name_is_carried_over_as_it_stands(name: str) -> None:
    said = in_chinese(f"A-1 ({name}) has no price and no sale yet. Give it a price in products, then ask again.")
    assert said == f"A-1 ({name}) 还没有价格，也没有销售。请先在商品数据中填写价格，再来询问。"


def fact(label: str, text: str) -> Fact:
    return Fact("F1", label, text, "text", Source("fit", "a fit"), "A-1")


@pytest.mark.parametrize(
    "label", ["refusal", "caution", "risk_reason", "elasticity_refused", "rule_cost_floor", "broken"]
)
def test_a_chinese_reader_reads_it_in_chinese_and_others_in_english(label: str) -> None:
    text = "Nothing is sold below its cost of 1.20 GBP."
    assert shown(fact(label, text), "zh") == "不低于成本 1.20 GBP 出售。"
    assert shown(fact(label, text), "en") == text


@pytest.mark.parametrize("label", ["product", "quote", "complement", "substitute", "top_product", "opportunity"])
def test_text_from_outside_is_never_translated(label: str) -> None:
    assert shown(fact(label, "keep the price"), "zh") == "keep the price"


def test_what_has_no_translation_is_shown_as_it_is_and_still_as_text() -> None:
    assert shown(fact("refusal", "Quite *new*."), "zh") == r"Quite \*new\*."


def test_a_name_within_a_refusal_stays_text() -> None:
    said = "<b>[x](http://y)</b> has no forecast of its sales. Sell it first, or set its price by hand."
    assert shown(fact("refusal", said), "zh").startswith(r"\<b\>\[x\](http\://y)\</b\> 没有销量预测。")


def hostile(length: int) -> list[str]:
    """The beginning of every row over and over, what fills a slot without end, and sentence upon sentence."""
    begun = [re.split(r"[{]", english)[0] or english.split("}")[1] for english, _ in TABLE]
    parts = (
        *begun, "1", "1,111", "1 GBP ", "9.99 GBP, ", "without the cost, ", "a rejected 2.00 GBP for ", "(", ": ",
        "It changes the price by 5%. ", "Proposal 3 is not applied. ", "x: the rules leave no price. ",
    )  # fmt: skip
    return [(part * (length // max(len(part), 1) + 1))[:length] for part in parts if part]


def test_time_grows_no_faster_than_the_text() -> None:
    def seconds(length: int) -> float:
        texts, best = hostile(length), float("inf")
        for _ in range(2):
            started = process_time()
            for text in texts:
                in_chinese(text)
            best = min(best, process_time() - started)
        return best

    assert seconds(16_000) < 24 * seconds(2_000)  # eight times the text; a square would take sixty-four times as long


def test_every_slot_is_bounded_but_for_text_from_outside() -> None:
    free = {
        name
        for name, kind in KINDS.items()
        if re.search(r"[*+](?!\?)|\{\d+,\}|\.[*+]", re.sub(r"\\.|\[[^]]*\]", "x", kind.regex))
    }
    assert free == {"text", "fault", "scope"}
