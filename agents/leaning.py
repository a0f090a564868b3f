"""What a message is likely to ask for, by its meaning: a small network over the sentence's vector and what was found.

It sees what words alone do not ("this stuff just won't shift"), in both languages, and never decides: its ranking is
told to the model, and to the deterministic reading where that is not sure.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from agents.reading.hints import Conversation, Kind
from agents.reading.reading import FIELDS, Reading
from agents.request import Tool

Floats = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]
TOOLS: tuple[Tool, ...] = tuple(FIELDS)
KINDS: tuple[Kind, ...] = (
    "weeks", "change_pct", "limit_pct", "margin_pct", "price", "price_delta", "count", "proposal",
)  # fmt: skip
VECTOR = 8.0  # what a unit vector is multiplied by, to weigh as much as what was found
FILE = "leaning.npz"


class Lean(Protocol):
    """How likely each tool is for a message, the likeliest first."""

    def __call__(self, text: str, reading: Reading, said: Conversation) -> tuple[tuple[Tool, float], ...]: ...


@dataclass(frozen=True)
class Network:
    """One hidden layer: inputs → `first` → rectified → `second` → tools."""

    first: Floats  # (inputs, hidden)
    first_bias: Floats
    second: Floats  # (hidden, tools)
    second_bias: Floats

    def likely(self, inputs: Floats) -> Floats:
        """(N, tools): probabilities, row by row."""
        hidden = np.maximum(inputs @ self.first + self.first_bias, 0)
        scores = hidden @ self.second + self.second_bias
        grown = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True), np.float32)


def inputs(vector: Floats, text: str, reading: Reading, said: Conversation) -> Floats:
    """What the network sees of one message: its vector, and what the reading found in it."""
    hints, cues = reading.hints, dict(reading.hints.tools)
    kinds = Counter(found.kind for found in hints.numbers)
    seen = [
        *(cues.get(tool, 0) / 6 for tool in TOOLS),
        *(min(kinds[kind], 2) for kind in KINDS),
        hints.decides, bool(hints.refusal), bool(hints.goals), min(len(hints.phrases), 3) / 3, hints.language == "zh",
        bool(said.product), bool(said.open_proposals), min(len(text), 240) / 60,
        *(said.last_tool == tool for tool in TOOLS),
        *(reading.request.tool == tool for tool in TOOLS),
    ]  # fmt: skip
    found = np.array(seen, np.float32)
    return np.asarray(np.concatenate([vector * VECTOR, found]), np.float32)


def ranked(likely: Floats) -> tuple[tuple[Tool, float], ...]:
    """Tools with their probability, the likeliest first."""
    return tuple((TOOLS[place], float(likely[place])) for place in np.argsort(-likely))


@cache
def shipped() -> Network | None:
    """The network that comes with the desk."""
    with as_file(files("agents") / FILE) as file:
        return loaded(file.parent)


def loaded(folder: Path) -> Network | None:
    """The network that a training left in `folder`; None where there is none."""
    if not (folder / FILE).exists():
        return None
    with np.load(folder / FILE) as held:
        first, first_bias, second, second_bias = (held[name].astype(np.float32) for name in held.files)
        return Network(first, first_bias, second, second_bias)


def leaning(embed: Embed, network: Network) -> Lean:
    """The network behind an embedder."""

    def lean(text: str, reading: Reading, said: Conversation) -> tuple[tuple[Tool, float], ...]:
        vector = np.asarray(embed([text])[0], np.float32)
        return ranked(network.likely(inputs(vector, text, reading, said)[None])[0])

    return lean
