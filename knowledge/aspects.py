"""What a review speaks of, clause by clause, and how pleased each clause is.

A clause belongs to the aspect whose cue words it has; where it has none, to the one whose prototypes it means (cosine
of the multilingual encoder), if that is near enough and leads the next. Its sentiment is by the same network.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from knowledge.embedding import Vectors
from knowledge.sentiment import Network, readied

Embed = Callable[[Sequence[str]], Vectors]
ASPECTS = ("price", "quality", "delivery", "fit", "service")
MOST = 12  # clauses read of one review
NEAR, LEAD = 0.55, 0.05  # cosine of a prototype that is meant, and its lead over another aspect's
_BREAK = re.compile(
    r"[.!?;,。！？；，、…\n~～]+(?!\d)|\s+(?:but|although|though|however|yet)\s+|(?<=[\u4e00-\u9fff])\s+|(?=但是|不过|可是|就是)",
    re.IGNORECASE,
)
CUES = {  # the order decides where a clause has cues of several
    "service": r"customer (?:service|care|support)|\b(?:seller|staff|support|refund|refused|replacement|complain\w*|"
    r"warranty|after-sales|repl(?:y|ies|ied)|answered|return(?:ed|ing)? it|helpful|rude|on hold)\b|"
    r"客服|服务|售后|退款|退货|换货|投诉|补发|师傅|前台|态度|卖家|店家|掌柜",
    "delivery": r"\b(?:deliver\w*|shipping|shipped|dispatch\w*|courier|parcel|package|packag\w+|packed|"
    r"wrapp\w+|arriv\w+|tracking|box)\b|\bcame (?:late|early|\w+ days?)\b|"
    r"快递|物流|送货|发货|包装|配送|送达|箱子|盒子|到货|收到货|少发|漏发|第二天就到",
    "price": r"\b(?:price\w*|cheap(?:er)?(?! plastic)|expensive|overpriced|dear|value|money|bargain|cost\w*|afford\w*|"
    r"worth|paid|pay|fortune|pounds?|euros?|dollars?|cents?|penny|steal)\b|[£$€]\s?\d|"
    r"价格|价钱|价位|便宜|太贵|贵了|好贵|有点贵|性价比|划算|实惠|降价|值得买|不值|超值|冤枉钱|物美价廉|物超所值|块钱",
    "fit": r"\b(?:fits?|fitted|fitting|sizes?|sized|tight|loose|too (?:long|short|big|small|large)|length|"
    r"smaller|bigger|picture|photo|true to size|waist|sleeves?)\b|"
    r"尺码|尺寸|大小|码数|偏小|偏大|偏长|合身|合适|太长|太短|太大|太小|挤脚|版型|色差|图片|照片|穿不上|显瘦|描述",
    "quality": r"\b(?:quality|sturdy|durable|flimsy|broke\w*|break\w*|stitch\w*|seam|solid|material|fabric|plastic|"
    r"crafted|made|fell apart|falls? apart|came off|peels?|stopped working|leaks?|rust\w*|faded|finish|still going|"
    r"gave up|died|dead)\b|"
    r"质量|做工|材质|材料|面料|结实|耐用|坏了|破了|掉色|褪色|线头|粗糙|精细|新鲜|烂了|坏点|塑料|质感|开裂|漏水|掉漆",
}
PROTOTYPES = {
    "price": ("the price is good", "too expensive for what it is", "价格便宜", "价格太贵"),
    "quality": ("well made and durable", "poor quality, it broke", "质量很好，做工精致", "质量差，用几天就坏了"),
    "delivery": ("fast delivery, well packed", "it arrived late and damaged", "物流很快，包装好", "发货慢，包装破损"),
    "fit": ("it fits perfectly", "the size is wrong, too small", "尺码合适", "尺码不准，太小"),
    "service": ("friendly customer service", "the seller does not answer", "客服态度好", "售后不理人"),
}
_CUES = {aspect: re.compile(words, re.IGNORECASE) for aspect, words in CUES.items()}


@dataclass(frozen=True)
class Clause:
    """A part of a review: what it speaks of ("" for none of the aspects) and how pleased it is, 0 to 1."""

    text: str
    aspect: str
    score: float


def clauses(text: str) -> list[str]:
    """The parts of a text that say one thing each, up to 12."""
    parts = (part.strip(" \"'“”()（）:：-") for part in _BREAK.split(readied(text)) if part)
    return [part for part in parts if sum(c.isalnum() for c in part) >= 2][:MOST]


def cued(clause: str) -> str:
    """The aspect whose cue words stand in the clause, "" for none."""
    return next((aspect for aspect, words in _CUES.items() if words.search(clause)), "")


def meant(vectors: Vectors, embed: Embed) -> list[str]:
    """For each of (N, 512) the aspect that it means, "" for none."""
    cosines = vectors @ _prototypes(embed).T
    best = cosines.reshape(len(vectors), len(ASPECTS), -1).max(axis=2)
    ranked = np.sort(best, axis=1)
    sure = (ranked[:, -1] >= NEAR) & (ranked[:, -1] - ranked[:, -2] >= LEAD)
    return [ASPECTS[place] if known else "" for place, known in zip(best.argmax(axis=1), sure, strict=True)]


def aspect_of(texts: Sequence[str], vectors: Vectors, embed: Embed) -> list[str]:
    """The aspect of each clause."""
    return [cued(text) or by_meaning for text, by_meaning in zip(texts, meant(vectors, embed), strict=True)]


def read(texts: Sequence[str], network: Network, embed: Embed) -> list[list[Clause]]:
    """The clauses of each review."""
    parts = [clauses(text) for text in texts]
    flat = [part for review in parts for part in review]
    if not flat:
        return [[] for _ in texts]
    vectors = embed(flat)
    told = zip(flat, aspect_of(flat, vectors, embed), network.scores(flat, vectors), strict=True)
    read_clauses = iter([Clause(text, aspect, float(score)) for text, aspect, score in told])
    return [[next(read_clauses) for _ in review] for review in parts]


def by_aspect(spoken: Sequence[Clause]) -> dict[str, float]:
    """Mean score of the clauses that speak of each aspect; an aspect that none speaks of is left out."""
    return {
        aspect: round(float(np.mean([c.score for c in spoken if c.aspect == aspect])), 3)
        for aspect in ASPECTS
        if any(c.aspect == aspect for c in spoken)
    }


@lru_cache(4)
def _prototypes(embed: Embed) -> Vectors:
    return embed([text for aspect in ASPECTS for text in PROTOTYPES[aspect]])
