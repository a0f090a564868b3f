"""A sentence that is new in the code, and that a reader may meet, fails here until it has a Chinese form."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from agents.rendering import OUR_OWN
from agents.translating.chinese import TABLE, in_chinese
from agents.translating.kinds import FAULTS, ROLES, RULES, STATUSES
from agents.translating.pattern import slots

ROOT = Path(__file__).parents[3]
FOLDERS = ("pricing", "db", "knowledge", "tools", "agents")
SPEAKING = (  # every sentence of these modules is for a person to read
    "pricing/bounds.py", "pricing/clearing.py", "pricing/descent.py", "pricing/elasticity.py",
    "pricing/experiment.py", "pricing/forecast.py",
    "pricing/guardrails.py", "pricing/offer.py", "pricing/optimise.py", "pricing/portfolio.py", "pricing/refusal.py",
    "pricing/risk.py",
    "tools/fitted.py", "agents/proposing.py", "db/moves.py", "db/charging.py", "db/proposals.py",
)  # fmt: skip
# What a reader of the desk never meets, because only an operator does, at the command line or in a log.
OPERATORS = {
    "ImportRefusedError": "an import", "ExportRefusedError": "an export", "BadUserError": "making an account",
    "DatabaseUnavailableError": "opening the database", "SchemaTooNewError": "opening the database",
}  # fmt: skip
SIMULATED = {"pricing/simulate.py"}  # the closed loop of a simulated store
ELSEWHERE = {  # shown as evidence, not as a sentence
    "PPML, product and week effects, promotion, rivals, siblings and drift; four forms of demand",
    "; empirical Bayes towards the ",
    "smoothing at several speeds with pooled season, weighted by past errors; calibrated negative binomial",
}
# What stands within slots.
PIECES = {
    "week",
    "weeks",
    "units",
    "by prices down to",
    "going down to",
    "all orders of the product line",
    "they need a budget of",
    "without",
    "unknown",
    "nothing more",
    *RULES,
    *STATUSES,
    *ROLES,
    *FAULTS,
}
TOLD = {" ".join(words.strip(" %") for words, _, _ in slots(english)) for english, _ in TABLE}
Module = tuple[str, ast.Module]


def modules() -> list[Module]:
    files = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))
    return [(file.relative_to(ROOT).as_posix(), ast.parse(file.read_text("utf-8"))) for file in files]


MODULES = modules()


def refusals() -> set[str]:
    """Names of the subclasses of PricingError, however far down."""
    classes = [node for _, tree in MODULES for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known: set[str] = {"PricingError"}
    while more := {c.name for c in classes if {ast.unparse(base) for base in c.bases} & known} - known:
        known |= more
    return known


REFUSALS = refusals()


def pieces(node: ast.AST) -> Iterator[str]:
    """The words of every text within, without what stands in its slots or tells their format."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
        return
    if isinstance(node, ast.FormattedValue):
        yield from pieces(node.value)
        return
    if isinstance(node, ast.Subscript):  # what is looked up is no word
        yield from pieces(node.value)
        return
    for child in ast.iter_child_nodes(node):
        yield from pieces(child)


@cache
def silent(tree: ast.Module) -> set[int]:
    """Nodes that hold no sentence for a reader: docstrings, and texts of faults."""
    out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            out.add(id(node))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error") and not is_refusal(node):
            out.add(id(node))
    return out


def is_refusal(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in REFUSALS


def sentences(node: ast.AST, skipped: set[int]) -> Iterator[str]:
    """The pieces of prose within: of two words or more, or within a text that has slots."""
    if id(node) in skipped:
        return
    if isinstance(node, ast.JoinedStr):
        yield from (piece for piece in pieces(node) if re.search(r"[A-Za-z]{3}", piece))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if re.search(r"[A-Za-z]{2,}\W* \W*[A-Za-z]{2,}", node.value):
            yield node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from sentences(child, skipped)


def worded(call: ast.Call, tree: ast.Module) -> Iterator[str]:
    """The sentences of a refusal, those too that are constants of its module."""
    given = {node.id for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Name)}
    skipped = silent(tree)
    yield from sentences(call, skipped)
    for node in tree.body:
        if isinstance(node, ast.Assign) and {ast.unparse(target) for target in node.targets} & given:
            yield from sentences(node.value, skipped)


