"""How pleased the writer of a text is, from its meaning and from its spelling, in Chinese and in English.

Each language has the pretrained multilingual encoder with a classification head of its own (one hidden layer), and
beside it a linear model over hashed groups (Weinberger et al. 2009): of one to four letters where there are ideographs,
of one and two words elsewhere. Meaning carries over to other goods, spelling knows how the buyers who were trained on
put things. Both give log-odds; what each weighs was fitted on reviews held out, so that of what scores 0.8 about 80 %
is praise. `knowledge/teaching.py` trains it, `knowledge/sentiment_data.py` says on what.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from typing import Literal
from zlib import crc32

import numpy as np
import numpy.typing as npt

from knowledge.cleaning import cleaned, unreadable
from knowledge.embedding import LONGEST, Vectors, readable

FILE = "sentiment.npz"  # of Chinese
ENGLISH = "sentiment-en.npz"
BITS = 18  # of a bucket's number
GROUPS = (1, 2, 3, 4)  # letters in a group
READ = 400  # characters whose letters are looked at
WORDS = 400  # words that are looked at
Label = Literal["positive", "negative"]
POSITIVE: Label = "positive"
NEGATIVE: Label = "negative"
Floats = npt.NDArray[np.float32]
Buckets = npt.NDArray[np.int64]
_HAN = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[!?]")
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Network:
    """What was learnt."""

    first: Floats  # (512, hidden)
    first_bias: Floats
    second: Floats  # (hidden,)
    bias: float
    letters: Floats  # (2 ** BITS,): the weight of each bucket
    letters_bias: float
    joint: tuple[float, float, float] = (0.5, 0.5, 0.0)  # weights of meaning and of letters, and a constant
    temperature: float = 1.0  # of meaning alone
    english: "Network | None" = None  # reads the texts without ideographs

    @property
    def languages(self) -> tuple[str, ...]:
        """That it was taught."""
        return ("zh", "en") if self.english else ("zh",)

    def by_meaning(self, vectors: Vectors) -> Floats:
        """(N,) log-odds of praise by the head over the encoder alone."""
        hidden = np.maximum(vectors @ self.first + self.first_bias, 0)
        return np.asarray(hidden @ self.second + self.bias, np.float32)

    def by_letters(self, texts: Sequence[str]) -> Floats:
        """(N,) log-odds of praise by the spelling alone."""
        return np.array([self._told(buckets(text)) for text in texts], np.float32)

    def odds(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """(N,) log-odds of praise by both, of texts in the language that was taught."""
        mine, theirs, constant = self.joint
        return np.asarray(mine * self.by_meaning(vectors) + theirs * self.by_letters(texts) + constant, np.float32)

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """(N,) 0 (displeased) to 1 (pleased), of texts and their vectors (N, 512)."""
        han = np.array([ideographic(text) for text in texts], bool)
        odds = np.empty(len(texts), np.float32)
        odds[han] = self.odds([text for text, one in zip(texts, han, strict=True) if one], vectors[han])
        rest = [text for text, one in zip(texts, han, strict=True) if not one]
        other = self.english
        odds[~han] = other.odds(rest, vectors[~han]) if other else self.by_meaning(vectors[~han]) / self.temperature
        return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)

    def mark(self) -> bytes:
        """A hash that other weights change."""
        known = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            known.update(value.mark() if isinstance(value, Network) else np.asarray(value, np.float64).tobytes())
        return known.digest()

    def _told(self, places: Buckets) -> float:
        return float(self.letters[places].sum() / np.sqrt(max(len(places), 1))) + self.letters_bias


def ideographic(text: str) -> bool:
    """Whether its beginning has Chinese in it."""
    return bool(_HAN.search(text[:READ]))


def buckets(text: str) -> Buckets:
    """The buckets of the groups of letters in the text, of words where it has no ideographs; each once."""
    seen = " ".join(unicodedata.normalize("NFKC", readable(text)).split())
    return _letters(seen[:READ]) if ideographic(text) else _words(seen)


def _letters(seen: str) -> Buckets:
    codes = np.frombuffer(f" {seen} ".encode("utf-32-le", "replace"), "<u4").astype(np.uint64)
    found = []
    for size in GROUPS:
        if len(codes) >= size:
            mixed = np.full(len(codes) - size + 1, size, np.uint64)
            for start in range(size):
                mixed = (mixed ^ codes[start : start + len(mixed)]) * _SPREAD
                mixed ^= mixed >> np.uint64(29)
            found.append((mixed * _SPREAD) >> np.uint64(64 - BITS))
    return np.unique(np.concatenate(found)).astype(np.int64)


def _words(seen: str) -> Buckets:
    said = _WORD.findall(seen.replace("’", "'"))[:WORDS]
    groups = {*said, *(f"{first} {second}" for first, second in pairwise(said))} or {""}
    return np.unique([crc32(group.encode("utf-8", "replace")) % 2**BITS for group in groups]).astype(np.int64)


def label_of(score: float) -> Label:
    """There is no third label: the training data knows none, and a score near 0.5 says that it is undecided."""
    return POSITIVE if score >= 0.5 else NEGATIVE


def readied(text: str) -> str:
    """A text as the network is given it: cleaned; "" where nothing in it can be seen."""
    head = text[: 2 * LONGEST]
    return "" if unreadable(head) else cleaned(head)


@cache
def shipped() -> Network | None:
    """The network that comes with the desk; None where no weights were installed."""
    with as_file(files("knowledge") / FILE) as file, as_file(files("knowledge") / ENGLISH) as other:
        if not file.exists():
            return None
        return replace(loaded(file), english=loaded(other) if other.exists() else None)


def loaded(file: Path) -> Network:
    """The network that a training left in `file`. Raises FileNotFoundError."""
    with np.load(file, allow_pickle=False) as held:
        first, first_bias, second = (held[name].astype(np.float32) for name in ("first", "first_bias", "second"))
        bias, scale, letters_bias, meaning, theirs, constant, temperature = map(float, held["numbers"])
        letters = held["letters"].astype(np.float32) * np.float32(scale)
    joint = meaning, theirs, constant
    return Network(first, first_bias, second, bias, letters, letters_bias, joint, temperature)


def saved(network: Network, file: Path) -> None:
    """Half precision for the head, a byte for each bucket: about a quarter of a megabyte a language."""
    scale = max(float(np.abs(network.letters).max()), 1e-9) / 127
    numbers = (network.bias, scale, network.letters_bias, *network.joint, network.temperature)
    partial = file.with_name(f".{file.name}")
    with partial.open("wb") as out:
        np.savez_compressed(
            out,
            **{name: getattr(network, name).astype(np.float16) for name in ("first", "first_bias", "second")},
            letters=np.round(network.letters / scale).astype(np.int8),
            numbers=np.array(numbers, np.float64),
        )
    partial.replace(file)
