"""Which product or category is meant: search decides, never the model."""

from dataclasses import dataclass

from agents.request import Request
from knowledge.finding import Candidate
from knowledge.store import Knowledge

FOR_A_CATEGORY = ("propose_price", "recommend_products", "sales_report")
FOR_ONE_PRODUCT = ("forecast_demand", "propose_price", "assess_risk", "what_if", "search_reviews")


@dataclass(frozen=True)
class Meant:
    """What a request speaks of; `candidates` where it is not clear which."""

    sku: str | None = None
    category: str | None = None
    candidates: tuple[Candidate, ...] = ()
    unknown: str = ""  # words that no product answers to


def meant(request: Request, knowledge: Knowledge, spoken_of: str | None) -> Meant:
    """The product by its words, by the category, or the one that the thread speaks of."""
    if request.product:
        found = knowledge.find(request.product)
        if found.sure:
            return Meant(found.candidates[0].sku)
        category = knowledge.find_category(request.product) if request.tool in FOR_A_CATEGORY else None
        if category:
            return Meant(category=category)
        return Meant(candidates=found.candidates) if found.candidates else Meant(unknown=request.product)
    if request.category:
        category = knowledge.find_category(request.category)
        return Meant(category=category) if category else Meant(unknown=request.category)
    if spoken_of and request.tool in (*FOR_ONE_PRODUCT, "recommend_products", "sales_report"):
        return Meant(sku=spoken_of)
    return Meant()
