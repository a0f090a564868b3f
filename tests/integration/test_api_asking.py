"""Asking through the API: at once or step by step, in conversations of one's own."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx

from agents.desk import Desk
from agents.reply import Event, Step
from db.moves import Actor
from tests.integration.api import Api, api, api_on
from tests.integration.api_served import served
from tests.small_store import small_home, small_knowledge, small_shop

__all__ = ["api", "small_home", "small_knowledge", "small_shop"]

ASK = "/api/v1/ask"
STREAM = {"Accept": "text/event-stream"}


def ask(api: Api, name: str, text: str, thread: str | None = None) -> dict[str, Any]:
    answer = api.as_(name).post(ASK, json={"text": text, "thread": thread})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_an_answer_has_the_shape_that_the_command_line_gives(api: Api) -> None:
    told = ask(api, "mei", "What should I charge for the vanilla candle?")
    assert told.keys() >= {"request", "answer", "facts", "proposals", "steps", "fallback"}
    assert told["request"]["tool"] == "propose_price"
    assert told["fallback"] is True
    assert told["steps"][0]["name"] == "understand"
    assert told["proposals"][0]["status"] == "proposed"
    linked = {fact["id"] for fact in told["facts"] if f"(#{fact['id']})" in told["answer"]}
    assert linked
    assert all(fact["source"]["detail"] for fact in told["facts"])


def test_a_conversation_goes_on_in_its_thread(api: Api) -> None:
    first = ask(api, "mei", "How many of the vanilla candle will sell?")
    second = ask(api, "mei", "and at 6.25?", first["thread"])
    assert second["thread"] == first["thread"]
    assert "CND-002" in json.dumps(second["facts"])
    kept = api.as_("mei").get(f"/api/v1/threads/{first['thread']}").json()
    assert [turn["text"] for turn in kept["turns"]] == ["How many of the vanilla candle will sell?", "and at 6.25?"]


def test_a_conversation_is_its_owners_alone(api: Api) -> None:
    thread = ask(api, "mei", "What sold last month?")["thread"]
    for name in ("ann", "ada"):
        assert api.as_(name).get(f"/api/v1/threads/{thread}").status_code == 404
        assert api.as_(name).post(ASK, json={"text": "and before?", "thread": thread}).status_code == 404
    assert api.as_("mei").post(ASK, json={"text": "hello", "thread": "made-up"}).status_code == 404
    assert api.with_key("mei", "ask").get(f"/api/v1/threads/{thread}").status_code == 200


def test_each_step_is_sent_as_it_ends_and_the_answer_last(api: Api) -> None:
    with api.as_("mei").stream("POST", ASK, json={"text": "茉莉花绿茶下个月能卖多少?"}, headers=STREAM) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line]
    kinds = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    bodies = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert kinds == ["step"] * (len(kinds) - 1) + ["answer"]
    assert bodies[-1]["language"] == "zh"
    assert bodies[:-1] == bodies[-1]["steps"]


def test_words_decide_only_what_the_key_may_decide(api: Api) -> None:
    key = api.with_key("ann", "ask", "read")
    made = key.post(ASK, json={"text": "What should I charge for the vanilla candle?"}).json()
    number = made["proposals"][0]["id"]
    said = key.post(ASK, json={"text": f"reject proposal {number}: too dear", "thread": made["thread"]}).json()
    assert "may not" in said["answer"]
    assert api.as_("ann").get(f"/api/v1/proposals/{number}").json()["status"] == "proposed"
    whole = ask(api, "ann", f"reject proposal {number}: too dear", made["thread"])
    assert "may not" not in whole["answer"]
    assert api.as_("ann").get(f"/api/v1/proposals/{number}").json()["status"] == "rejected"


class Endless(Desk):
    """A desk that works on one question until somebody stops it."""

    def ask(self, text: str, thread: str, actor: Actor) -> Iterator[Event]:
        try:
            for number in range(10_000):
                yield Step("forecast", f"step {number}", "code")
                if PAUSE.wait(0.02):
                    break
        finally:
            STOPPED.set()


PAUSE, STOPPED = threading.Event(), threading.Event()


def test_a_client_that_goes_away_stops_the_work(api: Api) -> None:
    desk = api.backing.desk
    endless = Endless(desk.shop, desk.sign, desk.checkpointer, desk.model, desk.lasting)
    key = api.key("mei", "ask")
    headers = {"Authorization": f"Bearer {key}"}
    with api_on(endless) as other, served(other.app) as url, httpx.Client(headers=headers, timeout=30) as client:
        with client.stream("POST", url + ASK, json={"text": "tea?"}, headers=STREAM) as answer:
            assert next(answer.iter_lines()) == "event: step"
            assert not STOPPED.is_set()
        assert STOPPED.wait(30)
        STOPPED.clear()
        try:
            client.post(url + ASK, json={"text": "tea?"}, timeout=1)
        except httpx.ReadTimeout:
            assert STOPPED.wait(30)
        else:
            raise AssertionError("an endless desk has answered")
