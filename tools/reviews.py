"""What buyers say."""

from langchain.tools import ToolRuntime, tool

from tools.context import Context
from tools.facts import Source
from tools.saying import said


@tool
def review_search(question: str, runtime: ToolRuntime[Context], sku: str | None = None, n: int = 3) -> str:
    """What buyers say about a product: passages from their reviews."""
    context = runtime.context
    passages = context.shop.knowledge.search(question, sku=sku, kind="review", n=n)
    out = [
        context.facts.add("quote", p.text, "text", Source("review", f"review {p.source} of {p.sku}"), p.sku)
        for p in passages
    ]
    if not out:
        out.append(context.facts.add("no_reviews", "reviews", "text", Source("review", "no review"), sku or ""))
    return said(*out)
