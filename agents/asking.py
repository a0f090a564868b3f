"""The first node: what is asked, of which product, at which price."""

from time import perf_counter

from langgraph.runtime import Runtime
from langgraph.types import Command

from agents.finding import FOR_A_CATEGORY, FOR_ONE_PRODUCT, meant
from agents.launching import known, launching
from agents.memory import Thread, conversation, language_in
from agents.rendering import language_for
from agents.replies import reply, which
from agents.reply import Step
from agents.request import Request
from agents.run import Run, reporter
from agents.understanding import understand
from db.tables import Product
from pricing.errors import PricingError
from tools.fitted import fitted
from tools.price import named, tell_offer


def ask(state: Thread, runtime: Runtime[Run]) -> Command[str]:
    """What is asked, of which product, and who works on it."""
    run, report, started, said = runtime.context, reporter(runtime), perf_counter(), conversation(state)
    text, language = state["text"], language_for(state["text"])
    understood = understand(text, said, run.model, run.lean)
    request = _completed(understood.request, state)
    report(
        Step(
            "understand", "what is asked", understood.by, request.tool, request.shown(),
            seconds=perf_counter() - started, why=understood.why, stood_in=understood.by == "planner",
        )
    )  # fmt: skip
    update: Thread = {"request": request.model_dump(), "language": language, "facts": [], "answer": "", "stage": 0}
    if request.tool == "decide":
        return Command(update=update, goto="decide")
    if request.tool in ("clarify", "refuse"):
        key = "refuse" if request.tool == "refuse" else f"clarify_{request.missing or 'intent'}"
        return Command(update=update | {"answer": reply(key, language_in(update))}, goto="propose")
    return _resolved(request, state, update, run)


def _completed(request: Request, state: Thread) -> Request:
    """A bare product answers the question which product was meant."""
    pending = state.get("pending")
    if pending and request.tool == "clarify" and request.product:
        return Request.model_validate(pending | {"product": request.product})
    return request


def _resolved(request: Request, state: Thread, update: Thread, run: Run) -> Command[str]:
    if launching(request, state["text"]) and not known(request.product or "", run):
        return Command(update=update | {"sku": None, "category": None, "pending": None}, goto="launch")
    found, language = meant(request, run.context.shop.knowledge, state.get("sku")), language_in(update)
    if found.unknown:
        text = reply("unknown_product", language, words=found.unknown)
        return Command(update=update | {"answer": text, "pending": request.model_dump()}, goto="propose")
    if found.candidates:
        text = which([(_name(run, c.sku, c.name), c.sku) for c in found.candidates], language)
        return Command(update=update | {"answer": text, "pending": request.model_dump()}, goto="propose")
    served = found.category and request.tool in FOR_A_CATEGORY
    if request.tool in FOR_ONE_PRODUCT and not (found.sku or served):
        text = reply("clarify_product", language)
        return Command(update=update | {"answer": text, "pending": request.model_dump()}, goto="propose")
    update |= {"sku": found.sku, "category": found.category, "pending": None}
    update["product_words"] = request.product or state.get("product_words")
    return _priced(request, state, update, run)


def _name(run: Run, sku: str, known: str) -> str:
    """What the reader calls a product; its known name where the database has lost it."""
    with run.context.database.reading() as session:
        product = session.get(Product, sku)
    return named(run.context, product) if product else known


def _priced(request: Request, state: Thread, update: Thread, run: Run) -> Command[str]:
    """The price asked about in money: stated, or today's changed by a percentage."""
    price, sku = request.price, update.get("sku")
    try:
        if sku:
            known = fitted(run.context, sku)
            tell_offer(run.context, known)
        if sku and request.change_pct is not None and price is None:
            price = round(known.offer.price * (1 + request.change_pct / 100), 2)
        elif sku == state.get("sku") and price is None and request.tool == "assess_risk":
            price = state.get("price")
    except PricingError as refusal:
        run.refusals.append(str(refusal))
        return Command(update=update, goto="explain")
    goto = "batch" if request.tool == "propose_price" and not sku else "dispatch"
    return Command(update=update | {"price": price}, goto=goto)
