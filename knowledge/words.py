"""Texts to terms: folded words without their plurals, pairs of ideographs, no filler."""

import re
import unicodedata

_TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af]+|[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s?\b")
_COUNTED = "one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {word: str(number) for number, word in enumerate(_COUNTED.split(), 1)}
_UNSAID = (
    "a an and are at be can charge charging cost do does for from how i if in is it its me much my of on ones our "
    "please price priced prices pricing product products sell selling should sku item items that the their them these "
    "thing things this those to us we what which will with you your"
)
_FILLER = frozenset(_UNSAID.split())
_ASKED = (
    "about above after again all any best below better bring buy buyer by change chance cheap cheaper could "
    "cut days demand did discount down drop dropped every everything expect fell forecast further get give go "
    "goes going had happen happened has have increase into just know last less like lot low lower make many "
    "margin may month months more most need next no not now off ok only or out over per percent profit put "
    "quarter raise reduce revenue review reviews risk risky run safe said sale sales say see set since sold "
    "some stay still stock stop stopped store tenth tell than then there think through today tomorrow too "
    "total under units until up want was week weeks were when where who why without whole would year years "
    "yesterday yet"
)
ASKING = frozenset(_ASKED.split())  # said around a product in a whole question; part of a name only where a name has it
_FILLER_ZH = re.compile(
    r"打[一二两三四五六七八九\d.]+折|涨价|降价|涨[一二两三四五\d]成|下个?月|下周|如果|定?多少钱|定?什么价|定个?价|预测|销量|卖得?|"
    "价格|应该|请问|我们?的?|你们?的?|那款|这款|那种|这种|那个|这个|那些|这些|产品|商品|怎么样|怎么|一下|的|吗|呢|了|把|给|和|与|会|什么|多少"
)


def folded(text: str) -> str:
    """Lower case, without accents and width variants; whatever cannot be encoded is left out."""
    plain = unicodedata.normalize("NFKD", text.encode("utf-8", "ignore").decode("utf-8")).casefold()
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def terms(text: str) -> list[str]:
    """The terms in their order: "the white hearts" is white, heart; "白色挂心" is 白色, 色挂, 挂心."""
    found: list[str] = []
    for token in _TOKEN.findall(_POSSESSIVE.sub("", folded(text))):
        if token[0].isascii():
            found += [] if token in _FILLER else [stem(token)]
        else:
            found += _pairs(token)
    return found


def stem(word: str) -> str:
    """The singular of an English plural, and the digits of a number word; anything else as it is."""
    if word in _NUMBERS:
        return _NUMBERS[word]
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses")) else word[:-1]


def _pairs(run: str) -> list[str]:
    pairs: list[str] = []
    for part in _FILLER_ZH.split(run):
        pairs += [part] if len(part) == 1 else [part[i : i + 2] for i in range(len(part) - 1)]
    return pairs
