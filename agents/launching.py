"""A product that is to be launched: the catalogue does not have it, so its like speak for it."""

import re
from time import perf_counter

from langgraph.runtime import Runtime
from rapidfuzz.fuzz import ratio

from agents.memory import Thread
from agents.reply import Step
from agents.request import Request
from agents.run import Run, reporter
from db.tables import Product
from pricing.errors import PricingError
from pricing.newcomer import FIRST
from tools.recommending_launch import Newborn, tell_launch
from tools.saying import said

OF_A_PRICE = ("propose_price", "forecast_demand", "what_if", "assess_risk")
SAME = 90.0  # of 100: how alike words and a name are that mean one product
MOST = 26  # weeks ahead
LONGEST = 200  # characters of a description
_LAUNCH = re.compile(
    r"\b(?:launch\w*|new (?:product|item|line|arrival)s?|brand[- ]new|introduc(?:e|es|ing)|rolling out|roll out|"
    r"start(?:ing)? (?:to sell|selling)|about to sell)\b|新品|上新|上架|新款|新产品|新商品|首发|推出|准备卖|开卖",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"^(?:\W|(?:launch\w*|new (?:product|item|line)s?|brand[- ]new|introduc(?:e|es|ing)|a|an|the|our|新品|上新|上架|"
    r"新款|新产品|新商品|首发|推出|新)(?![a-z])\s*)+",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(r"[:：]\s*(?P<words>[^?!？！。\n]{3,400})")
_COST = re.compile(
    r"(?:\bcost(?:s|ing)?(?: us| me)?(?: is| of|:)?|成本(?:价)?(?:是|为|：|:)?|进(?:货)?价(?:是|为|：|:)?)"
    r"\s*[£$€¥￥]?\s*(?P<cost>\d{1,7}(?:[.,]\d{1,2})?)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:[,，;；.]\s*|\s+)(?:(?:it |which )?costs?|costing|成本|进货?价|what|how|应该|该).*$", re.IGNORECASE
)


def launching(request: Request, text: str) -> bool:
    """Whether the message speaks of a price or the sales of something that is to be sold for the first time."""
    return request.tool in OF_A_PRICE and bool(request.product) and bool(_LAUNCH.search(text))


def known(words: str, run: Run) -> bool:
    """Whether a product of the catalogue is meant all the same: by its code, or by its very name."""
    words = _BEGINS.sub("", words) or words
    found = run.context.shop.knowledge.find(words)
    if not found.sure:
        return False
    best = found.candidates[0]
    with run.context.database.reading() as session:
        product = session.get(Product, best.sku)
    names = [name for name in (best.name, product.name_zh if product else "") if name]
    return best.how == "code" or any(ratio(words.casefold(), name.casefold()) >= SAME for name in names)


def newborn(request: Request, text: str) -> Newborn:
    """What the message says of the product to come."""
    cost = _COST.search(text)
    weeks = request.weeks if request.weeks and request.weeks > 1 else FIRST  # "next week" is when, not how long
    return Newborn(
        text=_description(request.product or "", text),
        cost=float(cost["cost"].replace(",", ".")) if cost else None,
        price=request.price,
        weeks=min(weeks, MOST),
    )


def _description(product: str, text: str) -> str:
    """The words after a colon where they hold the product's, else the product's."""
    bare = _BEGINS.sub("", product) or product
    told = _DESCRIBED.search(text)
    if told and bare in told["words"]:
        return _BEGINS.sub("", _AFTER.sub("", told["words"])).strip(" .,，、")[:LONGEST] or bare
    return bare[:LONGEST]


def launch(state: Thread, runtime: Runtime[Run]) -> None:
    """Tell what is known of a product to come."""
    run, report, started = runtime.context, reporter(runtime), perf_counter()
    born = newborn(Request.model_validate(state["request"]), state["text"])
    try:
        note = said(*tell_launch(run.context, born))
    except PricingError as refusal:
        note = str(refusal)
        run.refusals.append(note)
    call = {"text": born.text, "cost": born.cost, "price": born.price, "weeks": born.weeks}
    report(Step("price", "what a new product should cost", "code", "launch", call, note,
                seconds=perf_counter() - started))  # fmt: skip
