"""The network that ranks the tools of a message, fitted on made-up messages, and its honest rankings of them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from agents.leaning import FILE, TOOLS, Embed, Floats, Network, inputs
from agents.reading.hints import Conversation
from agents.reading.reading import Reading
from agents.request import Tool

HIDDEN = 384
DROPOUT = 0.3
EPOCHS = 23
FEWEST = 150  # steps
BATCH = 512
RATE = 3e-3
DECAY = 0.1
SMOOTHING = 0.1
FOLDS = 5
AT_ONCE = 64


@dataclass(frozen=True)
class Example:
    """One message with its reading, the tool that it means, and the family that it must not be judged by."""

    text: str
    reading: Reading
    said: Conversation
    tool: Tool
    family: str


@dataclass(frozen=True)
class Seen:
    """Messages and (N, inputs) what the network sees of each."""

    examples: Sequence[Example]
    rows: Floats


def seen(examples: Sequence[Example], embed: Embed) -> Floats:
    """(N, inputs): what the network sees of each."""
    rows = []
    for at in range(0, len(examples), AT_ONCE):
        some = examples[at : at + AT_ONCE]
        vectors = np.asarray(embed([one.text for one in some]), np.float32)
        rows += [inputs(v, one.text, one.reading, one.said) for v, one in zip(vectors, some, strict=True)]
    return np.stack(rows)


def fitted(examples: Sequence[Example], rows: Floats, seed: int) -> Network:
    """The network after a fixed number of epochs; strong dropout, for the phrasings to come are not those here."""
    steps = max(FEWEST, EPOCHS * len(examples) // BATCH)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = torch.nn.Sequential(
            torch.nn.Dropout(DROPOUT), torch.nn.Linear(rows.shape[1], HIDDEN), torch.nn.ReLU(),
            torch.nn.Dropout(DROPOUT), torch.nn.Linear(HIDDEN, len(TOOLS)),
        )  # fmt: skip
        x, y = torch.from_numpy(rows), torch.tensor([TOOLS.index(one.tool) for one in examples])
        optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
        pace = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
        for _ in range(steps):
            some = torch.randint(len(x), (BATCH,))
            loss = torch.nn.functional.cross_entropy(net(x[some]), y[some], label_smoothing=SMOOTHING)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            pace.step()
    weights = [tensor.detach().numpy() for tensor in net.state_dict().values()]
    return Network(weights[0].T.copy(), weights[1], weights[2].T.copy(), weights[3])


def honest(told: Seen, source: Seen, seed: int) -> Floats:
    """(N, tools): the ranking of each told example by a network fitted on those of `source` of other families."""
    likely = np.zeros((len(told.examples), len(TOOLS)), np.float32)
    folds, others = _folds(told.examples), _folds(source.examples)
    for fold in range(FOLDS):
        held, rest = np.flatnonzero(folds == fold), np.flatnonzero(others != fold)
        if len(held) and len(rest):
            network = fitted([source.examples[i] for i in rest], source.rows[rest], seed + fold)
            likely[held] = network.likely(told.rows[held])
    return likely


def _folds(examples: Sequence[Example]) -> npt.NDArray[np.int64]:
    return np.array([zlib.crc32(one.family.encode()) % FOLDS for one in examples], np.int64)


def save(network: Network, folder: Path) -> None:
    """As the desk ships it, in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = (network.first, network.first_bias, network.second, network.second_bias)
    np.savez_compressed(folder / FILE, *(array.astype(np.float16) for array in arrays))
