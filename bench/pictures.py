"""Pictures of every page for docs/images: both languages, light and dark, wide and narrow: python -m bench pictures.

The store in them is the demo store, which is simulated; its banner says so on every picture.
"""

import io
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page

from bench.options import Options
from bench.running import browser, running, sign_in
from bench.table import Table
from ui.page import TABS
from ui.words import WORDS

FOLDER = Path("docs/images")
SIZES = {"wide": (1380, 950), "phone": (390, 844)}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
QUALITY = 55
SETTLES = 2500  # ms until a page that was turned to stands still
QUESTIONS = {"en": "Which products should I reprice first?", "zh": "应该先调整哪些商品的价格?"}


def run(options: Options) -> Iterator[Table]:
    """One file for each page, language, scheme and size."""
    rows: list[tuple[str, int]] = []
    with running() as desk, browser() as chromium:
        for language, scheme, size in product(LOCALES, SCHEMES, SIZES):
            width, height = SIZES[size]
            context = chromium.new_context(
                locale=LOCALES[language], color_scheme=scheme, viewport={"width": width, "height": height}
            )
            page = context.new_page()
            sign_in(page, desk.url)
            _ask(page, language)
            for name in ("chat", *(name for name, _ in TABS)):
                turn_to(page, name, language)
                page.wait_for_timeout(SETTLES)
                rows.append(_kept(page, f"{name}-{language}-{scheme}-{size}.webp"))
            context.close()
    yield Table("Pictures of the page", ("file", "bytes"), rows, f"Together {sum(n for _, n in rows):,} bytes.")


def turn_to(page: Page, name: str, language: str) -> None:
    """To a tab, through the menu of those that have no room."""
    label = WORDS[f"tab_{name}"][language == "zh"]
    tab = page.get_by_role("tab", name=label, exact=True)
    if tab.count() and tab.first.is_visible():
        tab.first.click()
        return
    page.locator(".overflow-menu > button").first.click()
    page.locator(".overflow-dropdown button", has_text=label).first.click()


def _ask(page: Page, language: str) -> None:
    page.locator("#question textarea").fill(QUESTIONS[language])
    page.locator("#question textarea").press("Enter")
    page.locator("#conversation details").first.wait_for()
    page.locator("#send").wait_for()


def _kept(page: Page, name: str) -> tuple[str, int]:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.save(FOLDER / name, "WEBP", quality=QUALITY, method=6)
    return name, (FOLDER / name).stat().st_size
