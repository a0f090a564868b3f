"""A regression head on frozen text vectors: log units a week from text, category and price."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from pricing.panel import Floats
from pricing.resembling import Debuts, category_mean, neighbours

if TYPE_CHECKING:
    import torch

PARTS = 48  # directions of the text space that are kept
WIDTH, DROPOUT = 32, 0.2
RATE, DECAY = 3e-3, 3e-2
EPOCHS, WARM_UP, PATIENCE, BATCH = 60, 5, 8, 128
HELD = 0.15  # of the products, by which training stops


@dataclass(frozen=True)
class Head:
    """One hidden layer, trained on the mean squared error of log1p units a week with AdamW, warm-up and early stop.

    Beside the text it is given price, price within the category, the mean of the category, what neighbours sold and
    whether the first sale was seen; it learns what these leave open. The same data make the same head.
    """

    turn: Floats  # (D, PARTS) principal directions
    centre: Floats
    spread: Floats
    network: "torch.nn.Module"
    actual: Floats  # of the products learnt from

    @classmethod
    def of(cls, known: Debuts, actual: Floats) -> Self:
        """Learn from N products; `actual` (N,) is log1p units a week."""
        _, _, turned = np.linalg.svd(known.vectors - known.vectors.mean(axis=0), full_matrices=False)
        turn = turned[:PARTS].T
        base, rows = _inputs(known, known, actual, turn, themselves=True)
        centre, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
        return cls(turn, centre, spread, _trained((rows - centre) / spread, actual - base), actual)

    def told(self, known: Debuts, asked: Debuts) -> Floats:
        """(M,) log1p units a week; `known` are the products that it learnt from."""
        import torch  # noqa: PLC0415

        base, rows = _inputs(known, asked, self.actual, self.turn)
        with torch.inference_mode():
            more = self.network(torch.tensor((rows - self.centre) / self.spread, dtype=torch.float32))
        return np.asarray(base + more.squeeze(1).numpy(), np.float64)


def _inputs(
    known: Debuts, asked: Debuts, actual: Floats, turn: Floats, *, themselves: bool = False
) -> tuple[Floats, Floats]:
    """What neighbours say (M,), from which the head goes on, and what it reads (M, F)."""
    base = neighbours(known, asked, actual, themselves=themselves)
    price = np.log(asked.prices)
    within = price - category_mean(known, asked, np.log(known.prices), themselves=themselves)
    mates = category_mean(known, asked, actual, themselves=themselves)
    text = asked.vectors @ turn
    return base, np.column_stack([text, price, within, mates, base, asked.fresh.astype(np.float64)])


def _trained(rows: Floats, wanted: Floats) -> "torch.nn.Module":
    import torch  # noqa: PLC0415

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        order = torch.randperm(len(rows))
        held = order[: max(int(HELD * len(rows)), 4)]
        learnt = order[len(held) :]
        x, y = torch.tensor(rows, dtype=torch.float32), torch.tensor(wanted, dtype=torch.float32)[:, None]
        last = torch.nn.Linear(WIDTH, 1)
        torch.nn.init.zeros_(last.weight)
        torch.nn.init.zeros_(last.bias)  # it begins as its neighbours
        network = torch.nn.Sequential(
            torch.nn.Linear(rows.shape[1], WIDTH), torch.nn.GELU(), torch.nn.Dropout(DROPOUT), last
        )
        optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda e: min(1.0, (e + 1) / WARM_UP) * (1 - e / EPOCHS)
        )
        loss, best, since = torch.nn.MSELoss(), float("inf"), 0
        kept = {name: value.clone() for name, value in network.state_dict().items()}
        for _ in range(EPOCHS):
            network.train()
            turn = learnt[torch.randperm(len(learnt))]
            for first in range(0, len(turn), BATCH):
                batch = turn[first : first + BATCH]
                optimiser.zero_grad()
                loss(network(x[batch]), y[batch]).backward()
                optimiser.step()
            schedule.step()
            network.eval()
            with torch.inference_mode():
                now = float(loss(network(x[held]), y[held]))
            since += 1
            if now < best:
                best, since = now, 0
                kept = {name: value.clone() for name, value in network.state_dict().items()}
            if since >= PATIENCE:
                break
        network.load_state_dict(kept)
    return network.eval()
