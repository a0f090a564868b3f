"""An offer and rules of which one rule is given up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pricing.guardrails import Offer, RuleName, Rules

ANYTHING = 99.0  # percent: a change without a limit, which still leaves a price


FREE_OFFER: Mapping[RuleName, Mapping[str, Any]] = {
    "history_range": {"price_low": None, "price_high": None},
    "line_order": {"line_low": None, "line_high": None},
}
FREE_RULES: Mapping[RuleName, Mapping[str, Any]] = {
    "competitor_band": {"competitor_low_pct": None, "competitor_high_pct": None},
    "max_change": {"max_change_pct": ANYTHING},
    "change_frequency": {"days_between_changes": 0},
    "map": {"respect_map": False},
    "margin_floor": {"min_margin_pct": 0.0},
}


def freed(offer: Offer, rules: Rules, rule: RuleName) -> tuple[Offer, Rules]:
    """The same without `rule`. The floor at the cost, the endings and the law stay: they are given up by nobody."""
    return replace(offer, **FREE_OFFER.get(rule, {})), replace(rules, **FREE_RULES.get(rule, {}))
