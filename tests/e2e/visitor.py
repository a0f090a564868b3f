"""A person at the page, in a real browser."""

import re
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Dialog, Locator, Page, Request, expect

from ui.words import WORDS

PATIENCE = 180_000  # ms; a small machine may run the model, the desk and the browser at once


@dataclass
class Visitor:
    """What a person does at the page, and what the browser noticed meanwhile."""

    page: Page
    url: str
    language: str
    outside: list[str] = field(default_factory=list)  # requests to anywhere else
    alerts: list[str] = field(default_factory=list)  # dialogs that foreign text opened
    faults: list[str] = field(default_factory=list)  # errors of scripts

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", self._requested)
        self.page.on("dialog", self._alerted)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._told)

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.outside.append(request.url)

    def _alerted(self, dialog: Dialog) -> None:
        self.alerts.append(dialog.message)
        dialog.dismiss()

    def _told(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def sign_in(self, name: str, password: str) -> None:
        self.page.goto(self.url)
        self.page.locator("input").first.fill(name)
        self.page.locator("input[type=password]").fill(password)
        self.page.locator("input[type=password]").press("Enter")

    def arrive(self, name: str, password: str) -> None:
        """Sign in and wait for the chat."""
        self.sign_in(name, password)
        expect(self.question).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator(".pd-who")).to_contain_text(name, timeout=PATIENCE)

    @property
    def question(self) -> Locator:
        return self.page.locator("#question textarea")

    @property
    def conversation(self) -> Locator:
        return self.page.locator("#conversation")

    def ask(self, text: str) -> None:
        """Send a question and wait until it is answered."""
        self.question.fill(text)
        for _ in range(10):  # in the moment in which other work is called off, the page takes no question
            self.question.press("Enter")
            with suppress(AssertionError):
                expect(self.question).to_have_value("", timeout=5000)
                break
        expect(self.question).to_have_value("", timeout=PATIENCE)
        expect(self.page.locator("#send")).to_be_visible(timeout=PATIENCE)

    def card(self, place: str = "chat") -> Locator:
        return self.page.locator(f"#{place}-panel .pd-card").first

    def proof(self, place: str = "chat") -> Locator:
        return self.page.locator(f"#{place}-panel .pd-proof")

    def told(self, place: str = "chat") -> Locator:
        return self.page.locator(f"#{place}-told .pd-told")

    def press(self, name: str, place: str = "chat") -> None:
        self.page.locator(f"#{place}-{name}").click()

    def open_tab(self, name: str) -> None:
        """Turn to a tab, which lies in a menu where the window is narrow."""
        label = WORDS[f"tab_{name}"][self.language == "zh"]
        tab = self.page.get_by_role("tab", name=label, exact=True).first
        if not tab.is_visible():
            self.page.locator(".overflow-menu > button").first.click()
            tab = self.page.locator(".overflow-dropdown button", has_text=label).first
        tab.click()

    def unfold(self, name: str, place: str = "chat") -> None:
        self.page.locator(f"#{place}-{name} > button").click()

    def pick(self, product: str) -> None:
        """Open the approvals and the newest proposal of a product."""
        self.open_tab("approvals")
        self.page.locator("#queue [role=gridcell]", has_text=re.compile(re.escape(product))).first.click()
        expect(self.card("approvals")).to_contain_text(product, timeout=PATIENCE)
