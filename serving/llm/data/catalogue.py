"""A wide made-up catalogue of many trades: what the products of the training messages are called."""

import random
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from serving.llm.data.lexicon import Language

Split = str  # "train", "validation", "test"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
CODES = 0.1  # share of the products that are spoken of by their code
NAMED = 0.55  # of the others: by a whole name


@dataclass(frozen=True)
class Noun:
    """A kind of product with the words that may stand before it, in both languages."""

    names: dict[Language, str]
    category: dict[Language, str]
    modifiers: tuple[dict[Language, str], ...]
    split: Split


def _pair(text: str) -> dict[Language, str]:
    en, _, zh = text.strip().partition("=")
    return {"en": en, "zh": zh}


def nouns() -> tuple[Noun, ...]:
    """Every noun; one in eight is kept for validation and one in eight for the test, whatever their trade."""
    found: list[Noun] = []
    for line in _lines("trades.txt"):
        en, zh, modifiers, names = line.split("|")
        for name in names.split(","):
            split = {3: "validation", 7: "test"}.get(len(found) % 8, "train")
            mods = tuple(_pair(m) for m in modifiers.split(","))
            found.append(Noun(_pair(name), {"en": en, "zh": zh}, mods, split))
    return tuple(found)


@dataclass(frozen=True)
class Shelf:
    """What the messages of one split speak of: kinds of product, whole names, categories, reasons of a decision."""

    nouns: tuple[Noun, ...]
    names: dict[Language, tuple[str, ...]]
    categories: dict[Language, tuple[str, ...]]
    reasons: dict[Language, tuple[str, ...]]


@cache
def shelf(split: Split) -> Shelf:
    """Names and categories are `name|category` a line of names.LANGUAGE.txt; more categories and the reasons stand one
    a line in files of their own. Each is in one split for good, by the hash of its words."""
    pairs: dict[Language, list[list[str]]] = {
        one: [line.split("|") for line in _lines(f"names.{one}.txt")] for one in LANGUAGES
    }
    return Shelf(
        tuple(noun for noun in nouns() if noun.split == split),
        {one: _of(split, (name for name, _ in pairs[one])) for one in LANGUAGES},
        {one: _of(split, (*(c for _, c in pairs[one]), *_lines(f"categories.{one}.txt"))) for one in LANGUAGES},
        {one: _of(split, _lines(f"reasons.{one}.txt")) for one in LANGUAGES},
    )


def _of(split: Split, words: Iterable[str]) -> tuple[str, ...]:
    return tuple(one for one in dict.fromkeys(words) if split_of(one) == split)


def split_of(words: str) -> Split:
    """One in eight is kept for validation and one in eight for the test."""
    return {3: "validation", 7: "test"}.get(zlib.crc32(words.encode()) % 8, "train")


def _lines(name: str) -> list[str]:
    """The lines of a file of this folder without its remarks; none where a language has no such file."""
    file = files("serving.llm.data") / name
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


@dataclass(frozen=True)
class Product:
    """A product as one merchant speaks of it."""

    words: str
    code: bool


def product(rng: random.Random, language: Language, shelf: Shelf) -> Product:
    """A product by code, by its whole name, or by a name made of its kind and what tells it from others; in the
    language of the message or, now and then, the other."""
    if rng.random() < CODES:
        return Product(code(rng), True)
    spoken: Language = language if rng.random() < 0.93 else ("en" if language == "zh" else "zh")
    if shelf.names[spoken] and rng.random() < NAMED:
        return Product(_typed(rng.choice(shelf.names[spoken]), rng, spoken), False)
    noun = rng.choice(shelf.nouns)
    number = rng.choices([0, 1, 2], [0.4, 0.45, 0.15])[0]
    chosen = rng.sample(noun.modifiers, min(number, len(noun.modifiers)))
    words = [*(m[spoken] for m in chosen), noun.names[spoken]]
    if rng.random() < 0.12:
        words = [rng.choice(BRANDS), *words]
    return Product(_chinese(words, rng) if spoken == "zh" else _english(words, rng), False)


def _typed(name: str, rng: random.Random, language: Language) -> str:
    """As it stands on the label, or without its capitals, or in capitals alone."""
    if language == "zh":
        return name
    return rng.choices([name, name.lower(), name.upper()], [0.57, 0.4, 0.03])[0]


def category(rng: random.Random, language: Language, shelf: Shelf) -> str:
    """A category of the made-up catalogue or, as often, one of the many that shops have."""
    more = shelf.categories[language]
    return rng.choice(more) if more and rng.random() < 0.6 else rng.choice(shelf.nouns).category[language]


def _english(words: list[str], rng: random.Random) -> str:
    if rng.random() < 0.1:
        words = [rng.choice(LEADING).format(n=rng.randint(2, 12)), *words]
    if rng.random() < 0.3:
        words = [*words, variant(rng, "en")]
    name = " ".join(words)
    return rng.choices([name, name.upper(), name.title()], [0.74, 0.06, 0.2])[0]


