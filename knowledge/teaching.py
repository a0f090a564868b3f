"""Teaching the network of sentiment: texts that are labelled in, weights out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as log_loss

from knowledge.embedding import DIMENSIONS, Vectors
from knowledge.sentiment import BITS, Buckets, Network, buckets
from knowledge.words import folded
from pricing.errors import PricingError

Progress = Callable[[str, int, int], None]  # what is taught, epochs done, of how many
Rows = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Recipe:
    """How it is taught: AdamW with a linear warm-up and decay, until the texts set aside are told no better."""

    hidden: int = 128
    dropout: float = 0.4
    rate: float = 2e-3  # of the head over the encoder
    letters_rate: float = 0.1  # of the buckets
    letters_batch: int = 1024
    decay: float = 1e-2
    batch: int = 256
    epochs: int = 20
    warm_up: float = 0.1  # of all steps
    patience: int = 3  # epochs
    aside: float = 0.1  # of the texts
    seed: int = 7


RECIPES = {
    "zh": Recipe(epochs=12, patience=2),
    "en": Recipe(hidden=256, dropout=0.6, letters_rate=0.02, decay=0.1),  # few texts, and many of them of films
}


@dataclass(frozen=True)
class Lesson:
    """Texts, how likely each is praise, and the vectors (M, 512) of the first M of them: letters need none."""

    texts: Sequence[str]
    praise: Bools | npt.NDArray[np.float64]
    vectors: Vectors
    groups: Sequence[Buckets] | None = None  # the texts' buckets, where they are known already


class _Meaning(nn.Module):
    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.first = nn.Linear(DIMENSIONS, recipe.hidden)
        self.second = nn.Linear(recipe.hidden, 1)
        self.drop = nn.Dropout(recipe.dropout)

    def forward(self, vectors: Tensor) -> Tensor:
        return torch.as_tensor(self.second(self.drop(self.first(vectors).relu())).squeeze(1))


class _Letters(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(2**BITS, 1, mode="sum")
        self.bias = nn.Parameter(torch.zeros(1))
        nn.init.zeros_(self.bag.weight)

    def forward(self, places: Tensor, starts: Tensor, roots: Tensor) -> Tensor:
        return torch.as_tensor(self.bag(places, starts).squeeze(1) / roots + self.bias)


@dataclass(frozen=True)
class _Bags:
    """The buckets of many texts, end to end."""

    places: Rows
    ends: Rows

    def of(self, rows: Rows) -> tuple[Tensor, ...]:
        parts = [self.places[self.ends[row] : self.ends[row + 1]] for row in rows]
        sizes = np.array([len(part) for part in parts])
        roots = np.sqrt(np.maximum(sizes, 1)).astype(np.float32)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        return torch.from_numpy(np.concatenate(parts)), torch.from_numpy(starts), torch.from_numpy(roots)


def essence(text: str) -> str:
    """Its letters and digits, folded: texts that share it are copies, and must not stand on both sides of a split."""
    return "".join(c for c in folded(text) if c.isalnum())


def split(texts: Sequence[str], shares: Sequence[float], seed: int) -> list[Rows]:
    """Rows by share, the last part with the rest; of texts that are copies the first alone is in any part."""
    first: dict[str, int] = {}
    for row, text in enumerate(texts):
        first.setdefault(essence(text), row)
    first.pop("", None)
    rows = np.random.default_rng(seed).permutation(np.fromiter(first.values(), np.int64, len(first)))
    return np.split(rows, np.round(np.cumsum(shares) * len(rows)).astype(int))


def teach(lesson: Lesson, recipe: Recipe | None = None, progress: Progress | None = None) -> Network:
    """Head and letters taught apart, then weighed on texts that neither has seen.

    The texts set aside have vectors; PricingError where there are too few of them.
    """
    recipe = recipe or Recipe()
    count = len(lesson.vectors)
    aside, _ = split(lesson.texts[:count], (recipe.aside,), recipe.seed)
    seen = _but(lesson.texts, aside)
    if len(aside) < 10 or len(seen) < 10:
        raise PricingError(
            f"{count} texts are too few to teach and to judge. Give a hundred or more, each of its own words."
        )
    truth = torch.from_numpy(lesson.praise).float()
    vectors = torch.from_numpy(lesson.vectors)
    bags = _bags(lesson.groups or [buckets(text) for text in lesson.texts])
    torch.manual_seed(recipe.seed)
    meaning, letters = _Meaning(recipe), _Letters()
    tell = progress or (lambda what, done, total: None)
    read = _Course(meaning, lambda rows: (vectors[rows],), truth, recipe, recipe.rate, recipe.batch)
    read.run(seen[seen < count], aside, lambda done: tell("meaning", done, recipe.epochs))
    spelt = _Course(letters, bags.of, truth, recipe, recipe.letters_rate, recipe.letters_batch)
    spelt.run(seen, aside, lambda done: tell("letters", done, recipe.epochs))
    odds = read.odds(aside), spelt.odds(aside)
    return _network(meaning, letters, weighed(*odds, truth[aside]), temperature(odds[0], truth[aside]))


@dataclass
class _Course:
    """One model, what it reads of a row, and what is true of it."""

    model: nn.Module
    read: Callable[[Rows], tuple[Tensor, ...]]
    truth: Tensor
    recipe: Recipe
    rate: float
    batch: int

    def run(self, rows: Rows, aside: Rows, tell: Callable[[int], None]) -> None:
        """Leave the model as it was when it told the rows set aside best."""
        steps = self.recipe.epochs * -(-len(rows) // self.batch)
        optimiser = torch.optim.AdamW(self.model.parameters(), self.rate, weight_decay=self.recipe.decay)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, _slope(steps, self.recipe.warm_up))
        best, kept, waited = float("inf"), _state(self.model), 0
        for epoch in range(self.recipe.epochs):
            self.model.train()
            for batch in self._batches(rows, epoch):
                optimiser.zero_grad()
                torch.autograd.backward(log_loss(self.model(*self.read(batch)), self.truth[batch]))
                optimiser.step()
                schedule.step()
            loss = float(log_loss(self.odds(aside), self.truth[aside]))
            best, kept, waited = (loss, _state(self.model), 0) if loss < best else (best, kept, waited + 1)
            tell(epoch + 1)
            if waited == self.recipe.patience:
                break
        self.model.load_state_dict(kept)

    @torch.no_grad()
    def odds(self, rows: Rows) -> Tensor:
        self.model.eval()
        return torch.as_tensor(self.model(*self.read(rows)))

    def _batches(self, rows: Rows, epoch: int) -> Iterator[Rows]:
        order = np.random.default_rng((self.recipe.seed, epoch)).permutation(rows)
        return (order[start : start + self.batch] for start in range(0, len(order), self.batch))


def _slope(steps: int, warm_up: float) -> Callable[[int], float]:
    warm = max(1, round(warm_up * steps))
    return lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))


def weighed(meaning: Tensor, letters: Tensor, truth: Tensor) -> tuple[float, float, float]:
    """Weights of both and a constant, for the least log loss (logistic regression)."""
    weights = torch.tensor([0.5, 0.5, 0.0], requires_grad=True)
    optimiser: torch.optim.Optimizer = torch.optim.LBFGS([weights], max_iter=100)
    columns = torch.stack([meaning, letters, torch.ones_like(meaning)], 1)

    def closure() -> float:
        optimiser.zero_grad()
        loss = log_loss(columns @ weights, truth) + 1e-4 * weights.square().sum()
        torch.autograd.backward(loss)
        return float(loss.detach())

    optimiser.step(closure)
    mine, theirs, constant = weights.tolist()
    return mine, theirs, constant


def temperature(odds: Tensor, truth: Tensor) -> float:
    """By what to divide log-odds, for the least log loss."""
    tried = torch.logspace(-0.7, 0.7, 141)
    return float(min(tried, key=lambda t: float(log_loss(odds / t, truth))))


def _but(texts: Sequence[str], aside: Iterable[int]) -> Rows:
    """The rows that are no copy of one that is set aside."""
    kept = {essence(texts[row]) for row in aside}
    return np.array([row for row, text in enumerate(texts) if essence(text) not in kept], np.int64)


def _bags(parts: Sequence[Buckets]) -> _Bags:
    return _Bags(np.concatenate(parts), np.concatenate([[0], np.cumsum([len(part) for part in parts])]))


def _state(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def _network(meaning: _Meaning, letters: _Letters, joint: tuple[float, float, float], warmth: float) -> Network:
    held = {name: value.numpy() for name, value in (_state(meaning) | _state(letters)).items()}
    return Network(
        first=held["first.weight"].T.copy(),
        first_bias=held["first.bias"],
        second=held["second.weight"][0],
        bias=float(held["second.bias"][0]),
        letters=held["bag.weight"][:, 0],
        letters_bias=float(held["bias"][0]),
        joint=joint,
        temperature=warmth,
    )
