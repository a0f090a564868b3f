"""The card that lies beside an adapter."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from serving.llm.adopting import REPORT
from serving.llm.gate import ALARMED, MARGIN, SURE, Pair, table


def card(adapter: Path, against: str, desk: Sequence[Pair], alone: Sequence[Pair], requests: str) -> str:
    """The model card: what it is, data, recipe, scores against what it replaces, limits, licence."""
    return _CARD.format(
        recipe=_recipe(adapter / REPORT), against=against, requests=requests, desk=table(desk), alone=table(alone),
        sure=f"{SURE:.0%}", alarmed=f"{ALARMED:.0%}", margin=f"{MARGIN:.0%}",
    )  # fmt: skip


def _recipe(report: Path) -> str:
    try:
        told: dict[str, Any] = json.loads(report.read_text("utf-8"))
        recipe, tuning = told["recipe"], told["recipe"]["tuning"]
        lines = {
            "base": told["base"],
            "method": f"{tuning['method']}, rank {tuning['rank']}, scale {tuning['scale']}",
            "optimiser": f"AdamW, highest rate {recipe['rate']}, warm-up {recipe['warmup']:.0%}, "
            f"{recipe['batch'] * recipe['accumulate']} tokens a step, clipped at {recipe['clip']}",
            "seed": recipe["seed"],
            "trained": f"{told['tokens']} tokens in {told['step']} steps, {told['seconds'] / 60:.0f} minutes "
            f"({told['device']}, {told['dtype']}, {told['threads']} threads)",
            "parameters": f"{told['trained_parameters']} trained",
            "best validation loss": f"{told['best']:.4f} at step {told['best_step']}",
        }
    except (OSError, ValueError, KeyError, TypeError):
        return "Not known: no `training.json` lay beside the adapter."
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in lines.items())])


_CARD = """\
# A LoRA adapter of Pricedesk

It makes a small language model read a merchant's message, in English or Chinese, as one of the desk's requests, choose
the calls of its analysts, and point at facts in an explanation. It never states a number.

## Data

Made from the desk's own schema and tools by `serving/llm/data` (its `CARD.md` says how, how it is split, and what it is
not). No message of a real merchant is in it, and none of the evaluation's.

## Recipe

{recipe}

## Scores

Of `pricedesk model adopt` before it replaced {against}, on {requests}. The desk: the model with the checks around it.

{desk}

The model alone, under its schema:

{alone}

It was adopted since more calls of the desk are exact over all (sign test on the messages that only one of the two got
right, at most {sure} by chance) and no language lost more than {margin} of its tools, exact calls or
explanations beyond chance ({alarmed}).

## Limits

- English and Chinese. Messages over 600 characters are read by the deterministic planner alone.
- The answers are decoded under a schema of what the message supports; without it the model states what it likes.
- Templates, however many, are narrower than what people write; the evaluation's messages are written by hand but by no
  merchant. Score it on your own: `pricedesk model evaluate --requests FILE`.

## Licence

Apache-2.0, as the base SmolLM2-135M-Instruct.
"""
