"""Every page under axe-core, in both languages, light and dark."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from served import Arrive
from visitor import PATIENCE

from ui.words import WORDS

pytestmark = pytest.mark.slow
GRAVE = ("serious", "critical")
OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
SETTLES = 800  # ms until a page that was turned to stands still


@pytest.mark.parametrize("width", [1380, 390])
@pytest.mark.parametrize(("language", "dark"), [("en", False), ("zh", True)])
def test_no_page_has_a_serious_violation(arrive: Arrive, language: str, dark: bool, width: int) -> None:
    ann = arrive("ann", language, width=width, dark=dark)
    ann.ask("What should I charge for LAMP-01?" if language == "en" else "我应该给 LAMP-01 定什么价?")
    expect(ann.card()).to_be_visible(timeout=PATIENCE)
    found = {}
    for name in (key for key in WORDS if key.startswith("tab_")):
        label = WORDS[name][language == "zh"]
        ann.open_tab(name.removeprefix("tab_"))
        expect(ann.page.get_by_role("tab", name=label, exact=True)).to_have_attribute("aria-selected", "true")
        ann.page.wait_for_timeout(SETTLES)
        found[name] = _grave(Axe().run(ann.page, options=OPTIONS).response["violations"])
    assert {name: grave for name, grave in found.items() if grave} == {}


def _grave(violations: list[dict[str, Any]]) -> list[str]:
    grave = (one for one in violations if one["impact"] in GRAVE)
    return [f"{one['id']}: {node['html'][:160]}" for one in grave for node in one["nodes"][:4]]


def test_everything_is_reached_by_keyboard_and_seen_to_be(arrive: Arrive) -> None:
    ann = arrive("ann")
    ann.page.get_by_role("tab", name="Audit", exact=True).click()
    expect(ann.page.locator("#verify")).to_be_visible(timeout=PATIENCE)
    ann.page.locator("#audit-subject :is(input, textarea)").focus()
    reached, unseen = set(), set()
    for _ in range(8):
        ann.page.keyboard.press("Tab")
        name, outline = ann.page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.id || e.closest('[id]')?.id || e.tagName, "
            "s.outlineStyle !== 'none' || s.boxShadow !== 'none']; }"
        )
        reached.add(name)
        unseen |= set() if outline else {name}
    assert {"audit-show", "verify", "audit-csv", "audit-xlsx"} <= reached
    assert unseen & {"audit-show", "verify", "audit-csv", "audit-xlsx"} == set()
