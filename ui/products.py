"""The products: searched and filtered in the database, and the page of the one that is chosen."""

import logging
from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.components import Component

from agents.rendering import Language
from db import catalogue
from db.catalogue import PAGE, SORTS, Line, Page, Wanted
from knowledge.passage import KnowledgeError
from ui.amounts import money, percent, ratio, units
from ui.markup import Html, el, joined
from ui.office import Office
from ui.panel import QUIET
from ui.product import ProductPage
from ui.rows import faint, name_of, pick, picked, picking, table
from ui.words import known, say

log = logging.getLogger(__name__)
EVERY = "*"
MEANT, ALIKE = 30, 0.6  # products that words may mean, and how far below the likeliest one they may lie
COLUMNS = (
    "pcol_product", "pcol_sku", "pcol_category", "pcol_price", "pcol_margin", "pcol_stock", "pcol_elasticity",
    "pcol_open", "pcol_state",
)  # fmt: skip


class Products:
    """The tab, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        self.number = gr.State(0)
        with gr.Column(elem_id="products-list") as self.browser:
            with gr.Row(elem_classes="pd-buttons"):
                self.words = gr.Textbox(
                    label=i18n("products_search"), placeholder=i18n("products_hint"), lines=1, max_lines=1, scale=3,
                    min_width=240, elem_id="products-search",
                )  # fmt: skip
                self.search = gr.Button(
                    i18n("search"), variant="primary", size="md", min_width=100, scale=0, elem_id="products-go"
                )
            with gr.Row(elem_classes="pd-buttons pd-filters"):
                self.category, self.status, self.sort = (
                    gr.Dropdown(
                        [("…", first)], value=first, label=i18n(f"products_{name}"), filterable=name == "category",
                        min_width=150, elem_id=f"products-{name}",
                    )
                    for name, first in (("category", EVERY), ("status", EVERY), ("sort", "best"))
                )  # fmt: skip
                self.usable = gr.Checkbox(label=i18n("products_usable"), min_width=150, elem_id="products-usable")
                self.open = gr.Checkbox(label=i18n("products_open"), min_width=150, elem_id="products-open")
            self.lines = picking("products")
            with gr.Row(elem_classes="pd-buttons pd-pager"):
                self.before = gr.Button(i18n("page_before"), size="md", min_width=110, elem_id="products-before")
                self.after = gr.Button(i18n("page_after"), size="md", min_width=110, elem_id="products-after")
        self.product = ProductPage(office, i18n)
        filters: list[Component] = [self.words, self.category, self.status, self.usable, self.open, self.sort]
        self.inputs: list[Component] = [*filters, self.number]
        self.outputs = [self.category, self.status, self.sort, self.lines, self.before, self.after, self.number]
        self._wired(filters)

    def _wired(self, filters: list[Component]) -> None:
        changes = [one.input for one in (self.category, self.status, self.usable, self.open, self.sort)]
        for trigger in (self.search.click, self.words.submit, *changes):
            trigger(self.first, filters, self.outputs, trigger_mode="always_last", **QUIET)
        self.before.click(self._step(-1), self.inputs, self.outputs, **QUIET)
        self.after.click(self._step(1), self.inputs, self.outputs, **QUIET)
        self.lines.click(self.opened, None, [self.browser, *self.product.outputs], **QUIET)
        self.product.back.click(self.closed, None, [self.browser, *self.product.outputs], **QUIET)
        self.product.related.click(self.opened, None, [self.browser, *self.product.outputs], **QUIET)

    def first(
        self, words: str, category: str, status: str, usable: bool, open_: bool, sort: str, request: gr.Request
    ) -> list[Any]:
        """The first page, after another search or filter."""
        return self.listed(words, category, status, usable, open_, sort, 0, request)

    def _step(self, by: int) -> Callable[..., list[Any]]:
        def step(
            words: str, category: str, status: str, usable: bool, open_: bool, sort: str, number: int,
            request: gr.Request,
        ) -> list[Any]:  # fmt: skip
            return self.listed(words, category, status, usable, open_, sort, max(0, number + by), request)

        return step

    def listed(
        self, words: str, category: str, status: str, usable: bool, open_: bool, sort: str, number: int,
        request: gr.Request,
    ) -> list[Any]:  # fmt: skip
        """One page of what passes."""
        language = self.office.language(request)
        self.office.visitor(request)
        words = words.strip()[:200]
        wanted = Wanted(
            words, self._meant(words), None if category == EVERY else category, "" if status == EVERY else status,
            usable, open_, next((one for one in SORTS if one == sort), "best"),
        )  # fmt: skip
        with self.office.database.reading() as session:
            page = catalogue.page(session, wanted, int(number))
            categories, statuses = catalogue.categories(session), catalogue.statuses(session)
        every = (say("every", language), EVERY)
        states = [(known(f"state_{one}", language, one), one) for one in statuses]
        return [
            gr.Dropdown([every, *((one, one) for one in categories)], value=category),
            gr.Dropdown([every, *states], value=status),
            gr.Dropdown([(say(f"sort_{one}", language), one) for one in SORTS], value=sort),
            _shown(page, bool(categories or page.total or words), language),
            gr.Button(interactive=page.first > 1),
            gr.Button(interactive=page.first + PAGE <= page.total),
            (page.first - 1) // PAGE,
        ]

    def _meant(self, words: str) -> list[str]:
        """What the words mean by code, by name or by meaning; nothing where the store of texts does not answer."""
        if not words:
            return []
        try:
            found = self.office.desk.shop.knowledge.find(words, MEANT).candidates
        except KnowledgeError as fault:
            log.warning("products are searched by their words alone: %s", fault)
            return []
        return [one.sku for one in found if one.score >= ALIKE * found[0].score]

    def opened(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """The page of the product that was chosen, in place of the list."""
        sku = picked(event)
        if not sku:
            return [gr.skip()] * (1 + len(self.product.outputs))
        return [gr.Column(visible=False), *self.product.view(sku, request)]

    def closed(self) -> list[Any]:
        return [gr.Column(visible=True), *self.product.hidden()]


def _shown(page: Page, stocked: bool, language: Language) -> Html:
    if not page.total:
        return el("div", el("p", say("products_none" if stocked else "products_empty", language)), class_="pd-empty")
    last = page.first + len(page.lines) - 1
    count = say("products_count", language, first=page.first, last=last, total=units(page.total, language))
    headers = [say(name, language) for name in COLUMNS]
    rows = [_cells(line, language) for line in page.lines]
    return joined(faint(count), table(say("products_title", language), headers, rows))


def _cells(line: Line, language: Language) -> list[str]:
    return [
        pick(name_of(line.name, line.name_zh, language), line.sku),
        line.sku,
        line.category,
        money(line.price, line.currency, language) if line.price is not None else "—",
        percent(line.margin_pct, language) if line.margin_pct is not None else "—",
        units(line.stock, language) if line.stock is not None else "—",
        _elasticity(line, language),
        str(line.open) if line.open else "—",
        known(f"state_{line.status}", language, line.status),
    ]


def _elasticity(line: Line, language: Language) -> str:
    if line.elasticity is not None:
        return ratio(line.elasticity, language)
    return say("fit_none" if line.usable is None else "fit_refused", language)
