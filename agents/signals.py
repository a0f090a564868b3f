"""What facts amount to, in words: direction, size and doubt. A model reads these and no value."""

from collections.abc import Callable

from pricing.risk import P_LOSS, STOCK_OUT
from tools.facts import Fact, Facts

WEAK, STRONG = -1.0, -2.0  # elasticities: buyers who hardly react, and who react strongly
POOR, GOOD = 3.5, 4.2  # of five stars
FEW = 3  # reviews that say nothing yet
FALLEN = 0.3  # stars below the rating of all time
AMPLE = 6  # times what should sell
SHORT, LONG = 26, 52  # weeks of history
RULES = (
    "rule_history_range", "rule_competitor_band", "rule_line_order", "rule_max_change", "rule_map", "rule_prior_price",
    "rule_margin_floor", "rule_cost_floor",
)  # fmt: skip


SHORT_NAMES: dict[str, tuple[str, ...]] = {  # what a model writes, a token each, and the labels that may stand for it
    "now": ("price_now",), "best": ("price_best",), "asked": ("price_asked",),
    "change": ("price_change", "asked_change"), "expected": ("units_expected",),
    "units": ("units_at_best", "units_at_price"), "gain": ("profit_change",), "takings": ("revenue_change",),
    "odds": ("p_loss",), "low": ("competitor_low",), "high": ("competitor_high",), "rival": ("competitor_only",),
    "recent": ("rating_recent",), "seen": ("prices_seen",), "rule": RULES, "test": ("test_weeks",),
    "power": ("test_power",), "why": ("elasticity_refused",), "gaps": ("weeks_out_of_stock",),
    "sold": ("units_sold",), "past": ("past_weeks",), "until": ("sales_until",), "trend": ("units_change",),
    "partner": ("bundle_with",), "bundle": ("bundle_price",), "apart": ("bundle_separate",),
    "first": ("opportunity",), "from": ("opportunity_now",), "to": ("opportunity_price",),
    "worth": ("opportunity_gain",), "sure": ("opportunity_sure",), "lot": ("clear_stock",), "by": ("clear_by",),
    "chance": ("clear_chance",), "left": ("clear_left",), "brings": ("clear_revenue",),
}  # fmt: skip


def signals(facts: Facts) -> dict[str, str]:
    """Each signal that the facts give, in a fixed order; what is not known is left out."""
    return {name: word for name, read in SIGNALS.items() if (word := read(facts))}


def found(facts: Facts, slot: str) -> Fact | None:
    """The fact that a reference names, by its short name or its label."""
    return next((fact for label in SHORT_NAMES.get(slot, (slot,)) if (fact := facts.find(label))), None)


def _value(facts: Facts, *labels: str) -> float | None:
    """The first of these that is known, as a number."""
    fact = next((fact for label in labels if (fact := facts.find(label))), None)
    return float(str(fact.value)) if fact else None


def _sign(value: float | None, up: str, down: str, none: str) -> str:
    return "" if value is None else up if value > 0 else down if value < 0 else none


def _price(facts: Facts) -> str:
    if facts.find("clear_chance"):
        return "wait" if facts.find("keep") else "clear"
    if facts.find("test_weeks"):
        return "test" if facts.find("elasticity_refused") else "trial"
    return "keep" if facts.find("keep") else _sign(_value(facts, "price_change"), "raise", "lower", "keep")


def _asked(facts: Facts) -> str:
    return _sign(_value(facts, "asked_change"), "raise", "lower", "same")


def _money(facts: Facts) -> str:
    return _sign(_value(facts, "profit_change", "revenue_change"), "gain", "loss", "even")


def _odds(facts: Facts) -> str:
    odds = _value(facts, "p_loss")
    return "" if odds is None else "low" if odds < P_LOSS[0] else "high" if odds >= P_LOSS[1] else "medium"


def _level(facts: Facts) -> str:
    fact = facts.find("risk_level")
    return str(fact.value) if fact else ""


def _units(facts: Facts) -> str:
    best, now = _value(facts, "units_at_best"), _value(facts, "units_expected")
    return "" if best is None or now is None else _sign(best - now, "more", "fewer", "")


def _reaction(facts: Facts) -> str:
    elasticity = _value(facts, "elasticity")
    if elasticity is None:
        return ""
    return "weak" if elasticity > WEAK else "strong" if elasticity < STRONG else "normal"


def _rivals(facts: Facts) -> str:
    now = _value(facts, "price_now")
    low, high = _value(facts, "competitor_low", "competitor_only"), _value(facts, "competitor_high", "competitor_only")
    if now is None or low is None or high is None:
        return ""
    return "dearer" if low > now else "cheaper" if high < now else "around"


def _rating(facts: Facts) -> str:
    rating, reviews = _value(facts, "rating"), _value(facts, "reviews")
    return (
        ""
        if rating is None or (reviews or 0) < FEW
        else "poor"
        if rating < POOR
        else "good"
        if rating >= GOOD
        else "fair"
    )


def _trend(facts: Facts) -> str:
    before, recent = _value(facts, "rating"), _value(facts, "rating_recent")
    return (
        "falling" if _rating(facts) and before is not None and recent is not None and recent < before - FALLEN else ""
    )


def _stock(facts: Facts) -> str:
    stock, odds = _value(facts, "stock"), _value(facts, "p_stock_out")
    if odds is not None and odds >= STOCK_OUT[0]:
        return "short"
    selling = _value(facts, "units_at_best", "units_at_price", "units_expected")
    if stock is None or selling is None:
        return ""
    return "short" if stock < selling else "ample" if stock > AMPLE * selling else "enough"


def _rule(facts: Facts) -> str:
    return "bound" if found(facts, "rule") else ""


def _history(facts: Facts) -> str:
    weeks = _value(facts, "history")
    return "" if weeks is None else "short" if weeks < SHORT else "long" if weeks >= LONG else "fair"


def _sales(facts: Facts) -> str:
    return _sign(_value(facts, "units_change"), "up", "down", "")


def _subject(facts: Facts) -> str:
    return "" if facts.find("product") else "store"


SIGNALS: dict[str, Callable[[Facts], str]] = {
    "price": _price,
    "asked": _asked,
    "money": _money,
    "odds": _odds,
    "risk": _level,
    "units": _units,
    "reaction": _reaction,
    "rivals": _rivals,
    "rating": _rating,
    "trend": _trend,
    "stock": _stock,
    "rule": _rule,
    "history": _history,
    "sales": _sales,
    "subject": _subject,
}
