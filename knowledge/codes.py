"""Product codes within what a merchant says."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

LONGEST = 1000  # characters that are read
_RUN = re.compile(r"[0-9a-z]+")
_JOINT = re.compile(r"[\s\-_/]{0,3}")  # what may stand between the parts of one code
_AMOUNT = re.compile(r"\d[.,]\s?\d")  # "2.24 23" is not 22423
_VARIANT = 2  # characters that may follow a code that was said short: 85123 for 85123A


class Codes:
    """SKUs by their letters and digits alone, so that "tea 001" is TEA-001."""

    def __init__(self, skus: Sequence[str]) -> None:
        self._skus: dict[str, list[str]] = {}
        for sku in skus:
            self._skus.setdefault(_squashed(sku) or sku, []).append(sku)
        self._sorted = sorted(self._skus)

    def said(self, words: str) -> list[str]:
        """The SKUs whose code was said in full, in the order they were said."""
        whole = self._skus.get(_squashed(words[:LONGEST]), [])
        if whole and not (_AMOUNT.search(words) and words.strip() not in whole):
            return _as_written(whole, words)
        found = [sku for code in self._codes(words) for sku in _as_written(self._skus.get(code, []), words)]
        return list(dict.fromkeys(found))

    def begun(self, words: str) -> list[str]:
        """The SKUs that continue a code said in the words: 85123A and 85123B for "85123"."""
        return [sku for code in self._codes(words) if len(code) >= 4 for sku in self._continuing(code)]

    def _codes(self, words: str) -> list[str]:
        runs = list(_RUN.finditer(words[:LONGEST].lower()))
        single = [run[0] for run in runs if len(run[0]) >= 3 and _has_digit(run[0])]
        double = [
            a[0] + b[0]
            for a, b in pairwise(runs)
            if _JOINT.fullmatch(words[a.end() : b.start()]) and len(a[0] + b[0]) >= 4
        ]
        return [code for code in double if _has_digit(code) and not code.isdigit()] + single

    def _continuing(self, code: str) -> list[str]:
        place = bisect_left(self._sorted, code)
        found: list[str] = []
        while place < len(self._sorted) and self._sorted[place].startswith(code):
            if 0 < len(self._sorted[place]) - len(code) <= _VARIANT:
                found += self._skus[self._sorted[place]]
            place += 1
        return found


def _squashed(code: str) -> str:
    return "".join(c for c in code.casefold() if c.isalnum())


def _has_digit(code: str) -> bool:
    return any(c.isdigit() for c in code)


def _as_written(skus: list[str], words: str) -> list[str]:
    """Where codes differ only in case or dashes, the one that was written just so."""
    return [sku for sku in skus if sku in words] or skus
