"""The page of one product: what it is, what sold, how buyers react, what will sell, and what is under way."""

from typing import Any

import gradio as gr

from agents.rendering import Language
from db import catalogue, fits, sales
from knowledge.passage import KnowledgeError
from pricing.cross import CrossEffects
from pricing.elasticity import Elasticity
from pricing.forecast import Forecast
from tools.context import Context
from tools.day import today
from tools.heard import heard
from tools.related import related_to
from ui import portrait
from ui.charts import fan_chart, history_chart
from ui.market import rivals
from ui.markup import Html, el, joined
from ui.office import Office, excuse
from ui.rows import picking

REVIEWS, NEIGHBOURS = 8, 5


class ProductPage:
    """Hidden until a product is chosen."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        with gr.Column(visible=False, elem_id="product-page") as self.box:
            with gr.Row(elem_classes="pd-buttons"):
                self.back = gr.Button(i18n("back_to_list"), size="md", min_width=140, scale=0, elem_id="product-back")
            self.head = gr.HTML(elem_id="product-head")
            with gr.Row(elem_classes="pd-charts"):
                self.history = gr.Plot(label=i18n("chart_history"))
                self.fan = gr.Plot(label=i18n("chart_fan"))
            self.fit = gr.HTML(elem_id="product-fit")
            self.related = picking("product-related")
            self.rest = gr.HTML(elem_id="product-rest")
        self.outputs = [self.box, self.head, self.history, self.fan, self.fit, self.related, self.rest]

    def hidden(self) -> list[Any]:
        return [gr.Column(visible=False), "", None, None, "", "", ""]

    def view(self, sku: str, request: gr.Request) -> list[Any]:
        """Everything that is known of a product; a refusal or a fault is told in its place."""
        language = self.office.language(request)
        try:
            self.office.visitor(request)
            return self._view(sku, language)
        except Exception as error:
            told = el("p", excuse(error, language), class_="pd-told pd-refused")
            return [gr.Column(visible=True), told, None, None, "", "", ""]

    def _view(self, sku: str, language: Language) -> list[Any]:
        shop = self.office.desk.shop
        on = today(shop.database)
        with shop.database.reading() as session:
            product = sales.product(session, sku)
            history = sales.history(session, sku)
            forecast, elasticity = fits.load(session, sku, Forecast), fits.load(session, sku, Elasticity)
            cross = fits.load(session, sku, CrossEffects)
            said = sales.reviews(session, sku, REVIEWS)
            others = rivals(session, sku, on)
            log, waiting = catalogue.price_log(session, sku), catalogue.open_proposals(session, sku)
        drawn = [
            history_chart(history, language),
            fan_chart(forecast.fit, history, language) if forecast else None,
        ]
        return [
            gr.Column(visible=True),
            portrait.head(product, language),
            *(gr.Plot(chart, visible=chart is not None) for chart in drawn),
            portrait.fitted(product, elasticity, forecast, language),
            self._related(sku, cross.fit if cross else None, language, Context(shop, on)),
            joined(
                portrait.reviewed(heard(shop, sku, on), said, language),
                portrait.contested(product, others, language),
                portrait.waiting(product, waiting, language),
                portrait.charged(log, language),
            ),
        ]

    def _related(self, sku: str, cross: CrossEffects | None, language: Language, context: Context) -> Html:
        try:
            found, _ = related_to(context, sku, NEIGHBOURS)
        except KnowledgeError:
            found = ()
        skus = [one.other for one in found] + list(cross.others if cross else ())
        with context.database.reading() as session:
            names = catalogue.named(session, skus)
        return portrait.related([one for one in found if one.other in names], cross, names, language)
