"""The nodes where a person decides: by a word in the chat, or by a signature that the run waits for."""

from dataclasses import asdict
from decimal import Decimal

from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from agents.deciding import Deed, Outcome, Signer
from agents.memory import Thread, conversation, language_in
from agents.reading.reading import read
from agents.rendering import Language, spoken
from agents.replies import confirm, reply
from agents.request import Request
from agents.run import Node, Run


def decide(sign: Signer) -> Node:
    """A decision said in the chat: by the person who says it, in words that decide, on what that person was shown
    here. One that only the model read is asked for again."""

    def node(state: Thread, runtime: Runtime[Run]) -> Command[str]:
        request, language = Request.model_validate(state["request"]), language_in(state)
        deed, question = _deed(request, state, language)
        if deed is None:
            return Command(update={"answer": question}, goto="propose")
        if read(state["text"], conversation(state)).hints.decision != deed.decision:
            return Command(update={"answer": confirm(deed.decision, deed.proposal, language)}, goto="propose")
        outcome = sign(deed, runtime.context.actor)
        text = reply(deed.decision, language, id=deed.proposal) if outcome.done else spoken(outcome.text, language)
        return Command(update={"answer": text, **_after(outcome, state)}, goto="propose")

    return node


def sign_off(sign: Signer) -> Node:
    """Wait for a person. The run stops here, for days if need be, and goes on with a decision."""

    def node(state: Thread, runtime: Runtime[Run]) -> Thread:
        deed = Deed(**interrupt({"waiting": state["waiting"]}))
        outcome = sign(deed, runtime.context.actor)
        return {**_after(outcome, state), "outcome": asdict(outcome)}

    return node


def _after(outcome: Outcome, state: Thread) -> Thread:
    """What waits in this thread once a decision was taken."""
    shown = dict(state.get("shown", {}))
    if outcome.seen:
        shown[str(outcome.proposal)] = outcome.seen
    waiting = [i for i in state.get("waiting", []) if i != outcome.proposal or outcome.status == "proposed"]
    return {"waiting": waiting, "shown": shown}


def _deed(request: Request, state: Thread, language: Language) -> tuple[Deed | None, str]:
    """The deed that was asked for, or the question back where it is not clear which proposal is meant."""
    waiting, shown = state.get("waiting", []), state.get("shown", {})
    number = request.proposal or (str(waiting[0]) if len(waiting) == 1 else _last(shown))
    if number is None:
        return None, reply("no_proposal", language)
    if not request.proposal and len(waiting) > 1:
        return None, reply("which_proposal", language, ids=", ".join(map(str, waiting)))
    if number not in shown:
        return None, reply("not_seen", language, id=number)
    price = None if request.price is None else Decimal(str(request.price))
    decision = request.decision or "approve"
    return Deed(int(number), decision, shown[number], price, request.reason or ""), ""


def _last(shown: dict[str, str]) -> str | None:
    """The proposal shown last: what "apply it" means once nothing waits."""
    return max(shown, key=int, default=None)
