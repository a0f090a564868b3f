"""A price test: what to do where history cannot say how buyers answer to price."""

from dataclasses import dataclass, replace
from datetime import date
from math import ceil, isfinite, log, sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from pricing.coin import money
from pricing.demand import demand
from pricing.elasticity import Elasticity
from pricing.errors import NotEnoughDataError
from pricing.forecast import Forecast
from pricing.guardrails import Offer, Rules, judge, ladder
from pricing.optimise import Quote
from pricing.outcome import bands, outcome
from pricing.risk import Interval, assess

STEP_PCT = 15.0  # the farthest that a test goes from today's price,
USUAL_PCT = 10.0  # and what it aims at
LONGEST = 26  # weeks
SIZE, POWER = 0.10, 0.80  # one-sided error of seeing an effect that is not there; chance of seeing one that is


@dataclass(frozen=True)
class Experiment:
    """Charge `quote.price` for a while and compare with what would have sold."""

    quote: Quote
    weeks_needed: int  # for POWER; LONGEST where even that is not enough
    power: float  # chance to see the expected effect within the forecast's weeks
    assumed: float  # the elasticity that it is planned with, from the product's peers
    currency: str = ""

    @property
    def change(self) -> Interval:
        """What the test brings over its weeks, against today's price."""
        whole, share = self.quote.risk.change, self.weeks_needed / self.quote.risk.weeks
        return Interval(whole.mean * share, whole.low * share, whole.high * share)

    @property
    def worst_case(self) -> float:
        """Mean of its worst 5 % of outcomes, over its weeks."""
        return self.quote.risk.worst_case * self.weeks_needed / self.quote.risk.weeks

    @property
    def words(self) -> str:
        """Its size, length and cost."""
        step = 100 * (self.quote.price / self.quote.current - 1)
        weeks = f"{self.weeks_needed} week" + ("" if self.weeks_needed == 1 else "s")
        return (
            f"The price test: {money(self.quote.price, self.currency)} ({step:+.1f}%) for {weeks}. It changes "
            f"{self.quote.risk.basis} by {money(self.change.mean, self.currency)} on average, and by "
            f"{money(self.worst_case, self.currency)} in the worst twentieth of cases."
        )


def experiment(forecast: Forecast, fit: Elasticity, offer: Offer, rules: Rules, today: date) -> Experiment:
    """A small lawful step, projected with what the product's peers show, and how long it takes to learn from it.

    Up where no cost is known (a cut could sell below it), else the side with the better expected money. The test
    goes beyond the range of past prices on purpose: that rule alone is set aside. Weeks needed: a one-sided test of
    the mean weekly units against the forecast's own spread (normal approximation).
    Raises NotEnoughDataError where not even the peers say anything, or the rules leave no price within STEP_PCT.
    """
    if not (isfinite(fit.elasticity) and isfinite(fit.ci_low) and isfinite(fit.ci_high)):
        raise NotEnoughDataError(f"Nothing is known of how buyers of {fit.sku} answer to price: {fit.reason}")
    free = replace(offer, price_low=None, price_high=None)
    tight = replace(rules, max_change_pct=min(rules.max_change_pct, STEP_PCT))
    rungs = [p for p in ladder(free, tight, today) if p > offer.price or (p < offer.price and offer.cost is not None)]
    if not rungs:
        raise NotEnoughDataError(f"{fit.sku}: {fit.reason}. The rules leave no other price to test.")
    sides = ([p for p in rungs if p > offer.price], [p for p in rungs if p < offer.price])
    steps = [min(side, key=lambda p: abs(abs(p / offer.price - 1) - USUAL_PCT / 100)) for side in sides if side]
    quote = max((_quote(forecast, fit, offer, tight, today, step) for step in steps), key=lambda q: q.risk.change.mean)
    effect = abs(_assumed(fit) * log(quote.price / offer.price))
    noise = _weekly_noise(forecast)
    weeks = min(LONGEST, max(1, ceil(((ndtri(1 - SIZE) + ndtri(POWER)) * noise / effect) ** 2)))
    power = float(ndtr(effect * sqrt(len(forecast.weeks)) / noise - ndtri(1 - SIZE)))
    return Experiment(quote, weeks, power, _assumed(fit), offer.currency)


def _assumed(fit: Elasticity) -> float:
    """Never milder than −0.5: a test must be able to see a mild reaction, not promise to see none."""
    return min(fit.elasticity, -0.5)


def _quote(forecast: Forecast, fit: Elasticity, offer: Offer, rules: Rules, today: date, price: float) -> Quote:
    free = replace(offer, price_low=None, price_high=None)
    prices = np.unique(np.array([*ladder(free, rules, today), offer.price, price]))
    draws = demand(forecast, replace(fit, usable=True, reason=""), prices, offer.price)
    worlds = outcome(draws, free)
    units, money = bands(worlds)
    return Quote(
        sku=offer.sku,
        goal="profit" if offer.cost is not None else "revenue",
        price=price,
        current=offer.price,
        verdict=judge(price, free, rules, today),
        risk=assess(draws, offer, price),
        prices=worlds.prices,
        money=money,
        units=units,
        note="",
    )


def _weekly_noise(forecast: Forecast) -> float:
    """Relative standard deviation of a week's units, from the 90 % interval of the forecast."""
    low, middle, high = forecast.quantiles[0], np.maximum(forecast.quantiles[2], 0.5), forecast.quantiles[4]
    return max(0.05, float(np.mean((high - low) / (2 * 1.645 * middle))))
