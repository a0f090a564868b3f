"""A turn in what buyers say, as facts: when, how far, of what, and in whose words."""

from tools.context import Context
from tools.facts import Fact, Source
from tools.heard import Heard, Turned

METHOD = "posterior over the day of a change of the mean; docs/sentiment.md"


def tell_turn(context: Context, sku: str, known: Heard) -> tuple[Fact, ...]:
    """The facts of a turn, or that there are too few reviews to tell one; none where opinions did not turn."""
    if known.turned is not None:
        return _told(context, sku, known.turned)
    add, source = context.facts.add, Source("fit", f"{known.voices:.1f} voices with stars or a sentiment; {METHOD}")
    if known.few:
        return (add("turn_few", known.reviews, "count", source, sku),) if known.reviews else ()
    if known.suspected is None:
        return ()
    return (
        add("turn_maybe", known.suspected.on, "date", source, sku),
        add("turn_side", known.suspected.fewer, "count", source, sku),
    )


def _told(context: Context, sku: str, known: Turned) -> tuple[Fact, ...]:
    add, found = context.facts.add, known.turn
    source = Source("fit", f"{METHOD}; {found.voices:.0f} voices after it, copies counted once")
    out = [
        add("turn_worse" if found.worse else "turn_better", found.on, "date", source, sku),
        add("turn_earliest", found.low, "date", source, sku),
        add("turn_latest", found.high, "date", source, sku),
        add("turn_chance", found.chance, "probability", source, sku),
        add("turn_before", 1 + 4 * found.before, "ratio", source, sku),
        add("turn_after", 1 + 4 * found.after, "ratio", source, sku),
    ]
    if known.since is not None:
        out.append(add(f"turn_{known.aspect}", known.since, "probability", source, sku))
    for quote in known.quotes:
        said = Source("review", f"review {quote.review_id} of {sku}, {quote.written_on}")
        out.append(add("turn_quote", quote.text, "text", said, sku))
    return tuple(out)