def _chinese(words: list[str], rng: random.Random) -> str:
    """One run of characters, what kind and how much of it at the end, now and then parted by spaces."""
    if rng.random() < 0.4:
        words = [*words, variant(rng, "zh")]
    if rng.random() < 0.08:
        words = [*words, variant(rng, "zh")]
    return (" " if rng.random() < 0.06 else "").join(words)


def variant(rng: random.Random, language: Language) -> str:
    """What tells one of a kind from another: size, amount, colour, taste, make, for whom."""
    shape = rng.choice(VARIANTS[language])
    number = rng.choice(NUMBERS)
    return shape.format(n=number, m=rng.randint(2, 60), d=rng.choice(["1.5", "2.5", "0.8", "4.2", "1.2"]))


NUMBERS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 36, 38, 40, 45, 50, 60, 64, 75, 80, 90, 100, 120, 150, 200,
           250, 300, 350, 400, 500, 650, 750, 800, 1000)  # fmt: skip
BRANDS = (
    "Harrow & Pine", "Nuvo", "Tarka", "Kestrel", "Bramley", "Osko", "Mistral", "Fenwick's", "Lumo", "Sundry & Co",
    "Old Mill", "Vesper", "Quill", "Aster", "Tide", "Hako", "North Row", "Little Otter", "Pebble", "Zephyr",
    "Max", "Pro", "Terra", "Miro",
)  # fmt: skip
LEADING = (
    "set of {n}", "pack of {n}", "mini", "jumbo", "box of {n}", "{n}-piece", "kids'", "men's", "women's", "travel",
    "the original", "grandma's", "baker's", "half-size", "limited edition", "new season", "second-hand",
)  # fmt: skip
VARIANTS: dict[Language, tuple[str, ...]] = {
    "en": (
        "{n}ml", "{n} ml", "{n}g", "{n} g", "{m}kg", "{m} kg", "{d}kg", "{m}L", "{n}cm", "{n} cm", "{n}mm", "{n} mm",
        "{m}W", "{m}oz", "{m} inch", "{m}ft", "{d}m", "size {m}", "size M", "size XL", "XL", "small", "large",
        "no. {m}", "v2", "Mk II", "{m}x{n}", "{m} x {n}", "{m}-pack", "{m} pack", "x{m}", "set of {m}", "box of {m}",
        "for kids", "for men", "for cats", "for beginners", "in blue", "in sage", "in camel", "in natural", "in oak",
        "with lid", "with stand", "with handle", "with refill", "(large)", "(pair)", "(red)", "- navy", "- grey",
        "hardback", "paperback", "refill", "gift set", "kit", "bundle", "twin pack", "starter kit", "deluxe",
        "2019", "2023", "series {m}", "front", "left-hand", "dark grey", "light oak", "rose gold", "mint", "moss",
        "men's {m}", "women's {m}", "{m} pieces", "{m} sheets", "A4", "USB-C", "2nd gen", "plus", "lite",
    ),
    "zh": (
        "{n}ml", "{n}毫升", "{n}g", "{n}克", "{m}kg", "{d}kg", "{m}公斤", "{m}斤", "{m}升", "{m}L", "{n}cm", "{n}厘米",
        "{d}米", "{m}米", "{m}寸", "{m}英寸", "{m}W", "{m}片", "{m}片装", "{m}支", "{m}支装", "{m}只装", "{m}包",
        "{m}袋装", "{m}粒", "{n}颗粒", "{m}件套", "{m}个装", "{m}格", "{m}码", "男{m}", "女{m}", "{m}度", "{m}号",
        "大号", "小号", "中号", "加大号", "男款", "女款", "儿童款", "成人款", "情侣款", "兔子款", "小熊款", "星空款",
        "升级款", "基础款", "加厚款", "加绒款", "夜光款", "短款", "长款", "经典款", "限量版", "典藏版", "精装版",
        "青春版", "旗舰版", "家庭装", "礼盒装", "补充装", "试用装", "散装", "桶装", "原味", "草莓味", "海盐味",
        "香辣味", "无糖", "红色", "黑色", "雾蓝色", "奶油白", "墨绿", "樱花粉", "玫瑰金", "Pro", "Plus", "二代", "三代",
        "2019年", "2023款", "A4", "XL", "Max", "碳素", "纯棉", "全麦", "特级", "一级", "半成品", "可折叠", "带盖",
    ),
}  # fmt: skip


def code(rng: random.Random) -> str:
    digits, letters = "0123456789", "ABCDEFGHJKLMNPQRSTUVWXYZ"
    shapes = ("AAA-000", "00000A", "00000", "AA-0000", "A000", "AAA-000-AA", "aaa-000", "AA00000")
    pools = {"0": digits, "A": letters, "a": letters.lower()}
    return "".join(rng.choice(pools[c]) if c in pools else c for c in rng.choice(shapes))
