"""Lines of one product in several sizes or grades, read from names."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

SCALES: tuple[tuple[str, ...], ...] = (
    ("mini", "small", "medium", "large", "extra large"),
    ("compact", "plus", "max"),
    ("basic", "standard", "premium"),
    ("good", "better", "best"),
    ("迷你", "小号", "中号", "大号", "特大号"),
    ("标准款", "加强款", "旗舰款"),
)
COUNTED = re.compile(r"\b(?:set|pack|box|bag|bundle)s? of (?P<count>\d{1,4})\b", re.IGNORECASE)
MEASURED = re.compile(r"\b(?P<amount>\d{1,5}(?:\.\d{1,3})?) ?(?P<unit>ml|cl|l|g|kg)\b", re.IGNORECASE)
UNITS = {"ml": ("volume", 1.0), "cl": ("volume", 10.0), "l": ("volume", 1000.0), "g": ("mass", 1.0),
         "kg": ("mass", 1000.0)}  # fmt: skip
LATIN = re.compile(r"[a-z ]+")


@dataclass(frozen=True)
class Named:
    """A product as its name tells it, and today's price."""

    sku: str
    name: str
    category: str
    currency: str
    price: float


def ordered(products: Mapping[str, Named]) -> tuple[tuple[str, str], ...]:
    """Pairs (smaller or plainer, larger or better) of one line, neighbours in size, by SKU.

    Names of one category that differ in one word of a scale, in "set of n" or in a measure alone. An order that
    today's prices do not keep is not one that this shop means to keep, and is left out.
    """
    lines: dict[tuple[str, ...], list[tuple[float, str]]] = defaultdict(list)
    for one in products.values():
        for scale, rank, stem in _placed(one.name.lower()):
            lines[one.category, one.currency, scale, stem].append((rank, one.sku))
    pairs = [
        (small, large)
        for members in lines.values()
        for (low, small), (high, large) in pairwise(sorted(members))
        if low < high and products[small].price <= products[large].price
    ]
    return tuple(sorted(set(pairs)))


def _placed(name: str) -> Iterator[tuple[str, float, str]]:
    """Scale, place on it, and the name without it."""
    for number, scale in enumerate(SCALES):
        for rank, word in sorted(enumerate(scale), key=lambda one: -len(one[1])):
            pattern = rf"\b{word}\b" if LATIN.fullmatch(word) else word
            if re.search(pattern, name):
                yield f"scale {number}", float(rank), _stem(re.sub(pattern, " ", name, count=1))
                break
    if found := COUNTED.search(name):
        yield "count", float(found["count"]), _stem(COUNTED.sub(" ", name, count=1))
    if found := MEASURED.search(name):
        kind, times = UNITS[found["unit"].lower()]
        yield kind, float(found["amount"]) * times, _stem(MEASURED.sub(" ", name, count=1))


def _stem(name: str) -> str:
    return " ".join(re.split(r"[\s,()/-]+", name)).strip()
