"""Messages of merchants with the request that each makes, from phrasings, catalogue and seed."""

import random
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from agents.reading.hints import Conversation
from agents.reading.reading import FIELDS
from agents.request import Request
from serving.llm.data import amounts
from serving.llm.data.catalogue import LANGUAGES, Shelf, Split, category, code, product, shelf
from serving.llm.data.clauses import CLAUSES, WHOLE
from serving.llm.data.grammar import Piece, expand
from serving.llm.data.kept import digest, kept
from serving.llm.data.lexicon import WORDS, Language
from serving.llm.data.noise import cased, marked, typed
from serving.llm.data.numerals import chinese

THREADS = (
    "propose_price",
    "forecast_demand",
    "what_if",
    "assess_risk",
    "sales_report",
    "recommend_products",
    "search_reviews",
)
UNTHREADED = 0.3  # of the follow-ups that could follow anything: the thread is lost, what is meant is as clear


@dataclass(frozen=True)
class Family:
    """One line of a file of phrasings: `fields` and `marks` are its @tags."""

    name: str
    tool: str
    language: Language
    template: str
    fields: dict[str, Any]
    marks: frozenset[str]
    last: str
    split: Split


@dataclass(frozen=True)
class Message:
    """What was typed in which thread, and what it asks for."""

    text: str
    language: Language
    request: Request
    said: Conversation
    family: str
    split: Split
    spoken: str = ""  # the place of a proposal where it was said by place ("the second one")


def families() -> tuple[Family, ...]:
    """All phrasings, each in one split for good: by the hash of its words."""
    found = []
    for language in LANGUAGES:
        folder = files("serving.llm.data") / language
        for file in sorted(folder.iterdir(), key=lambda one: one.name):
            tool = file.name.removesuffix(".txt")
            lines = [line for line in file.read_text("utf-8").splitlines() if line.strip()]
            found += [_family(line, tool, language, number) for number, line in enumerate(lines)]
    return tuple(found)


def _family(line: str, tool: str, language: Language, number: int) -> Family:
    tags = re.match(r"(?:@\S+ )*", line)[0]  # type: ignore[index]
    fields, marks, last = {}, set(), ""
    for tag in tags.split():
        name, _, value = tag[1:].partition("=")
        if name == "last":
            last = value
        elif value:
            fields[name] = float(value) if name == "change_pct" else value
        else:
            marks.add(name)
    template = line[len(tags) :]
    place = zlib.crc32(template.encode()) % 10
    split = {0: "validation", 1: "test"}.get(place, "train")
    return Family(f"{language}/{tool}/{number}", tool, language, template, fields, frozenset(marks), last, split)


def messages(seed: int, split: Split, each: int) -> Iterator[Message]:
    """`each` messages of every family of the split, about products of that split alone; fewer where one is kept."""
    for family in families():
        if family.split == split:
            rng = random.Random(f"{seed}/{family.name}/{family.template}")
            for _ in range(each):
                message = Writer(rng, family, shelf(split)).message()
                if digest(message.text) not in kept():
                    yield message


