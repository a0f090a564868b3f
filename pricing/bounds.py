"""Between which prices each rule leaves an offer, in the order in which the rules are asked."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from statistics import median

from pricing.coin import decimals, exact, money
from pricing.limits import EVERYTHING, NOTHING, Bound
from pricing.offer import WORDS, Offer, RuleName, Rules


def _history_range(offer: Offer, rules: Rules, today: date) -> Bound:
    words, low, high = WORDS["history_range"], offer.price_low, offer.price_high
    if low is None and high is None:
        return Bound(words, "Could not be checked: no range of past prices is known.")
    seen = " to ".join(money(p, offer.currency) for p in (low, high) if p is not None)
    note = f"Past sales speak for prices of {seen}; beyond it, run a price test first."
    return Bound(words, note, _low(low), _high(high))


def _ending(offer: Offer, rules: Rules, today: date) -> Bound:
    fractions = sorted(rules.endings.get(offer.currency, ()))
    if not fractions:
        return Bound(WORDS["ending"], f"Any price in the smallest coin of {offer.currency} will do.")
    listed = ", ".join(f"{f:.{decimals(offer.currency)}f}" for f in fractions)
    return Bound(WORDS["ending"], f"Prices in {offer.currency} end in {listed}; today's may stay.")


def ending_coins(offer: Offer, rules: Rules) -> tuple[int, ...]:
    fractions = rules.endings.get(offer.currency, ())
    return tuple(sorted({int(exact(f).scaleb(decimals(offer.currency))) for f in fractions}))


def _competitor_band(offer: Offer, rules: Rules, today: date) -> Bound:
    words, below, above = WORDS["competitor_band"], rules.competitor_low_pct, rules.competitor_high_pct
    if below is None and above is None:
        return Bound(words, "The store sets no band around competitors.")
    if not offer.competitors:
        return Bound(words, "Could not be checked: no competitor's price is known.")
    low, high, notes = NOTHING, EVERYTHING, []
    if below is not None:
        low = _percent(min(offer.competitors), -below)
        notes.append(f"at least {money(low, offer.currency)}, {below:g} % below the cheapest competitor")
    if above is not None:
        high = _percent(median(offer.competitors), above)
        notes.append(f"at most {money(high, offer.currency)}, {above:g} % above the median competitor")
    return Bound(words, f"The price is {' and '.join(notes)}.", low, high)


def _line_order(offer: Offer, rules: Rules, today: date) -> Bound:
    words, low, high = WORDS["line_order"], offer.line_low, offer.line_high
    notes = [f"not cheaper than the smaller sibling at {money(low, offer.currency)}"] if low is not None else []
    notes += [f"not dearer than the larger sibling at {money(high, offer.currency)}"] if high is not None else []
    if not notes:
        return Bound(words, "The product has no smaller or larger sibling on record.")
    return Bound(words, f"The price is {' and '.join(notes)}.", _low(low), _high(high))


def _max_change(offer: Offer, rules: Rules, today: date) -> Bound:
    low, high = _percent(offer.price, -rules.max_change_pct), _percent(offer.price, rules.max_change_pct)
    note = f"A change is at most {rules.max_change_pct:g} % of today's {money(offer.price, offer.currency)}."
    return Bound(WORDS["max_change"], note, max(low, NOTHING), high)


def _change_frequency(offer: Offer, rules: Rules, today: date) -> Bound:
    words, changed, between = WORDS["change_frequency"], offer.last_changed, rules.days_between_changes
    if changed is None:
        return Bound(words, "Could not be checked: no earlier change is on record.")
    days = (today - changed).days
    if days >= between:
        return Bound(words, f"Last changed {days} days ago; {between} must lie between changes.")
    price = exact(offer.price)
    note = f"The price stays: it changed on {changed.isoformat()} and {between} days must lie between changes."
    return Bound(words, note, price, price)


def _map(offer: Offer, rules: Rules, today: date) -> Bound:
    if offer.map_price is None:
        return Bound(WORDS["map"], "The product has no minimum advertised price.")
    least = money(offer.map_price, offer.currency)
    if not rules.respect_map:
        return Bound(WORDS["map"], f"The store does not keep to minimum advertised prices (here {least}).")
    return Bound(WORDS["map"], f"The minimum advertised price is {least}.", exact(offer.map_price))


def _prior_price(offer: Offer, rules: Rules, today: date) -> Bound:
    words, days = WORDS["prior_price"], rules.prior_price_days
    if not rules.respect_prior_price:
        return Bound(words, "The store is under no law of prior prices.")
    if offer.lowest_30_days is None:
        note = f"Could not be checked: the lowest price of the last {days} days is not known, so announce no reduction."
        return Bound(words, note)
    lowest = money(offer.lowest_30_days, offer.currency)
    lately = f"the lowest of the last {days} days"
    return Bound(words, f"Only a price below {lowest}, {lately}, may be announced as a reduction, and from it.")


def _margin_floor(offer: Offer, rules: Rules, today: date) -> Bound:
    if offer.cost is None:
        return Bound(WORDS["margin_floor"], "Could not be checked: the cost is not known.")
    least = exact(offer.cost) / (1 - exact(rules.min_margin_pct) / 100)
    cost = money(offer.cost, offer.currency)
    note = f"A margin of {rules.min_margin_pct:g} % over the cost of {cost} needs {money(least, offer.currency)}."
    return Bound(WORDS["margin_floor"], note, least)


def _cost_floor(offer: Offer, rules: Rules, today: date) -> Bound:
    if offer.cost is None:
        return Bound(WORDS["cost_floor"], "Could not be checked: the cost is not known.")
    note = f"Nothing is sold below its cost of {money(offer.cost, offer.currency)}."
    return Bound(WORDS["cost_floor"], note, exact(offer.cost))


def _low(price: float | None) -> Decimal:
    return NOTHING if price is None else exact(price)


def _high(price: float | None) -> Decimal:
    return EVERYTHING if price is None else exact(price)


def _percent(price: float, change: float) -> Decimal:
    return exact(price) * (1 + exact(change) / 100)


BOUNDS: Mapping[RuleName, Callable[[Offer, Rules, date], Bound]] = {
    "history_range": _history_range,
    "ending": _ending,
    "competitor_band": _competitor_band,
    "line_order": _line_order,
    "max_change": _max_change,
    "change_frequency": _change_frequency,
    "map": _map,
    "prior_price": _prior_price,
    "margin_floor": _margin_floor,
    "cost_floor": _cost_floor,
}
