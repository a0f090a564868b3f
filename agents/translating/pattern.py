"""A sentence with slots, in English to be found and in Chinese to be written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from agents.translating.kinds import FREE, Kind

Rows = tuple[tuple[str, str], ...]  # English with {name:kind}, or {kind}; Chinese with {name}
ENDS = r"(?=\.?(?:\s|\Z))"


@dataclass(frozen=True)
class Pattern:
    """One row, compiled. Text from outside is sought forwards and never sought again, so time is linear in the text."""

    regex: re.Pattern[str]
    chinese: str
    kinds: Mapping[str, Kind]
    free: bool  # holds text from outside

    def at(self, text: str, start: int) -> tuple[str, int] | None:
        """The sentence that begins there in Chinese, and where it ends; None where another one begins."""
        match = self.regex.match(text, start)
        if match is None:
            return None
        written = {name: kind.write(match[name]) for name, kind in self.kinds.items()}
        return self.chinese.format(**written), match.end()


def compiled(rows: Rows, kinds: Mapping[str, Kind]) -> tuple[Pattern, ...]:
    return tuple(_pattern(english, chinese, kinds) for english, chinese in rows)


def bare(rows: Rows, kinds: Mapping[str, Kind]) -> str:
    """Any of these rows, none of which holds text from outside, as a regular expression without names."""
    return "|".join("".join(_pieces(english, kinds, "(?:{1})")) for english, _ in rows)


def slots(english: str) -> Iterator[tuple[str, str, str]]:
    """The words before each slot, its name and its kind; the last words have neither."""
    for words, name, kind, _ in Formatter().parse(english):
        yield words, name or "", kind or name or ""


def _pattern(english: str, chinese: str, kinds: Mapping[str, Kind]) -> Pattern:
    held = {name: kinds[kind] for _, name, kind in slots(english) if name}
    whole = "".join(_pieces(english, kinds, "(?P<{0}>{1})")) + ENDS
    free = sum(kind.regex == FREE for kind in held.values())
    return Pattern(re.compile(whole + ")" * bool(free)), chinese, held, bool(free))


def _pieces(english: str, kinds: Mapping[str, Kind], group: str) -> Iterable[str]:
    """An atomic group from each text from outside to the next one: where it is found, it is found for good."""
    opened = False
    for words, name, kind in slots(english):
        yield re.escape(words)
        if not name:
            continue
        if kinds[kind].regex == FREE:
            yield ")(?>" if opened else "(?>"
            opened = True
        yield group.replace("{0}", name).replace("{1}", kinds[kind].regex)
