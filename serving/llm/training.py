"""Fine-tuning: one loop for every method, on a CPU or a GPU, that can be stopped and gone on with."""

import json
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch

from agents.leaning import Embed
from serving.llm.batches import Batch, Tokens, batches, encoded
from serving.llm.dataset import dataset
from serving.llm.leanings import save
from serving.llm.merging import CONFIG
from serving.llm.tuning import Masters, Tuning, attention, tuned, warmed
from serving.llm.vllm import CPUINFO, cpu_dtype

CHECKPOINT = "checkpoint.pt"
REPORT = "training.json"
LEANED = 8  # messages a family that the leaning is fitted on: one is far too few (82 % of tools, 90 % with six or more)
Progress = Callable[[int, int, str], None]
"""Told (tokens done, of, what to say beside it)."""


@dataclass(frozen=True)
class Recipe:
    """`batch` and `validate_every` are in tokens; `patience`: validations without a gain before it stops."""

    tuning: Tuning = field(default_factory=Tuning)
    epochs: int = 1
    rate: float = 1e-3
    warmup: float = 0.04  # of all steps
    batch: int = 2048
    accumulate: int = 1
    clip: float = 1.0
    decay: float = 0.0
    validate_every: int = 80_000
    patience: int = 4
    save_every: int = 120  # seconds
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    seed: int = 7


