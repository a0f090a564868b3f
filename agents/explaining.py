"""The explanation of an answer: which facts lead is chosen, how they read is the template's."""

from importlib.resources import files

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from agents.constrained import ModelFailedError, decide
from agents.rendering import Language
from agents.reply import Decider
from agents.templates import WITH_CONTEXT, about, fill
from tools.facts import Fact, Facts
from tools.saying import said

MAX_TOKENS = 40
MOST = 3  # facts of context in one explanation


def explain(tool: str, facts: Facts, language: Language, model: BaseChatModel | None) -> tuple[str, Decider, str]:
    """The text in references to facts, who chose what it tells, and why the planner stepped in where it did."""
    choices = about(facts) if tool in WITH_CONTEXT else ()
    if len(choices) < 2:
        return fill(tool, facts, language), "code", ""
    if model is None:
        return fill(tool, facts, language), "planner", "no model is ready"
    try:
        picked = _picked(choices, model)
    except ModelFailedError as error:
        return fill(tool, facts, language), "planner", f"the model failed: {error}"
    return fill(tool, facts, language, picked), "model", ""


def instruction() -> str:
    """The system message, always the same."""
    return (files("agents") / "prompts" / "explain.md").read_text(encoding="utf-8")


def _picked(choices: tuple[Fact, ...], model: BaseChatModel) -> list[str]:
    """The ids of the facts that the model would tell, in its order."""
    ids = [fact.id for fact in choices]
    array = {"type": "array", "items": {"enum": ids}, "minItems": 1, "maxItems": MOST}
    schema = {"type": "object", "properties": {"facts": array}, "required": ["facts"], "additionalProperties": False}
    answer = decide(model, [SystemMessage(instruction()), HumanMessage(said(*choices))], schema, MAX_TOKENS)
    picked = answer.get("facts")
    if not isinstance(picked, list) or not all(one in ids for one in picked):
        raise ModelFailedError("it picked what is no fact")
    return list(dict.fromkeys(picked))
