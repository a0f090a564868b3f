"""Follow-ups are read against what the thread last spoke of."""

from typing import Any

import pytest

from agents.reading.hints import Conversation
from agents.reading.reading import read

PRICED = Conversation("84029G", "hot water bottle", 3.75, "propose_price")
ASKED = Conversation("84029G", "hot water bottle", 2.5, "what_if")
RISK = Conversation("84029G", "hot water bottle", 2.5, "assess_risk")
FORECAST = Conversation("84029G", "hot water bottle", 3.75, "forecast_demand")
OPEN = Conversation("84029G", "hot water bottle", 3.75, "propose_price", (41, 42))


@pytest.mark.parametrize(
    ("said", "text", "expected"),
    [
        (PRICED, "and if I go to 2.10 instead?", {"tool": "what_if", "price": 2.1}),
        (ASKED, "what about 3.20?", {"tool": "what_if", "price": 3.2}),
        (RISK, "and at 4?", {"tool": "assess_risk", "price": 4}),
        (PRICED, "is that safe?", {"tool": "assess_risk"}),
        (PRICED, "what happens if it is 10% cheaper", {"tool": "what_if", "change_pct": -10}),
        (FORECAST, "and over the next quarter?", {"tool": "forecast_demand", "weeks": 13}),
        (FORECAST, "what about the lunch bag?", {"tool": "forecast_demand", "product": "lunch bag"}),
        (PRICED, "what do customers say about it?", {"tool": "search_reviews"}),
        (PRICED, "how many of those will we sell in 8 weeks", {"tool": "forecast_demand", "weeks": 8}),
        (PRICED, "what goes with that one?", {"tool": "recommend_products"}),
        (PRICED, "那改成2.1元呢?", {"tool": "what_if", "price": 2.1}),
        (PRICED, "它打八折会怎么样", {"tool": "what_if", "change_pct": -20}),
        (PRICED, "这个安全吗", {"tool": "assess_risk"}),
        (FORECAST, "那未来三周呢", {"tool": "forecast_demand", "weeks": 3}),
        (FORECAST, "午餐袋呢?", {"tool": "forecast_demand", "product": "午餐袋"}),
        (PRICED, "这款未来八周能卖多少", {"tool": "forecast_demand", "weeks": 8}),
        (PRICED, "no, the large one", {"tool": "propose_price"}),
        (PRICED, "what would the blue one cost at 10% off?", {"tool": "what_if", "change_pct": -10}),
        (PRICED, "蓝色的那个打九折会怎样", {"tool": "what_if", "change_pct": -10}),
        (OPEN, "yes", {"tool": "decide", "decision": "approve"}),
        (OPEN, "ok, go ahead", {"tool": "decide", "decision": "approve"}),
        (OPEN, "no thanks", {"tool": "decide", "decision": "reject"}),
        (OPEN, "make it 3.50", {"tool": "decide", "decision": "edit", "price": 3.5}),
        (OPEN, "approve the second one", {"tool": "decide", "decision": "approve", "proposal": "42"}),
        (OPEN, "reject that one, it's too steep", {"tool": "decide", "decision": "reject", "reason": "it's too steep"}),
        (OPEN, "what if it were 3.50?", {"tool": "what_if", "price": 3.5}),
        (OPEN, "好的", {"tool": "decide", "decision": "approve"}),
        (OPEN, "就这么定", {"tool": "decide", "decision": "approve"}),
        (OPEN, "改成3.5元吧", {"tool": "decide", "decision": "edit", "price": 3.5}),
        (OPEN, "不行,太贵了", {"tool": "decide", "decision": "reject", "reason": "太贵了"}),
        (OPEN, "驳回这个", {"tool": "decide", "decision": "reject"}),
        (Conversation(), "yes", {"tool": "clarify", "missing": "intent"}),
        (Conversation(), "and if I go to 2.10 instead?", {"tool": "what_if", "price": 2.1}),
    ],
)
def test_a_follow_up_is_read_against_the_thread(said: Conversation, text: str, expected: dict[str, Any]) -> None:
    fields = read(text, said).request.said()
    fields.pop("question", None)
    assert fields == expected
