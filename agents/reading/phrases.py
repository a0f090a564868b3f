"""The words that are left for a product once cues, amounts and courtesies are taken away."""

import re
from dataclasses import dataclass

from agents.reading import chinese, currencies, english
from agents.reading.gaps import outermost
from agents.reading.hints import Phrase
from agents.reading.numbers import CODE
from agents.reading.text import HAN, WORD, Folded, Span
from agents.reading.words import bag

_QUOTED = re.compile(
    r"\"([^\"]{2,120})\"|[「『《【]([^」』》】]{2,80})[」』》】]|(?<![a-z0-9])'([^']{3,80})'(?![a-z0-9])"
)
_CAPITALS = re.compile(r"(?<![A-Za-z])[A-Z][A-Z0-9'&/.-]*(?:[ ]+(?:[A-Z0-9&/][A-Z0-9'&/.,-]*))+(?![a-z])", re.ASCII)
_PRICED = re.compile(rf"(?<![a-z])(?:{currencies.CODES})\s?[\d.,]+|[\d.,]+\s?(?:{currencies.CODES})(?![a-z])", re.ASCII)
_ITEM = re.compile(
    rf"(?P<word>{WORD.pattern})|(?P<han>[{HAN}])|(?P<amp>[&/])|(?P<space>[ ])|(?P<break>.)", re.ASCII | re.DOTALL
)
_STOP_HAN = re.compile("|".join(sorted(outermost(chinese.STOP), key=len, reverse=True)))
_GLUE_HAN = re.compile(chinese.GLUE)
_KEPT_HAN = re.compile(
    r"\d+件套|[一二三四五六七八九十两]+件套|地毯|地垫|和风|和服|得力|会员|有机|把手|对联|对杯|多功能|能量|多肉|"
    r"上衣|打火机|打印机|买菜包|提包|手提|卖萌|改锥|贵妃|里脊|高低|提篮|提灯|挂件|套装|玻璃店"
)
_CONTRACTED = re.compile("'(?:s|ve|d|ll|re|m|t)?$")
_CATEGORY_AFTER_EN = re.compile(rf"\s*\b{english.CATEGORY_AFTER}\b")
_CATEGORY_BEFORE_EN = re.compile(english.CATEGORY_BEFORE)
_CATEGORY_NAME_EN = re.compile(r"\b(?:in|of|for)?\s*(?:the )?category:? $")
_CATEGORY_AFTER_ZH = re.compile(chinese.CATEGORY_AFTER + "$")
_CATEGORY_BEFORE_ZH = re.compile(chinese.CATEGORY_BEFORE)
_ANCHOR = re.compile(
    r"\b(?:for|of|on|about|with|the|my|our|instead)(?: (?:the|my|our|a|an))?\s*$|[把给对将]\s*$|关于\s*$"
)
_SOFT_AFTER = bag("""
    set sets making time money line range store shop top point day week bar clock drop check box stock light
    change
    """)
_SOFT_BEFORE = bag("""
    christmas xmas easter halloween valentines summer winter spring autumn new little double long short high low
    top full first party set whole cheap stock quick
    """)


@dataclass(frozen=True)
class _Item:
    span: Span
    kind: str  # "content", "glue", "stop"
    word: str


def names(folded: Folded) -> list[Span]:
    """Names set apart by the writer: in quotes, or in capitals within an otherwise small-lettered message."""
    found = []
    for match in _QUOTED.finditer(folded.text):
        group = next(index for index in (1, 2, 3) if match[index] is not None)
        found.append(Span(*match.span(group)))
    said = folded.said
    if re.search("[a-z]{2}", said) or re.search(f"[{HAN}]", said):
        begins = {place: index for index, place in reversed(list(enumerate(folded.at)))}
        for match in _CAPITALS.finditer(said):
            price = _PRICED.search(match.group().lower())
            stop = match.start() + len(match.group()[: price.start()].rstrip()) if price else match.end()
            start, end = begins.get(match.start()), begins.get(stop)
            if (
                start is not None
                and end is not None
                and start < end
                and not any(Span(start, end).meets(one) for one in found)
            ):
                found.append(Span(start, end))
    return found


def phrases(folded: Folded, named: list[Span], used: list[Span], topical: bool) -> tuple[Phrase, ...]:
    """Candidates, the likeliest first. `used`: cues and amounts; `topical`: words of quality are no product's."""
    runs = _runs(_items(folded.text, named, used, topical), folded.text)
    scored = [(_score(folded.text, run, named), -run.start, run) for run in runs]
    scored.sort(key=lambda one: one[:2], reverse=True)
    return tuple(_phrase(folded, run, score >= 5 or len(runs) == 1) for score, _, run in scored)


def _items(text: str, named: list[Span], used: list[Span], topical: bool) -> list[_Item]:
    state = bytearray(len(text))  # 1 used up, 2 part of a name, 3 stop, 4 glue
    for span in used:
        state[span.start : span.end] = b"\1" * (span.end - span.start)
    for pattern, mark in ((_GLUE_HAN, 4), (_STOP_HAN, 3)):
        for match in pattern.finditer(text):
            for place in range(*match.span()):
                state[place] = state[place] or mark
    for match in _KEPT_HAN.finditer(text):
        if 1 not in state[match.start() : match.end()]:
            state[match.start() : match.end()] = bytes(match.end() - match.start())
    for span in named:
        state[span.start : span.end] = b"\2" * (span.end - span.start)
    items: list[_Item] = []
    for match in _ITEM.finditer(text):
        if match["space"]:
            continue
        items.append(
            _Item(Span(*match.span()), _kind(match, state[match.start() : match.end()], topical), match.group())
        )
    return _softened(items)


