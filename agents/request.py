"""What a message asks for: a closed schema."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pricing.optimise import Goal

Tool = Literal[
    "forecast_demand", "recommend_products", "propose_price", "assess_risk", "what_if", "sales_report",
    "search_reviews", "decide", "clarify", "refuse",
]  # fmt: skip
Decision = Literal["approve", "reject", "edit", "apply", "rollback"]
Missing = Literal["product", "intent", "amount"]


class Request(BaseModel):
    """One message, understood. A field that was not said is null; `product` stands as the merchant said it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tool: Tool
    product: str | None = None
    category: str | None = None
    weeks: int | None = Field(default=None, ge=1, le=104)
    n: int | None = Field(default=None, ge=1, le=1000)
    goal: Goal | None = None
    min_margin_pct: float | None = Field(default=None, ge=0, lt=100)
    max_change_pct: float | None = Field(default=None, ge=0, le=100)
    price: float | None = Field(default=None, gt=0)
    change_pct: float | None = Field(default=None, gt=-100)
    question: str | None = None
    decision: Decision | None = None
    proposal: str | None = None  # its number, as said
    reason: str | None = None
    missing: Missing | None = None

    def said(self) -> dict[str, Any]:
        """The fields that were said, in the order above."""
        return self.model_dump(exclude_none=True)

    def shown(self) -> dict[str, Any]:
        """As others see it: `clarify` tells what is missing and nothing else. What product its message named is for
        the desk alone, which may complete the question before with it."""
        said = self.said()
        return {name: said[name] for name in ("tool", "missing") if name in said} if self.tool == "clarify" else said
