"""Why the rules leave no price, and what giving each up would buy."""

from datetime import date

from pricing.coin import money
from pricing.guardrails import WORDS, Offer, Rules, judge, relaxed
from pricing.limits import Limits


def no_price(offer: Offer, rules: Rules, today: date) -> str:
    """The rules that contradict each other, and the price that becomes possible without each."""
    clashes = [r.note for r in judge(offer.price, offer, rules, today).trail if "contradicts" in r.note]
    bought = [
        f"without {' and '.join(WORDS[name] for name in names)}, {money(price, offer.currency)}"
        for names, price in relaxed(offer, rules, today).items()
    ]
    remedy = f"What relaxing would buy: {'; '.join(bought)}." if bought else "Relaxing one or two rules does not help."
    return f"{offer.sku}: the rules leave no price. {' '.join(clashes)} {remedy}"


def no_rung(offer: Offer, limits: Limits) -> str:
    """Prices are left, but nothing is known of how buyers answer any of them."""
    nearest = limits.nearest(offer.price)
    lawful = money(offer.price if nearest is None else nearest, offer.currency)
    if offer.cost is None and nearest is not None and nearest < offer.price:
        return (
            f"{offer.sku}: the rules ask for a cut to {lawful}, which is below every price seen so far, and no cost is "
            "known. Enter the cost, or set the price by hand."
        )
    return (
        f"{offer.sku}: the rules do not allow today's {money(offer.price, offer.currency)}, and the sales say nothing "
        f"of a lawful price (the nearest is {lawful}). Set it by hand, or run a price test."
    )
