"""Messages kept for the evaluation, known here by their hash alone, so that none is ever trained on."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

FILE = "kept.txt"


def digest(text: str) -> str:
    """Of the letters and digits alone: another mark or capital makes no other message."""
    letters = "".join(c for c in text.lower() if c.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()[:20]


@cache
def kept() -> frozenset[str]:
    return frozenset((files("serving.llm.data") / FILE).read_text("utf-8").split())


def keep(requests: Iterable[Path], out: Path) -> int:
    """Write the hashes of the messages of files of requests; returns how many."""
    lines = [line for file in requests for line in file.read_text("utf-8").splitlines() if line.strip()]
    found = sorted({digest(json.loads(line)["text"]) for line in lines})
    out.write_text("\n".join(found) + "\n", "utf-8")
    return len(found)
