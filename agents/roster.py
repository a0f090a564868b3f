"""The four analysts: one row each. The graph, the page and the tests iterate these rows."""

from dataclasses import dataclass
from importlib.resources import files

from langchain_core.tools import BaseTool

from agents.request import Tool
from tools.demand import demand_at_price, demand_forecast, sales_summary
from tools.price import best_price_under_rules, price_elasticity
from tools.recommending_why import what_changed
from tools.related import bundle_offer, opportunities, related_products
from tools.reviews import review_search
from tools.risk import price_risk, review_ratings


@dataclass(frozen=True)
class Agent:
    """One analyst: its prompt is prompts/<name>.md."""

    name: str
    does: str
    does_zh: str
    tools: tuple[BaseTool, ...]  # the model chooses among these
    beside: tuple[BaseTool, ...] = ()  # only a plan calls these

    @property
    def prompt(self) -> str:
        return (files("agents") / "prompts" / f"{self.name}.md").read_text(encoding="utf-8")


AGENTS = (
    Agent("forecast", "what will sell", "能卖多少", (demand_forecast, demand_at_price, sales_summary), (what_changed,)),
    Agent(
        "recommend", "what goes with what, what to act on", "搭配与机会",
        (related_products, bundle_offer, opportunities, review_search),
    ),
    Agent("price", "the best price under the rules", "规则内的最优价", (price_elasticity, best_price_under_rules)),
    Agent("risk", "what can go wrong, in money", "可能的损失", (price_risk, review_ratings)),
)  # fmt: skip

# Who works for which request, stage after stage; those of one stage work side by side.
STAGES: dict[Tool, tuple[tuple[str, ...], ...]] = {
    "propose_price": (("forecast", "recommend"), ("price",), ("risk",)),
    "forecast_demand": (("forecast",),),
    "recommend_products": (("recommend",),),
    "assess_risk": (("risk",),),
    "what_if": (("risk",),),
    "sales_report": (("forecast",),),
    "search_reviews": (("recommend",),),
    "decide": (),
    "clarify": (),
    "refuse": (),
}
# Who works where the reasons of a product's sales are asked for too.
REASONS: tuple[tuple[str, ...], ...] = (("forecast", "recommend", "risk"),)
