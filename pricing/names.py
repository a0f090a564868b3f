"""Product names as vectors of their words."""

import re
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array, diags_array

WORD = re.compile(r"[^\W\d_]{2,}", re.UNICODE)
NAMES_ALIKE = 0.35  # cosine from which two names are of one kind of thing
HAN = re.compile(r"[\u3400-\u9fff]+")


def name_vectors(names: Sequence[str]) -> csr_array:
    """(N, D) unit rows: words weighted by how rare they are (tf–idf), Chinese ones as pairs of characters.

    A name without a word is a row of zeros.
    """
    places: dict[str, int] = {}
    rows = [[places.setdefault(word, len(places)) for word in _words(name)] for name in names]
    lengths = np.array([len(row) for row in rows], np.int64)
    columns = np.fromiter((place for row in rows for place in row), np.int64, int(lengths.sum()))
    pointer = np.concatenate([[0], np.cumsum(lengths)])
    counted = csr_array((np.ones(len(columns)), columns, pointer), shape=(len(rows), max(len(places), 1)))
    often = np.bincount(columns, minlength=counted.shape[1])
    weighted = csr_array(counted @ diags_array(np.log((1 + len(rows)) / (1 + often)) + 1))
    length = np.sqrt(np.asarray((weighted * weighted).sum(axis=1)).ravel())
    return csr_array(diags_array(1 / np.maximum(length, 1e-12)) @ weighted)


def _words(name: str) -> set[str]:
    words = {word.lower() for word in WORD.findall(HAN.sub(" ", name))}
    pairs = {run[i : i + 2] for run in HAN.findall(name) for i in range(max(len(run) - 1, 1))}
    return words | pairs
