"""A wide made-up catalogue of many trades: what the products of the training messages are called."""

import random
from dataclasses import dataclass
from importlib.resources import files

from serving.llm.data.lexicon import Language

Split = str  # "train", "validation", "test"


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
    for line in (files("serving.llm.data") / "trades.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        en, zh, modifiers, names = line.split("|")
        for name in names.split(","):
            split = {3: "validation", 7: "test"}.get(len(found) % 8, "train")
            mods = tuple(_pair(m) for m in modifiers.split(","))
            found.append(Noun(_pair(name), {"en": en, "zh": zh}, mods, split))
    return tuple(found)


@dataclass(frozen=True)
class Product:
    """A product as one merchant speaks of it."""

    words: str
    noun: Noun
    code: bool


def product(rng: random.Random, language: Language, among: list[Noun]) -> Product:
    """A product by code or by name, long or short, in the language of the message or, now and then, the other."""
    noun = rng.choice(among)
    if rng.random() < 0.14:
        return Product(code(rng), noun, True)
    spoken: Language = language if rng.random() < 0.93 else ("en" if language == "zh" else "zh")
    number = rng.choices([0, 1, 2], [0.4, 0.45, 0.15])[0]
    chosen = rng.sample(noun.modifiers, min(number, len(noun.modifiers)))
    words = [*(m[spoken] for m in chosen), noun.names[spoken]]
    if spoken == "zh":
        return Product("".join(words), noun, False)
    if rng.random() < 0.12:
        words = [
            rng.choice([f"set of {rng.randint(2, 12)}", "pack of 6", "mini", "jumbo", "box of 12", "3-piece"]),
            *words,
        ]
    if rng.random() < 0.08:
        words += [rng.choice(["250ml", "500 g", "in blue", "with lid", "size M", "no. 5", "XL", "2 pack", "for kids"])]
    name = " ".join(words)
    return Product(rng.choices([name, name.upper(), name.title()], [0.8, 0.08, 0.12])[0], noun, False)


def code(rng: random.Random) -> str:
    digits, letters = "0123456789", "ABCDEFGHJKLMNPQRSTUVWXYZ"
    shapes = ("AAA-000", "00000A", "00000", "AA-0000", "A000", "AAA-000-AA", "aaa-000", "AA00000")
    pools = {"0": digits, "A": letters, "a": letters.lower()}
    return "".join(rng.choice(pools[c]) if c in pools else c for c in rng.choice(shapes))
