"""How fast servers are, asked in turn: on a busy machine only what was measured side by side can be compared."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import httpx
from langchain_core.language_models import BaseChatModel

from serving.llm.endpoint import Endpoint, client
from serving.llm.evaluation import Outcome, Progress, Question, ask_served, judge
from serving.llm.scores import share

PROMPT, DECODED = 512, 48  # tokens
ROUNDS = 5
TIMEOUT = 120.0  # seconds, for one call
WORDS = 40_000  # token ids below it are words in any vocabulary that we know


@dataclass
class Speed:
    """Of one server: seconds of each prompt of PROMPT new tokens, of each DECODED tokens, and its answers."""

    prompt: list[float] = field(default_factory=list)
    decode: list[float] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def prompt_rate(self) -> float:
        """Tokens a second, at the median."""
        return PROMPT / median(self.prompt)

    @property
    def decode_rate(self) -> float:
        """Tokens a second of one stream, at the median."""
        return DECODED / median(self.decode)

    @property
    def seconds(self) -> float:
        """Of a message, at the median."""
        return median(o.seconds for o in self.outcomes)

    @property
    def exact(self) -> float:
        """Share of the messages that the model alone read exactly."""
        return share(sum(judge(o, "model").exact for o in self.outcomes), len(self.outcomes))

    @property
    def tool(self) -> float:
        return share(sum(judge(o, "model").tool for o in self.outcomes), len(self.outcomes))


def measured(
    servers: Mapping[str, tuple[Endpoint, BaseChatModel, Sequence[Question]]], progress: Progress
) -> dict[str, Speed]:
    """Rounds of plain prompts, then every message, each put to one server after the other."""
    found = {name: Speed() for name in servers}
    chance = random.Random(7)
    messages = min(len(asked) for *_, asked in servers.values())
    for done in range(ROUNDS):
        for name, (server, *_) in servers.items():
            with client(server.key, TIMEOUT) as http:
                found[name].prompt.append(_seconds(http, server, _new(chance, PROMPT), 1))
                short = _new(chance, 32)
                first = _seconds(http, server, short, 1)
                found[name].decode.append(max(1e-6, _seconds(http, server, short, DECODED + 1) - first))
        progress(done + 1, ROUNDS + messages)
    for done in range(messages):
        for name, (_, chat, asked) in servers.items():
            found[name].outcomes += ask_served([asked[done]], chat, lambda done, of: None)
        progress(ROUNDS + done + 1, ROUNDS + messages)
    return found


def _new(chance: random.Random, many: int) -> list[int]:
    """A prompt that no cache holds."""
    return [chance.randrange(1000, WORDS) for _ in range(many)]


def _seconds(http: httpx.Client, server: Endpoint, prompt: list[int], tokens: int) -> float:
    ask = {"model": server.name, "prompt": prompt, "max_tokens": tokens, "temperature": 0, "ignore_eos": True}
    started = time.perf_counter()
    http.post(f"{server.url}/completions", json=ask).raise_for_status()
    return time.perf_counter() - started


def table(found: Mapping[str, Speed], starts: Mapping[str, float]) -> str:
    """Markdown; `starts` in seconds."""
    lines = [
        "| | start s | prompt tokens/s | decode tokens/s | s a message | tool | exact |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {starts[name]:.0f} | {one.prompt_rate:.0f} | {one.decode_rate:.1f} | {one.seconds:.2f} "
        f"| {one.tool:.1%} | {one.exact:.1%} |"
        for name, one in found.items()
    ]
    return "\n".join(lines)
