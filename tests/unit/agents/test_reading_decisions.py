"""Orders about proposals in a merchant's own words, and what only sounds like one."""

from typing import Any

import pytest

from agents.reading.hints import Conversation
from agents.reading.reading import read

NOTHING = Conversation()
OPEN = Conversation("84029G", "hot water bottle", 3.75, "propose_price", (41, 42))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sign off proposal thirty-seven", {"decision": "approve", "proposal": "37"}),
        ("proposal nineteen: approved", {"decision": "approve", "proposal": "19"}),
        ("二百三十一号准了", {"decision": "approve", "proposal": "231"}),
        ("二百三十一号过", {"decision": "approve", "proposal": "231"}),
        ("27号过吧", {"decision": "approve", "proposal": "27"}),
        ("十六号毙了", {"decision": "reject", "proposal": "16"}),
        ("十六号没法接受", {"decision": "reject", "proposal": "16"}),
        ("提案二十八没法接受,成本涨了", {"decision": "reject", "proposal": "28", "reason": "成本涨了"}),
        ("I can't accept proposal 29", {"decision": "reject", "proposal": "29"}),
        ("kill proposal 8, buyers would walk", {"decision": "reject", "proposal": "8", "reason": "buyers would walk"}),
        ("scrap number 8", {"decision": "reject", "proposal": "8"}),
        ("yes to 73", {"decision": "approve", "proposal": "73"}),
        ("yes to seventy-three", {"decision": "approve", "proposal": "73"}),
        ("no to 73", {"decision": "reject", "proposal": "73"}),
        ("fine with 66, approve it", {"decision": "approve", "proposal": "66"}),
        ("33号已经批准了,上线吧", {"decision": "apply", "proposal": "33"}),
        ("提案33早就通过了,可以发布", {"decision": "apply", "proposal": "33"}),
        ("33 is approved already, push it live", {"decision": "apply"}),
        ("we've approved proposal 33 already, publish it", {"decision": "apply", "proposal": "33"}),
        ("let's approve 33 and publish it", {"decision": "approve", "proposal": "33"}),
        ("approve 33 and put it live", {"decision": "approve", "proposal": "33"}),
        ("恢复到调价前", {"decision": "rollback"}),
        ("退回涨价之前的价格", {"decision": "rollback"}),
        ("bring the previous price back", {"decision": "rollback"}),
        ("give me the old price back", {"decision": "rollback"}),
        ("把建议价改成16元", {"decision": "edit", "price": 16}),
        ("proposal 5: swap the figure for 31", {"decision": "edit", "proposal": "5", "price": 31}),
        ("change the suggested price to 31", {"decision": "edit", "price": 31}),
    ],
)  # fmt: skip
def test_an_order_is_read_in_many_words(text: str, expected: dict[str, Any]) -> None:
    assert read(text, NOTHING).request.said() == {"tool": "decide", **expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("swap the figure for 3.40", {"decision": "edit", "price": 3.4}),
        ("ok with 42", {"decision": "approve", "proposal": "42"}),
        ("没法接受", {"decision": "reject"}),
        ("I've approved it already, roll it out", {"decision": "apply"}),
    ],
)
def test_an_open_proposal_is_enough(text: str, expected: dict[str, Any]) -> None:
    assert read(text, OPEN).request.said() == {"tool": "decide", **expected}


def test_a_new_price_that_is_not_said_is_asked_for() -> None:
    said = read("再改一下建议价", NOTHING).request.said()
    assert said == {"tool": "clarify", "missing": "amount"}


@pytest.mark.parametrize(
    "text",
    [
        "should I kill proposal 8?",
        "can I accept proposal 29?",
        "could we live with the suggested price?",
        "二百三十一号准了吗",
        "要不要改一下建议价",
        "没法接受的差评有哪些",
        "yes to lower prices",
        "ok for 12 pounds",
        "swap the mug for 27",
        "七号电池改成16元",
        "客人没法接受这个价",
    ],
)
def test_what_only_sounds_like_an_order_decides_nothing(text: str) -> None:
    assert read(text, NOTHING).request.tool != "decide"
