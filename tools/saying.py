"""Facts as the model reads them: one a line, the number by which it may be spoken of first."""

from tools.facts import Fact


def said(*facts: Fact) -> str:
    return "\n".join(f"{{{f.id}}} {f.label}: {plain(f)}" for f in facts)


def plain(fact: Fact) -> str:
    """Value, unit and interval without language or locale."""
    value = f"{fact.value:.4g}" if isinstance(fact.value, float) else str(fact.value)
    interval = f" ({fact.low:.4g} to {fact.high:.4g})" if fact.low is not None and fact.high is not None else ""
    return f"{value} {fact.currency or fact.unit}{interval}"
