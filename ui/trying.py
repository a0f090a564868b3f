"""What another lawful price would bring: the draws of the product's own demand, kept while the card is open."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from agents.rendering import Language, told_in
from pricing.demand import Demand, demand
from pricing.errors import NotEnoughDataError, PricingError
from pricing.offer import Offer
from pricing.risk import Risk, assess
from tools.context import Context
from tools.fitted import fitted, forecast_of, no_elasticity
from ui.amounts import change, money, probability, units
from ui.figures import Band, Row, money_at, units_at
from ui.markup import Html, el
from ui.words import say

Shown = tuple[str, str, str]  # name, value, and the interval or level beside it
Format = Callable[[float, Language], str]
AROUND = ("rival_", "cross_", "neighbours")  # labels of facts that count others, whom a what-if leaves out


@dataclass(frozen=True)
class Ladder:
    """Lawful prices of one version of a proposal, with the worlds in which each is weighed.

    Without worlds (`why` says why) only the proposal's own curve can be read.
    """

    seen: str
    prices: tuple[float, ...]
    worlds: Demand | None = None
    offer: Offer | None = None
    why: str = ""

    def risk(self, price: float) -> Risk | None:
        """The price against keeping today's, in milliseconds: nothing is fitted and nothing is drawn."""
        return None if self.worlds is None or self.offer is None else assess(self.worlds, self.offer, price)


def ladder_of(context: Context, row: Row) -> Ladder:
    """Draws of demand over the proposal's lawful prices, from the fits that are stored."""
    prices = prices_of(row)
    try:
        worlds, offer = _drawn(context, row, prices)
    except PricingError as refusal:
        return Ladder(row["content_hash"], prices, why=str(refusal))
    return Ladder(row["content_hash"], prices, worlds, offer)


def _drawn(context: Context, row: Row, prices: tuple[float, ...]) -> tuple[Demand, Offer]:
    known = fitted(context, row["sku"])
    if not known.elasticity.usable:
        raise NotEnoughDataError(no_elasticity(known))
    forecast = forecast_of(context, known, row["weeks"])
    every = np.unique(np.array([*prices, known.offer.price]))
    return demand(forecast, known.elasticity, every, known.offer.price), known.offer


def prices_of(row: Row) -> tuple[float, ...]:
    return tuple(row["curve"].get("prices") or ())


def rung(prices: tuple[float, ...], wanted: float) -> int:
    """Where on the ladder the lawful price is that is nearest to this one."""
    return min(range(len(prices)), key=lambda at: abs(prices[at] - wanted))


def price_at(prices: tuple[float, ...], slid: float) -> float:
    """The lawful price where the slider stands: each of its steps is one rung."""
    return prices[min(max(round(slid), 0), len(prices) - 1)]


def ends_of(row: Row, language: Language) -> str:
    """From where to where the slider goes."""
    prices = prices_of(row)
    low, high = (money(price, row["currency"], language) for price in (prices[0], prices[-1]))
    return say("trying_ends", language, n=len(prices), low=low, high=high)


def tried(row: Row, ladder: Ladder | None, price: float, language: Language) -> Html:
    """The figures at `price`; before anything was weighed those of the proposal itself."""
    currency = row["currency"]
    head = el(
        "p",
        el("strong", money(price, currency, language)),
        " ",
        el("span", change(row["current_price"], price, language), class_="pd-change"),
    )
    shown = _weighed(row, ladder, price, language)
    figures = (
        el("div", el("dt", name), el("dd", value), el("dd", note, class_="pd-faint")) for name, value, note in shown
    )
    notes = [el("p", one, class_="pd-faint") for one in _notes(row, ladder, language)]
    return el("div", head, el("dl", *figures, class_="pd-figures"), *notes, class_="pd-card", aria_live="polite")


def _weighed(row: Row, ladder: Ladder | None, price: float, language: Language) -> list[Shown]:
    """Units, money, change and the probability of a loss: of the proposal itself while nothing was slid."""
    risk = ladder.risk(price) if ladder is not None else None
    if risk is not None:
        sold, brought, step = (Band(one.mean, one.low, one.high) for one in (risk.units, risk.money, risk.change))
        return _figures(row, (sold, brought, step), (risk.p_loss, risk.level), language)
    bands = (units_at(row, price), money_at(row, price), None)
    if ladder is not None:
        return _figures(row, bands, None, language)
    step = Band(*(float(row[name]) for name in ("expected_change", "change_low", "change_high")))
    return _figures(row, (*bands[:2], step), (row["p_loss"], row["risk"]), language)


def _figures(
    row: Row, bands: tuple[Band | None, ...], loss: tuple[float, str] | None, language: Language
) -> list[Shown]:
    cash, basis = row["currency"], row["basis"]
    sold, brought, step = bands
    unknown = (say("not_known", language), "")
    lost = unknown if loss is None else (probability(loss[0], language), say(f"risk_{loss[1]}", language))
    return [
        _figure(say("expected_units", language, n=row["weeks"]), sold, units, language),
        _figure(say(f"money_{basis}", language), brought, _cash(cash), language),
        _figure(say(f"change_of_{basis}", language), step, _cash(cash, signed=True), language),
        (say("p_loss", language), *lost),
    ]


def _cash(currency: str, signed: bool = False) -> Format:
    return lambda value, language: money(value, currency, language, signed=signed)


def _figure(name: str, band: Band | None, shown: Format, language: Language) -> Shown:
    if band is None:
        return name, say("not_known", language), ""
    spread = say("interval", language, low=shown(band.low, language), high=shown(band.high, language))
    return name, shown(band.mean, language), spread


def _notes(row: Row, ladder: Ladder | None, language: Language) -> list[str]:
    if ladder is not None and ladder.why:
        return [told_in(ladder.why, language)]
    around = any(fact["label"].startswith(AROUND) for fact in row["facts"])
    return [say("trying_alone", language)] if around else []