def known(piece: str) -> bool:
    """Whether a row of the table holds these words, or a slot does. Figures stand in slots."""
    if piece in ELSEWHERE:
        return True
    parts = (part.strip(" %.;:,()\n") for part in re.split(r"\d+", piece))
    return all(words in PIECES or any(words in told for told in TOLD) for words in parts)


def refused(name: str, tree: ast.Module) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_refusal(node)]
    return [c for c in calls if ast.unparse(c.func).split(".")[-1] not in OPERATORS and name not in SIMULATED]


@pytest.mark.parametrize(("name", "tree"), MODULES, ids=[name for name, _ in MODULES])
def test_every_refusal_has_a_chinese_form(name: str, tree: ast.Module) -> None:
    for call in refused(name, tree):
        for piece in worded(call, tree):
            assert known(piece), f"{name}:{call.lineno} says {piece!r}; give it a row in agents/translating"


@pytest.mark.parametrize("name", SPEAKING)
def test_every_sentence_of_a_speaking_module_has_a_chinese_form(name: str) -> None:
    tree = dict(MODULES)[name]
    said = list(sentences(tree, silent(tree)))
    assert said
    for piece in said:
        assert known(piece), f"{name} says {piece!r}; give it a row in agents/translating"


def test_a_refusal_whose_words_stand_elsewhere_has_them_in_a_speaking_module() -> None:
    for name, tree in MODULES:
        for call in refused(name, tree):
            assert name in SPEAKING or any(worded(call, tree)) or not call.args or _handed_on(call), (
                f"{name}:{call.lineno}: nobody can see what it says"
            )


def _handed_on(call: ast.Call) -> bool:
    """Its words are made by a function of a speaking module, or by its class, which is looked at below."""
    speakers = {
        node.name
        for name, tree in MODULES
        if name in SPEAKING
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    made = [ast.unparse(argument.func) for argument in call.args if isinstance(argument, ast.Call)]
    return ast.unparse(call.func) == "UnknownProductError" or bool(set(made) & speakers)


def test_the_words_that_a_refusal_makes_of_what_it_is_given_have_a_chinese_form() -> None:
    for name, tree in MODULES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__" and node.args:
                said = list(sentences(node, set()))
                assert all(map(known, said)), f"{name}:{node.lineno} says {said}"


def test_a_fact_of_ours_that_is_a_fixed_text_has_a_chinese_form() -> None:
    found = []
    for _, tree in MODULES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("facts.add") and len(node.args) > 1:
                label, value = node.args[:2]
                if (
                    isinstance(label, ast.Constant)
                    and isinstance(value, ast.Constant)
                    and OUR_OWN.fullmatch(label.value)
                ):
                    found.append(value.value)
    assert found
    assert [text for text in found if in_chinese(str(text)) is None] == []


def test_the_guard_sees_a_sentence_that_is_new() -> None:
    tree = ast.parse('raise NotEnoughDataError(f"{sku} has been eaten by {who}. Buy another one.")')
    assert [piece for piece in sentences(tree, silent(tree)) if not known(piece)] == [
        " has been eaten by ", ". Buy another one.",
    ]  # fmt: skip


def test_the_guard_sees_a_sentence_that_is_a_constant() -> None:
    tree = ast.parse('EATEN = "it has been eaten"\ndef eat():\n    raise NotEnoughDataError(EATEN)')
    (call,) = refused("one.py", tree)
    assert list(worded(call, tree)) == ["it has been eaten"]


def test_what_only_operators_meet_is_still_there() -> None:
    assert OPERATORS.keys() <= REFUSALS
    said = {piece for name in SPEAKING for piece in pieces(dict(MODULES)[name])}
    assert said >= ELSEWHERE
