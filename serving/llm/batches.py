"""Rows as tokens: prompts as the server's chat template makes them, batches of like length, loss on the answer only."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from serving.llm.dataset import Row

LONGEST = 512  # tokens of one row; longer ones are left out


@dataclass(frozen=True)
class Tokens:
    """One row: `ids` end with the end-of-turn token; the answer begins at `start`."""

    ids: tuple[int, ...]
    start: int


@dataclass(frozen=True)
class Batch:
    """`ids` (B, L), padded on the right, where causal attention never looks; `labels` (B, L): the next token where it
    belongs to an answer, else -100."""

    ids: torch.Tensor
    labels: torch.Tensor
    tokens: int


def encoded(rows: Sequence[Row], tokenizer: Any) -> list[Tokens]:
    found = []
    for row in rows:
        chat = [{"role": "system", "content": row.system}, {"role": "user", "content": row.user}]
        prompt = tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
        head = tokenizer(prompt, add_special_tokens=False)["input_ids"]
        tail = tokenizer(row.answer, add_special_tokens=False)["input_ids"]
        ids = (*head, *tail, tokenizer.eos_token_id)
        if len(ids) <= LONGEST:
            found.append(Tokens(ids, len(head)))
    return found


def batches(rows: Sequence[Tokens], size: int, rng: random.Random | None = None) -> list[Batch]:
    """Batches of at most `size` padded tokens, each of rows of like length; shuffled where `rng` is given."""
    order = list(rows)
    if rng:
        rng.shuffle(order)
    made: list[Batch] = []
    pool = 64 * max(1, size // 128)  # buckets within a stretch of the shuffled order keep batches mixed
    for at in range(0, len(order), pool):
        made += _packed(sorted(order[at : at + pool], key=lambda row: len(row.ids)), size)
    if rng:
        rng.shuffle(made)
    return made


def _packed(rows: list[Tokens], size: int) -> list[Batch]:
    made: list[Batch] = []
    group: list[Tokens] = []
    for row in rows:
        if group and (len(group) + 1) * len(row.ids) > size:
            made.append(_batch(group))
            group = []
        group.append(row)
    return [*made, _batch(group)] if group else made


def _batch(rows: list[Tokens]) -> Batch:
    length = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    labels = torch.full((len(rows), length), -100, dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row.ids)] = torch.tensor(row.ids)
        labels[place, row.start - 1 : len(row.ids) - 1] = torch.tensor(row.ids[row.start :])
    return Batch(ids, labels, sum(len(row.ids) for row in rows))