def _kind(match: re.Match[str], state: bytearray, topical: bool) -> str:
    word = match.group()
    if 2 in state:
        return "content"
    if 1 in state or match["break"]:
        return "stop"
    if match["han"]:
        return {3: "stop", 4: "glue"}.get(state[0], "content")
    if match["amp"] or word in english.GLUE:
        return "glue"
    return "stop" if _is_stop(word) or (topical and word in english.TOPICS) else "content"


def _is_stop(word: str) -> bool:
    adverb = word.endswith("ly") and len(word) > 4 and word not in english.LY_WORDS
    return adverb or word in english.STOP or _CONTRACTED.sub("", word) in english.STOP


def _softened(items: list[_Item]) -> list[_Item]:
    """Some words are a product's only beside one: the "set" of "jam making set", "christmas" before "baubles"."""
    kinds = [item.kind for item in items]
    for index, item in enumerate(items):
        after = items[index + 1] if index + 1 < len(items) else None
        if kinds[index] != "stop":
            continue
        follows = index > 0 and kinds[index - 1] == "content" and items[index - 1].span.end + 1 == item.span.start
        if (item.word in _SOFT_AFTER and follows and not items[index - 1].word.isdigit()) or (
            item.word in ("set", "sets", "pack", "box") and after is not None and after.word == "of"
        ):
            kinds[index] = "content"
        elif item.word in _SOFT_BEFORE and after is not None and after.kind == "content":
            kinds[index] = "content" if item.word != "set" else kinds[index]
    return [_Item(item.span, kind, item.word) for item, kind in zip(items, kinds, strict=True)]


def _runs(items: list[_Item], text: str) -> list[Span]:
    runs: list[list[_Item]] = [[]]
    for item in items:
        if item.kind == "stop":
            runs.append([])
        else:
            runs[-1].append(item)
    spans = []
    for run in runs:
        kept = _without_glue(run)
        if kept and _names_something(kept, text):
            ending = "'s" if kept[-1].word.endswith("'s") else ""
            spans.append(Span(kept[0].span.start, kept[-1].span.end - len(ending)))
    return spans


def _without_glue(run: list[_Item]) -> list[_Item]:
    content = [index for index, item in enumerate(run) if item.kind == "content"]
    return run[content[0] : content[-1] + 1] if content else []


def names_something(words: str) -> bool:
    """Whether folded words can name a product: not "it", "that one", 这个, nor function words alone."""
    words = words.strip(" .,!?;:")
    if re.fullmatch(f"{english.PRONOUNS}|{chinese.PRONOUNS}", words):
        return False
    return not words.isascii() or any(not _is_stop(word) and word not in english.GLUE for word in WORD.findall(words))


def _names_something(run: list[_Item], text: str) -> bool:
    words = text[run[0].span.start : run[-1].span.end]
    if CODE.search(words):
        return True
    pointed = re.match(r" ones?\b", text[run[-1].span.end : run[-1].span.end + 6])  # "the blue one"
    if pointed or not names_something(words):
        return False
    if len(words) == 1:
        return bool(re.match(f"[{HAN}]", words)) and words not in chinese.SINGLES_NOT_PRODUCTS
    return any(not item.word.isdigit() and item.kind == "content" and len(item.word) + len(run) > 2 for item in run)


def _score(text: str, run: Span, named: list[Span]) -> float:
    words = text[run.start : run.end]
    score = min(len(words.split()), 4) + min(len(re.findall(f"[{HAN}]", words)), 8) / 2
    score += 6 * any(run.meets(span) for span in named) + 5 * bool(CODE.search(words))
    score += 2 * bool(_ANCHOR.search(text[max(run.start - 14, 0) : run.start]))
    return score + 3 * (_category(text, run) is not None)


def _phrase(folded: Folded, run: Span, strong: bool) -> Phrase:
    category = _category(folded.text, run)
    span = category or run
    start, end = folded.place(span)
    words = folded.said[start:end]
    left, right = len(words) - len(words.lstrip()), len(words) - len(words.rstrip(" \t\n.,;:!?。，！？"))
    start, end = start + left, end - right
    return Phrase(folded.said[start:end], start, end, "category" if category else "product", strong)


def _category(text: str, run: Span) -> Span | None:
    """The run without its word for a category, where it names one."""
    words = text[run.start : run.end]
    before = text[max(run.start - 24, 0) : run.start]
    chinese_end = _CATEGORY_AFTER_ZH.search(words)
    if chinese_end and chinese_end.start() > 0:
        return Span(run.start, run.start + len(words[: chinese_end.start()].rstrip()))
    english_end = re.search(rf"\s+{english.CATEGORY_AFTER}$", words)
    if english_end and english_end.start() > 0:
        return Span(run.start, run.start + english_end.start())
    if _CATEGORY_AFTER_EN.match(text, run.end):
        return run
    if any(pattern.search(before) for pattern in (_CATEGORY_BEFORE_EN, _CATEGORY_NAME_EN, _CATEGORY_BEFORE_ZH)):
        return run
    return None
