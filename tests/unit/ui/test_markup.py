from agents.reply import Step
from tools.facts import Fact, Source
from ui.evidence import anchored, fact_of, listed
from ui.markup import el, plain
from ui.steps import body

HOSTILE = "<img src=x onerror=alert(1)>"


def test_an_element_escapes_what_is_not_html_in_children_and_attributes() -> None:
    made = el("p", HOSTILE, el("b", "bold"), title='"><script>')
    assert made == '<p title="&quot;&gt;&lt;script&gt;">&lt;img src=x onerror=alert(1)&gt;<b>bold</b></p>'


def test_foreign_text_becomes_neither_a_link_nor_a_mark() -> None:
    shown = plain("see https://evil.example or [this](javascript:x) **now** $$x$$ <b>\n- item\n1. one\n# head")
    assert "https://" not in shown
    assert not any(mark in shown.replace("\\" + mark, "") for mark in "<>[]*$#")
    assert shown.splitlines()[1] == "\\- item"
    assert shown.splitlines()[2] == "1\\. one"


def test_a_hostile_fact_is_text_in_the_evidence() -> None:
    fact = Fact("F1", "product", HOSTILE, "text", Source("product", "</details><script>alert(1)</script>"), "X")
    shown = listed([fact], "a1", "en")
    assert "<img" not in shown
    assert "<script" not in shown
    assert 'id="a1-F1"' in shown
    assert "\n" not in shown


def test_evidence_names_a_fact_in_the_readers_language() -> None:
    fact = fact_of(Fact("F2", "price_now", 2.95, "money", Source("product", "p"), "X", "GBP").to_json())
    assert "Price today" in listed([fact], "a", "en")
    assert "现价" in listed([fact], "a", "zh")
    assert "£2.95" in listed([fact], "a", "en")


def test_a_fact_without_a_value_is_shown_as_a_dash() -> None:
    row = Fact("F2", "elasticity", -0.8, "ratio", Source("fit", "f")).to_json() | {"value": None}
    assert "–" in listed([fact_of(row)], "a", "en")


def test_links_of_an_answer_point_at_their_own_evidence() -> None:
    assert anchored("Charge [£2.95](#F3) now", "a7") == "Charge [£2.95](#a7-F3) now"


def test_a_step_says_who_decided_and_shows_hostile_results_as_text() -> None:
    step = Step(
        "price", "the best price", "planner", "best_price", {"sku": HOSTILE}, f"{{F1}} product: {HOSTILE}", why="slow"
    )
    shown = body(step, "a1", "en")
    assert "the planner" in shown
    assert "Why the planner stepped in" in shown
    assert "[F1](#a1-F1) Product" in shown
    assert "\\<img" in shown
    assert "<img" not in shown.replace("\\<", "")
