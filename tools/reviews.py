"""What buyers say."""

from collections.abc import Iterator, Mapping

from langchain.tools import ToolRuntime, tool

from tools.context import Context
from tools.facts import Fact, Source
from tools.heard import Heard, heard
from tools.saying import said

NAMED = ("zh", "en")  # languages that have a label of their own
METHOD = "mean of the sentiment of the texts, 90 % interval of a share; docs/sentiment.md"


@tool
def review_search(question: str, runtime: ToolRuntime[Context], sku: str | None = None, n: int = 3) -> str:
    """What buyers say about a product: passages from their reviews."""
    context = runtime.context
    passages = context.shop.knowledge.search(question, sku=sku, kind="review", n=n)
    out = []
    for p in passages:
        again = f", and {p.copies - 1} more that say the same" if p.copies > 1 else ""
        out.append(
            context.facts.add("quote", p.text, "text", Source("review", f"review {p.source} of {p.sku}{again}"), p.sku)
        )
    if sku is not None:
        known = heard(context.shop, sku, context.today)
        out += [*tell_tone(context, sku, known), *tell_aspects(context, sku, known)]
    if not out:
        out.append(context.facts.add("no_reviews", "reviews", "text", Source("review", "no review"), sku or ""))
    return said(*out)


def tell_tone(context: Context, sku: str, known: Heard) -> Iterator[Fact]:
    """How pleased buyers are and of how many reviews; how many say the same again, and how many were not read."""
    add = context.facts.add
    if known.pleased is not None:
        mean = known.pleased
        source = Source("fit", f"{METHOD}; {mean.voices:.1f} voices, copies counted once")
        yield add("pleased", mean.mean, "probability", source, sku, low=mean.low, high=mean.high)
        yield add("pleased_reviews", mean.count, "count", source, sku)
    if known.copies:
        again = Source("fit", "reviews nine tenths of whose letters agree; docs/knowledge.md")
        yield add("copies", known.copies, "count", again, sku)
    unread = Source("fit", "the network of sentiment was not taught their language; docs/sentiment.md")
    for name, many in _named(known.unread).items():
        yield add(f"unread_{name}", many, "count", unread, sku)


def tell_aspects(context: Context, sku: str, known: Heard) -> Iterator[Fact]:
    """With what they are pleased, of how many reviews, and one who says so."""
    add = context.facts.add
    for name, aspect in known.aspects.items():
        one = aspect.mood
        source = Source("fit", f"{METHOD}; the parts that speak of {name}, {one.voices:.1f} voices")
        yield add(f"aspect_{name}", one.mean, "probability", source, sku, low=one.low, high=one.high)
        yield add(f"aspect_{name}_reviews", one.count, "count", source, sku)
        if aspect.quote is not None:
            told = Source("review", f"review {aspect.quote.review_id} of {sku}, {aspect.quote.written_on}")
            yield add(f"aspect_{name}_quote", aspect.quote.text, "text", told, sku)


def _named(languages: Mapping[str, int]) -> dict[str, int]:
    """By label: those without one of their own together."""
    found = {name: languages[name] for name in NAMED if name in languages}
    others = sum(many for name, many in languages.items() if name not in NAMED)
    return found | ({"other": others} if others else {})
