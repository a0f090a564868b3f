"""The page in a real browser: how much it loads, and how soon a person can type."""

from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Browser, CDPSession, Page

from bench.options import Options
from bench.running import browser, running, sign_in
from bench.table import Cell, Table

TIMES = 3
COLUMNS = ("visit", "requests", "KiB sent", "first paint, s", "can type, s", "tasks > 50 ms, s", "layout shift")
SHIFTS = """
window.shifted = 0; window.blocked = 0;
new PerformanceObserver((l) => l.getEntries().forEach((e) => { if (!e.hadRecentInput) window.shifted += e.value; }))
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((l) => l.getEntries().forEach((e) => { window.blocked += e.duration - 50; }))
  .observe({ type: "longtask", buffered: true });
"""


def run(options: Options) -> Iterator[Table]:
    """A first visit with an empty cache, and the visits after it."""
    with running() as desk, browser() as chromium:
        rows: list[tuple[Cell, ...]] = []
        for name, again in (("first", False), ("next", True)):
            seen = [_visit(chromium, desk.url, again) for _ in range(TIMES)]
            rows.append((name, *(median(one[n] for one in seen) for n in range(len(COLUMNS) - 1))))
    note = f"Median of {TIMES} visits to a desk on this machine, by CDP. KiB: as sent, compressed where it is."
    yield Table("Weight of the page and time until a person can type", COLUMNS, rows, note)


def _visit(chromium: Browser, url: str, again: bool) -> tuple[float, ...]:
    context = chromium.new_context(locale="en-GB", viewport={"width": 1380, "height": 950})
    page = context.new_page()
    sign_in(page, url)
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": not again})
    sent = _counted(cdp)
    page.add_init_script(SHIFTS)
    page.reload(wait_until="commit")
    page.locator("#question textarea").wait_for()
    can_type = page.evaluate("performance.now()") / 1000
    page.wait_for_timeout(1500)
    blocked, shifted = page.evaluate("window.blocked") / 1000, page.evaluate("window.shifted")
    painted = _painted(page)
    context.close()
    return len(sent), sum(sent) / 1024, painted, can_type, blocked, shifted


def _counted(cdp: CDPSession) -> list[float]:
    sent: list[float] = []
    cdp.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    return sent


def _painted(page: Page) -> float:
    return float(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")) / 1000