@dataclass
class State:
    """Where a training stands; all that a checkpoint holds beside the tensors."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    best: float = math.inf
    best_step: int = 0
    worse: int = 0
    curve: list[dict[str, float]] = field(default_factory=list)


class TrainingError(Exception):
    """The training cannot begin; the text states the fact and the remedy."""


def run(
    base: Path | str,
    out: Path,
    recipe: Recipe,
    each: int,
    progress: Progress,
    embed: Embed,
    *,
    start: Path | None = None,
    resume: bool = True,
    tensorboard: bool = False,
) -> State:
    """Make the data (`each` messages a family), train, and leave adapter, `leaning.npz` and `training.json` in `out`.

    Raises TrainingError where a library of the extra "train" is missing, or a checkpoint is of another recipe.
    """
    made = dataset(recipe.seed, each, embed, LEANED)
    save(made.network, out)
    try:
        trainer = Trainer(base, out, recipe, _board(out) if tensorboard else None)
        rows, validation = (encoded(made.rows[split], trainer.tokenizer) for split in ("train", "validation"))
        return trainer.train(rows, validation, progress, resume=resume, start=start)
    except (OSError, ValueError) as error:
        raise TrainingError(f"The training cannot begin: {error}") from error
    except ImportError as error:
        raise TrainingError(
            f"{error.name} is not installed. Install the extra: pip install 'pricedesk[train]'."
        ) from error


def _board(out: Path) -> Any:
    from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - an extra

    return SummaryWriter(str(out / "board"))


class Trainer:
    """Trains what `recipe.tuning` opens of the model in folder `base` and leaves it in folder `out`."""

    def __init__(self, base: Path | str, out: Path, recipe: Recipe, board: Any = None) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415 - seconds

        self.recipe, self.out, self.board, self.base = recipe, out, board, str(base)
        self.device, self.dtype = device_dtype(recipe)
        self.tokenizer: Any = AutoTokenizer.from_pretrained(base)
        plain: Any = AutoModelForCausalLM.from_pretrained(
            base, dtype=self.dtype, attn_implementation=attention(self.device)
        )
        self._plain = plain.to(self.device).requires_grad_(False)
        self.state = State()

    def train(
        self,
        rows: Sequence[Tokens],
        validation: Sequence[Tokens],
        progress: Progress,
        *,
        resume: bool = False,
        start: Path | None = None,
    ) -> State:
        """Train to the end or until validation stops gaining; the best state of all validations is what is kept.

        `start` is an adapter to begin from; `resume` goes on from this training's own checkpoint, if there is one.
        """
        plan = [batch for epoch in range(self.recipe.epochs) for batch in self._epoch(rows, epoch)]
        steps = math.ceil(len(plan) / self.recipe.accumulate)
        torch.manual_seed(self.recipe.seed)
        self.model = tuned(self._plain, self.recipe.tuning, steps)
        if start:
            warmed(self.model, start)
        self.masters = Masters(self.model.parameters())
        self.optimiser = torch.optim.AdamW(self.masters.masters, lr=self.recipe.rate, weight_decay=self.recipe.decay)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimiser, lambda step: _rate(step, steps, self.recipe))
        if resume:
            self._load()
        self._run(plan, batches(validation, self.recipe.batch), progress)
        self._finish()
        return self.state

    def _epoch(self, rows: Sequence[Tokens], epoch: int) -> list[Batch]:
        return batches(rows, self.recipe.batch, random.Random(f"{self.recipe.seed}/{epoch}"))

    def _run(self, plan: list[Batch], validation: list[Batch], progress: Progress) -> None:
        recipe, state = self.recipe, self.state
        total, every = sum(batch.tokens for batch in plan), recipe.validate_every
        groups = [plan[i : i + recipe.accumulate] for i in range(0, len(plan), recipe.accumulate)]
        saved = started = time.monotonic()
        self.model.train()
        for group in groups[state.step :]:
            loss = self._step(group)
            before, state.tokens, state.step = state.tokens, state.tokens + sum(b.tokens for b in group), state.step + 1
            now = time.monotonic()
            state.seconds, started = state.seconds + now - started, now
            progress(
                state.tokens,
                total,
                f"loss {loss:.3f}, best {state.best:.4f}, {state.tokens / state.seconds:.0f} tokens/s",
            )
            if before // every != state.tokens // every or state.step == len(groups):
                self._validate(validation, loss)
                if state.worse >= recipe.patience:
                    break
            if now - saved > recipe.save_every:
                self._save()
                saved = now

    def _step(self, group: list[Batch]) -> float:
        answered = sum(int((batch.labels != -100).sum()) for batch in group)
        total = 0.0
        for batch in group:
            loss = self._loss(batch, "sum") / answered
            torch.autograd.backward(loss)
            total += float(loss.detach())
        norm = self.masters.take(self.recipe.clip)
        self.optimiser.step()
        self.schedule.step()
        self.masters.give()
        if self.recipe.tuning.method == "adalora":
            self.masters.allocate(self.model, self.state.step)
        if self.board:
            for name, value in (("loss", total), ("norm", norm), ("rate", self.schedule.get_last_lr()[0])):
                self.board.add_scalar(name, value, self.state.step)
        return total

    def _loss(self, batch: Batch, reduction: str) -> torch.Tensor:
        """Cross entropy of the answers; logits are made only where an answer is."""
        ids, labels = batch.ids.to(self.device), batch.labels.to(self.device)
        asked = labels != -100
        if self.recipe.tuning.method == "prefix":
            logits = self.model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[asked]
        else:
            plain = self.model if self.recipe.tuning.method == "full" else self.model.get_base_model()
            logits = plain.lm_head(plain.model(input_ids=ids, use_cache=False).last_hidden_state[asked])
        return torch.nn.functional.cross_entropy(logits.float(), labels[asked], reduction=reduction)

    @torch.no_grad()
    def _validate(self, validation: list[Batch], loss: float) -> None:
        state = self.state
        self.model.eval()
        answered = sum(int((batch.labels != -100).sum()) for batch in validation)
        now = sum(float(self._loss(batch, "sum")) for batch in validation) / max(answered, 1)
        self.model.train()
        state.curve.append({"step": state.step, "tokens": state.tokens, "train": loss, "validation": now})
        if self.board:
            self.board.add_scalar("validation", now, state.step)
        state.worse = 0 if now < state.best else state.worse + 1
        if now < state.best:
            state.best, state.best_step = now, state.step
            self._keep(self.out)
        self._report()

    def _keep(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.model.save_pretrained(folder)
        if self.recipe.tuning.method == "full":
            self.tokenizer.save_pretrained(folder)
            return
        (folder / "README.md").unlink(missing_ok=True)  # an empty form; ours is the card of the data
        config = json.loads((folder / CONFIG).read_text("utf-8"))
        config["base_model_name_or_path"] = Path(self.base).name  # a path of this machine means nothing elsewhere
        (folder / CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", "utf-8")

    def _finish(self) -> None:
        self._report()
        (self.out / CHECKPOINT).unlink(missing_ok=True)

    def _report(self) -> None:
        """The honest account: recipe, device, speed and the curve."""
        told = {
            "base": Path(self.base).name, "recipe": asdict(self.recipe), "device": self.device.type,
            "dtype": str(self.dtype).removeprefix("torch."), "threads": torch.get_num_threads(), **asdict(self.state),
            "trained_parameters": sum(master.numel() for master in self.masters.masters),
        }  # fmt: skip
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / REPORT).write_text(json.dumps(told, indent=1), "utf-8")

    def _save(self) -> None:
        """All that going on needs, complete or not at all."""
        self.out.mkdir(parents=True, exist_ok=True)
        partial = self.out / f".{CHECKPOINT}"
        held = {
            "recipe": asdict(self.recipe), "state": asdict(self.state),
            "masters": [m.detach() for m in self.masters.masters],
            "optimiser": self.optimiser.state_dict(), "schedule": self.schedule.state_dict(),
        }  # fmt: skip
        torch.save(held, partial)
        partial.replace(self.out / CHECKPOINT)

    def _load(self) -> None:
        """Raises TrainingError where the checkpoint is of another recipe."""
        place = self.out / CHECKPOINT
        if not place.exists():
            return
        held = torch.load(place, weights_only=True)
        if held["recipe"] != asdict(self.recipe):
            raise TrainingError(f"{place} is of another recipe. Use the same options, or train with --no-resume.")
        with torch.no_grad():
            for master, saved in zip(self.masters.masters, held["masters"], strict=True):
                master.copy_(saved)
        self.masters.give()
        self.optimiser.load_state_dict(held["optimiser"])
        self.schedule.load_state_dict(held["schedule"])
        self.state = State(**held["state"])


def _rate(step: int, steps: int, recipe: Recipe) -> float:
    """Share of the full rate: up over the warm-up, then down a cosine to a twentieth."""
    warm = max(1, round(recipe.warmup * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warm) / max(1, steps - warm))))


def device_dtype(recipe: Recipe) -> tuple[torch.device, torch.dtype]:
    """Where to compute, and in what: bfloat16 on a GPU and where a CPU multiplies matrices in it."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    chosen: str = recipe.dtype
    if chosen == "auto":
        chosen = "bfloat16" if device.type == "cuda" else cpu_dtype(CPUINFO)
    return device, torch.bfloat16 if chosen == "bfloat16" else torch.float32
