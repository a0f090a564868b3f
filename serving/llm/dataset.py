"""Rows of training data: what the model is sent and what it should answer, ready for any trainer."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from agents.leaning import Embed, Network, ranked
from agents.reading.reading import Reading, read
from agents.shape import answer, fits, request_schema
from agents.wording import Likely, instruction, question
from serving.llm import leanings
from serving.llm.data.catalogue import Split
from serving.llm.data.explanations import explanations
from serving.llm.data.messages import Message, messages
from serving.llm.data.steps import steps
from serving.llm.leanings import Example

Task = Literal["request", "step", "explain"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
EXPLANATIONS = 110  # for every message of a family
BLIND = 0.15  # share of training rows whose cues are hidden, so that the model learns to read by itself


@dataclass(frozen=True)
class Row:
    """`system` and `user` are the messages as the desk sends them, `answer` is the whole completion."""

    task: Task
    split: Split
    language: str
    family: str
    system: str
    user: str
    answer: str


@dataclass
class Dataset:
    """`left_out`: messages whose request the deterministic reading cannot support, by family."""

    rows: dict[Split, list[Row]] = field(default_factory=lambda: {split: [] for split in SPLITS})
    left_out: Counter[str] = field(default_factory=Counter)
    network: Network = field(init=False)

    def counts(self) -> dict[str, Any]:
        """Rows by split, task, language and tool; families by split."""
        every = [row for rows in self.rows.values() for row in rows]
        return {
            "rows": {split: len(rows) for split, rows in self.rows.items()},
            "families": {split: len({row.family for row in rows}) for split, rows in self.rows.items()},
            "by": dict(sorted(Counter(f"{r.split} {r.task} {r.language} {_tool(r)}" for r in every).items())),
            "left_out": self.left_out.total(),
        }


def dataset(seed: int, each: int, embed: Embed, leaned: int = 0) -> Dataset:
    """`each` messages a family of phrasing for training, a quarter of that for validation and test; the same
    arguments give the same rows. No family and no kind of product is in two splits. Each message is told with the
    ranking of a network that saw no message of its family; the network of all training families is in the result. The
    networks are cheap to fit and gain by more messages a family than a model can be trained on: `leaned`, if larger."""
    made = Dataset()
    for split in SPLITS:
        many = each if split == "train" else max(2, each // 4)
        told = [(m, read(m.text, m.said)) for m in messages(seed, split, many)]
        wide = _examples(messages(seed, split, leaned)) if split == "train" and leaned > many else []
        likely = _likely(told, made, split, seed, embed, wide)
        rng = random.Random(f"{seed}/{split}/blind")
        seen: set[str] = set()
        for (message, reading), ranking in zip(told, likely, strict=True):
            row = request_row(message, reading, ranking, blind=split == "train" and rng.random() < BLIND)
            if row is None:
                made.left_out[message.family] += 1
            elif row.user not in seen:
                seen.add(row.user)
                made.rows[split].append(row)
        made.rows[split] += [*_steps(seed, split, 12 * many), *_explanations(seed, split, EXPLANATIONS * many)]
    return made


def _examples(told: Iterable[Message]) -> list[Example]:
    return [Example(m.text, read(m.text, m.said), m.said, m.request.tool, m.family) for m in told]


def _likely(
    told: list[tuple[Message, Reading]], made: Dataset, split: Split, seed: int, embed: Embed, wide: list[Example]
) -> list[Likely]:
    examples = [Example(m.text, reading, m.said, m.request.tool, m.family) for m, reading in told]
    inputs = leanings.seen(examples, embed)
    if split == "train":
        source = leanings.Seen(wide, leanings.seen(wide, embed)) if wide else leanings.Seen(examples, inputs)
        made.network = leanings.fitted(source.examples, source.rows, seed)
        likely = leanings.honest(leanings.Seen(examples, inputs), source, seed)
    else:
        likely = made.network.likely(inputs)
    return [ranked(row) for row in likely]


def request_row(message: Message, reading: Reading, likely: Likely, blind: bool = False) -> Row | None:
    """None where the request holds what the schema of its message does not: a model could not say it."""
    told = answer(message.request) | ({"proposal": message.spoken} if message.spoken else {})
    if not fits(told, request_schema(message.text, reading)):
        return None
    asked = question(message.text, reading, message.said, likely)
    if blind:
        asked = "\n".join(line for line in asked.split("\n") if not line.startswith("cues: "))
    return Row("request", message.split, message.language, message.family, instruction(), asked, compact(told))


def compact(value: object) -> str:
    """JSON as the server's grammar prints it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def lines(rows: list[Row]) -> Iterator[str]:
    """JSON Lines."""
    return (compact(asdict(row)) for row in rows)


def _steps(seed: int, split: Split, many: int) -> list[Row]:
    rng = random.Random(f"{seed}/{split}/steps")
    return [Row("step", split, "en", f"step/{s.name}", s.system, s.user, compact(s.answer)) for s in steps(rng, many)]


def _explanations(seed: int, split: Split, many: int) -> list[Row]:
    rng = random.Random(f"{seed}/{split}/explanations")
    return [
        Row("explain", split, e.language, f"explain/{e.tool}", e.system, e.user, compact(e.answer))
        for e in explanations(rng, many, split)
    ]


def _tool(row: Row) -> str:
    return str(json.loads(row.answer).get("tool", "")) if row.task == "request" else row.family