class Writer:
    """Writes one message of a family."""

    def __init__(self, rng: random.Random, family: Family, shelf: Shelf) -> None:
        self.rng, self.family, self.shelf = rng, family, shelf
        self.language = family.language
        self.said = self._thread()
        self.spoken = ""

    def message(self) -> Message:
        pieces = typed(expand(self.family.template, self.rng, self.fill), self.rng, self.language)
        pieces = self._framed(pieces)
        text, spans = _joined(pieces, self.language)
        text = cased(text, self.rng, self.language)
        if self.family.tool != "decide":
            text = marked(text, self.rng, self.language)
        fields: dict[str, Any] = {"tool": self.family.tool, **self.family.fields}
        for piece, start in zip(pieces, spans, strict=True):
            for name, value in piece.fields.items():
                if isinstance(value, str) and name in ("product", "category", "reason"):
                    at = start + piece.words.index(value)
                    fields.setdefault(name, text[at : at + len(value)])
                else:
                    fields.setdefault(name, value)
        kept = ("tool", *_FIELDS[self.family.tool])
        fields = {name: value for name, value in fields.items() if name in kept}
        request = Request.model_validate(fields)
        return Message(text, self.language, request, self.said, self.family.name, self.family.split, self.spoken)

    def fill(self, slot: str) -> list[Piece]:
        rng, language = self.rng, self.language
        if slot in _NAMED:
            return _NAMED[slot](self, slot)
        if slot in _NUMBERS:
            name, kind, make, sign = _NUMBERS[slot]
            words, value = make(rng, language)
            return [Piece(words, kind, {name: value * sign} if name else {})]
        if slot in CLAUSES:
            return expand(rng.choice(CLAUSES[slot][language]), rng, self.fill)
        return [Piece(rng.choice(WORDS[language][slot].split("|")), slot)]

    def _product(self, slot: str) -> list[Piece]:
        said = product(self.rng, self.language, self.shelf)
        words = said.words
        fields: dict[str, object] = {} if slot == "other" else {"product": words}
        if self.language == "zh":
            quoted = self.rng.random() < 0.06
            shown = f"「{words}」" if quoted else f"{words} " if said.code and self.rng.random() < 0.7 else words
            return [Piece(shown, "product", fields)]
        if said.code:
            return [Piece(words, "product", fields)]
        if self.rng.random() < 0.06:
            return [Piece(f'"{words}"', "product", fields)]
        article = self.rng.choice(["the ", "the ", "the ", "our ", "my ", "", "this "]) if slot == "the product" else ""
        return [Piece(article), Piece(words, "product", fields)]

    def _category(self, slot: str) -> list[Piece]:
        words = category(self.rng, self.language, self.shelf)
        named = Piece(words, "category", {"category": words})
        if slot == "category":
            return [named]
        before, _, after = self.rng.choice(WHOLE[self.language]).partition("*")
        return [Piece(before), named, Piece(after)]

    def _reason(self, slot: str) -> list[Piece]:
        more = self.shelf.reasons[self.language]
        short = WORDS[self.language]["reason"].split("|")
        clause = self.rng.choice(more if more and self.rng.random() < 0.7 else short)
        words = "".join(piece.words for piece in expand(clause, self.rng, self.fill))
        return [Piece(words, "reason", {"reason": words})]

    def _proposal(self, slot: str) -> list[Piece]:
        rng, open_ = self.rng, self.said.open_proposals
        if slot == "ordinal":
            place = rng.randrange(min(len(open_), 3))
            words = ["first", "second", "third"][place] if self.language == "en" else chinese(place + 1)
            self.spoken = str(place + 1)
            return [Piece(words, "ordinal", {"proposal": str(open_[place])})]
        number = rng.choice(open_) if open_ and rng.random() < 0.8 else rng.randint(1, 250)
        return [Piece(str(number), "count", {} if slot == "noid" else {"proposal": str(number)})]

    def _thread(self) -> Conversation:
        rng, family = self.rng, self.family
        if "alone" in family.marks:
            return Conversation()
        wanted = family.last
        if wanted == "any" and "open" not in family.marks and rng.random() < UNTHREADED:
            return Conversation()
        opened = "open" in family.marks or (family.tool == "decide" and rng.random() < 0.6)
        if not wanted and not opened and rng.random() < 0.65:
            return Conversation()
        last = wanted if wanted not in ("", "any") else rng.choice(THREADS)
        if opened and rng.random() < 0.8:
            last = "propose_price"
        name = product(rng, self.language, self.shelf).words
        start, many = rng.randint(1, 240), rng.choice([1, 1, 2, 3])
        shown = last == "propose_price" and (opened or rng.random() < 0.5)
        if "ordinal" in family.template:
            many = max(many, 2)
        open_ = tuple(range(start, start + many)) if opened or shown else ()
        return Conversation(code(rng), name, round(rng.uniform(1, 60), 2), last, open_)

    def _framed(self, pieces: list[Piece]) -> list[Piece]:
        """A word before and after, as people write; what only greets is left as it is."""
        rng, words = self.rng, WORDS[self.language]
        bare = self.family.tool == "clarify" and self.family.fields.get("missing") == "intent"
        if bare or (self.family.tool == "decide" and "open" in self.family.marks and rng.random() < 0.7):
            return pieces
        lead = rng.choice(words["opener"].split("|")) if rng.random() < 0.18 else ""
        aside = rng.choice(words["aside"].split("|")) if rng.random() < 0.16 and self.family.tool != "refuse" else ""
        tail = rng.choice(words["closer"].split("|")) if rng.random() < 0.14 else ""
        if rng.random() < 0.06 and self.family.tool not in ("decide", "refuse", "clarify"):
            tail = rng.choice(words["after"].split("|"))
        if any("reason" in piece.fields for piece in pieces):
            tail = ""
        return [Piece(aside), Piece(lead), *pieces, Piece(tail)]


_FIELDS: dict[str, tuple[str, ...]] = {str(tool): names for tool, names in FIELDS.items()}
_NAMED: dict[str, Callable[[Writer, str], list[Piece]]] = {
    "the product": Writer._product, "product": Writer._product, "other": Writer._product,
    "category": Writer._category, "the category": Writer._category, "reason": Writer._reason,
    "id": Writer._proposal, "noid": Writer._proposal, "ordinal": Writer._proposal,
}  # fmt: skip
Make = Callable[[random.Random, Language], amounts.Said]
_NUMBERS: dict[str, tuple[str, str, Make, int]] = {
    "ahead": ("weeks", "weeks", amounts.ahead, 1),
    "ahead_lead": ("weeks", "weeks", amounts.ahead, 1),
    "past": ("weeks", "weeks", amounts.past, 1),
    "past_lead": ("weeks", "weeks", amounts.past, 1),
    "past_bare": ("weeks", "weeks", amounts.past, 1),
    "price": ("price", "price", amounts.money, 1),
    "rival": ("", "price", amounts.money, 1),
    "share": ("", "share", amounts.percent, 1),
    "up": ("change_pct", "share", amounts.percent, 1),
    "down": ("change_pct", "share", amounts.percent, -1),
    "off": ("change_pct", "share", amounts.reduction, 1),
    "zhe": ("change_pct", "share", lambda rng, language: _without_verb(amounts.reduction(rng, language)), 1),
    "n": ("n", "count", amounts.count, 1),
    "margin": ("min_margin_pct", "share", amounts.percent, 1),
    "limit": ("max_change_pct", "share", amounts.percent, 1),
}


def _without_verb(said: amounts.Said) -> amounts.Said:
    return said[0].lstrip("打做"), said[1]


def _joined(pieces: list[Piece], language: Language) -> tuple[str, list[int]]:
    """The text with single spaces and no space at its ends, and where each piece begins in it."""
    text, starts = "", []
    for piece in pieces:
        words = piece.words
        if not text or text.endswith(" "):
            words = words.lstrip()
        words = re.sub(r" {2,}", " ", words)
        words = words[1:] if words[:1] == " " and text.endswith(" ") else words
        if words[:2] in (" ?", " ,") or (text.endswith(" ") and words[:1] in "?,:;." and words):
            text, words = text.rstrip(), words.lstrip()
        starts.append(len(text))
        text += words
    return text.rstrip(), starts
