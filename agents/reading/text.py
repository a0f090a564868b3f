"""A message folded for matching, with the way back to the words as said."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Literal

from rapidfuzz.distance import OSA

from agents.reading.words import bag

HAN = "\u3400-\u9fff"
WORD = re.compile(r"[a-z0-9]+(?:['./&+-][a-z0-9]+)*", re.ASCII)
_CHARS = re.compile(r"[^a-z]+|[a-z]+")
_MARKS = str.maketrans("’‘`´“”„，。？！：；（）、～—–−", "''''\"\"\",.?!:;(),~---")
_SIMPLE = str.maketrans(
    "價賣銷漲這個週預測評論風險應該產標議準絕執復調將會麼買們說類後來東給對庫潤過還開關幾萬兩塊錢級讓時間實際單號"
    "編現為從進貨貴訂報錄歷據數總統計種樣應當導顧優惠觀點據緊響變動試擬場裡麻煩問謝請誰處",
    "价卖销涨这个周预测评论风险应该产标议准绝执复调将会么买们说类后来东给对库润过还开关几万两块钱级让时间实际单号"
    "编现为从进货贵订报录历据数总统计种样应当导顾优惠观点据紧响变动试拟场里麻烦问谢请谁处",
)  # fmt: skip
_FUNCTION_WORDS = bag("""
    a an the i we my our is are was will would should could do does did what how which who if for of to in on at
    by and or it this that with me you please can
    """)


@dataclass(frozen=True)
class Span:
    """Characters start to end (exclusive) of the folded text."""

    start: int
    end: int

    def meets(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Folded:
    """`text`: lower case, half width, simplified, slips of the pen mended; `at[i]`: where its character i began."""

    said: str
    text: str
    at: tuple[int, ...]

    def words(self, span: Span) -> str:
        """The span in the merchant's own characters."""
        return self.said[slice(*self.place(span))]

    def place(self, span: Span) -> tuple[int, int]:
        """The span's start and end in the message as said."""
        if span.start >= span.end:
            return self.at[span.start], self.at[span.start]
        end = self.at[span.end]
        # A character that folds to several, or a mended word, ends where the next one begins.
        return self.at[span.start], end


def fold(said: str, vocabulary: Collection[str] = (), right: Collection[str] = ()) -> Folded:
    """`said` made easy to match. `vocabulary`: words that a slip is mended to; `right`: words that are no slip."""
    characters: list[str] = []
    at: list[int] = []
    for place, character in enumerate(said):
        kept = unicodedata.category(character) == "No"  # ½ is not "1"
        plain = character if kept else unicodedata.normalize("NFKC", character).lower()
        plain = plain.translate(_MARKS).translate(_SIMPLE)
        for one in plain:
            characters.append(" " if one.isspace() else one)
            at.append(place)
    at.append(len(said))
    text = "".join(characters)
    return _mend(said, text, at, frozenset(vocabulary), right) if vocabulary else Folded(said, text, tuple(at))


def _mend(said: str, text: str, at: list[int], vocabulary: frozenset[str], right: Collection[str]) -> Folded:
    pieces: list[str] = []
    places: list[int] = []
    for match in _CHARS.finditer(text):
        word = match.group()
        better = _nearest(word, vocabulary) if word.isascii() and word.isalpha() and word not in right else word
        pieces.append(better)
        if better == word:
            places.extend(at[match.start() : match.end()])
        else:
            places.extend([at[match.start()]] * len(better))
    places.append(len(said))
    return Folded(said, "".join(pieces), tuple(places))


@cache
def _by_initial(vocabulary: frozenset[str]) -> dict[str, tuple[str, ...]]:
    initials = {word[0] for word in vocabulary}
    return {letter: tuple(sorted(word for word in vocabulary if word[0] == letter)) for letter in initials}


def _nearest(word: str, vocabulary: frozenset[str]) -> str:
    """The vocabulary's word one slip away (two in a long word), where the slip is not just another ending."""
    if len(word) < 5 or len(word) > 16 or word in vocabulary:
        return word
    for known in _by_initial(vocabulary).get(word[0], ()):
        if abs(len(known) - len(word)) > 2 or word.startswith(known) or known.startswith(word):
            continue
        slips = OSA.distance(word, known, score_cutoff=2)
        swapped = slips == 1 and sorted(word) == sorted(known)
        if swapped or (slips == 1 and max(len(word), len(known)) >= 6) or (slips == 2 and len(word) >= 9):
            return known
    return word


def language(folded: Folded) -> Literal["en", "zh"]:
    """ "zh" where Chinese carries the sentence (an English product name inside does not count), else "en"."""
    han = len(re.findall(f"[{HAN}]", folded.text))
    english = sum(word in _FUNCTION_WORDS for word in WORD.findall(folded.text))
    return "zh" if han and han >= 2 * english else "en"
