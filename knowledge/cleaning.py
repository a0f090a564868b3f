"""Text from outside made readable: broken encodings mended, hidden signs taken out, floods of one sign cut."""

import re
from functools import cache
from typing import Any

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff]+")  # control, lone surrogate, byte order mark
_HIDDEN = (
    re.compile(  # soft hyphen, zero width, directions, word joiners, tags and selectors: they say nothing to an eye
        "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
        "\u3164\ufe00-\ufe0e\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]+"
    )
)
_JOINER = re.compile("(?<=[\\w\\s])\u200d|\u200d(?=[\\w\\s])|^\u200d|\u200d$")  # but not within an emoji
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{2})[\u0300-\u036f\u20d0-\u20ff]+"
)
_FLOOD = re.compile(r"(\S)\1{11,}")
_SPACES = re.compile(r"\s{2,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_BROKEN = re.compile("[\x80-\xff]{2}|&[#\\w]{2,8};|[\u20ac\u0152\u0153\u0160-\u0192\u02c6\u02dc\u2013-\u2122]")
_BYTES = re.compile("[\xa1-\xfe]{4}")  # Chinese in GBK that was read as Latin
_HAN = re.compile("[\u4e00-\u9fff]")
_ALIKE = str.maketrans("АВЕКМНОРСТХаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEKMHOPCTXaeopcyxisjABEZHIKMNOPTXo")
_LATIN, _OTHER = re.compile("[A-Za-z]"), re.compile("[\u0370-\u03ff\u0400-\u04ff]")


def visible(text: str) -> str:
    """The text without what no file can hold; control characters are spaces."""
    return _UNSEEN.sub(" ", text).strip()


def cleaned(text: str) -> str:
    """The text as its writer saw it, on one line. Its cost grows with its length: cut it before."""
    mended = _mended(_UNSEEN.sub(" ", text)) if _BROKEN.search(text) else text
    plain = _JOINER.sub("", _HIDDEN.sub("", _UNSEEN.sub(" ", mended)))
    calm = _FLOOD.sub(lambda run: run[1] * 8, _MARKS.sub(r"\1", plain))
    return _SPACES.sub(" ", _WORD.sub(_one_script, calm) if _OTHER.search(calm) else calm).strip()


def unreadable(text: str) -> bool:
    """Whether nothing in it can be seen."""
    return not _HIDDEN.sub("", visible(text)).strip(" \u200d\u3000")


def _mended(text: str) -> str:
    text = _from_gbk(text) if _BYTES.search(text) else text
    import ftfy  # noqa: PLC0415

    return str(ftfy.fix_text(text, _config()))


@cache
def _config() -> Any:
    from ftfy import TextFixerConfig  # noqa: PLC0415

    return TextFixerConfig(
        uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False, normalization=None, explain=False
    )


def _from_gbk(text: str) -> str:
    """What "ÖÊÁ¿ºÜºÃ" was before it was read as Latin; anything else as it is."""
    try:
        read = text.encode("latin-1").decode("gb18030")
    except UnicodeError:
        return text
    foreign = sum(c > "\x7f" for c in read)
    return read if foreign and len(_HAN.findall(read)) >= 0.7 * foreign else text


def _one_script(word: re.Match[str]) -> str:
    """A word that mixes Latin letters with their Cyrillic or Greek doubles, in Latin letters alone."""
    return word[0].translate(_ALIKE) if _LATIN.search(word[0]) and _OTHER.search(word[0]) else word[0]
