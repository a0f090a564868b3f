from pathlib import Path

from pricing import clear, experiment, markdown, programme

PAGE = Path(__file__).parents[3] / "docs" / "pricing.md"


def test_the_page_on_how_a_price_is_found_says_the_numbers_of_the_code():
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    said = (
        f"|G(i)| ≤ {programme.REACH}",
        f"{clear.CERTAINTY * 100:.0f} % unless said",
        f"More than {markdown.MOST_LEVELS} units are told apart in {markdown.MOST_LEVELS} levels",
        f"One lawful step of about {experiment.USUAL_PCT:.0f} % (never above {experiment.STEP_PCT:.0f} %)",
        f"{experiment.POWER * 100:.0f} % power in a one-sided test at {experiment.SIZE * 100:.0f} %",
    )
    assert [words for words in said if words not in page] == []


def test_every_module_that_the_page_names_is_there():
    named = {
        word.strip("`().,") for word in PAGE.read_text(encoding="utf-8").split() if word.strip("(").startswith("`")
    }
    modules = {name for name in named if name.endswith(".py")}
    assert len(modules) >= 10
    assert [name for name in sorted(modules) if not (PAGE.parents[1] / "pricing" / name).is_file()] == []
