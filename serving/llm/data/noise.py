"""How people really type: slips, lower case, missing marks, traditional characters."""

import random
import re
from collections.abc import Callable

from serving.llm.data.grammar import Piece
from serving.llm.data.lexicon import Language

_TRADITIONAL = str.maketrans(
    "价卖销涨这个周预测评论风险应该产标议准绝执复调将会么买们说类后来东给对库润过还开关几万两块钱级让时间实际单号编现为从进货贵订报录历据数总统计种样当导顾优惠观点紧响变动试拟场里烦问谢请谁处杀打折亏赔绿红蓝银灯笼笔记本铁锅盘镜钟灯画线帐篮鱼猫龙蛋币网页马",
    "價賣銷漲這個週預測評論風險應該產標議準絕執復調將會麼買們說類後來東給對庫潤過還開關幾萬兩塊錢級讓時間實際單號編現為從進貨貴訂報錄歷據數總統計種樣當導顧優惠觀點緊響變動試擬場裡煩問謝請誰處殺打折虧賠綠紅藍銀燈籠筆記本鐵鍋盤鏡鐘燈畫線帳籃魚貓龍蛋幣網頁馬",
)  # fmt: skip
_SHORT = {
    "you": "u", "please": "pls", "what": "wat", "should": "shud", "because": "cuz", "and": "n", "for": "4", "are": "r",
    "would": "wud", "to": "2", "about": "abt", "with": "w/", "people": "ppl", "thanks": "thx", "price": "prce",
}  # fmt: skip


def typed(pieces: list[Piece], rng: random.Random, language: Language) -> list[Piece]:
    """The pieces as this writer would type them; amounts keep their digits."""
    habit = rng.random()
    if language == "zh":
        if habit < 0.08:
            return [_each(piece, lambda words: words.translate(_TRADITIONAL)) for piece in pieces]
        return pieces
    if habit < 0.18:
        return [_slips(piece, rng) for piece in pieces]
    if habit < 0.24:
        return [piece if piece.slot else _each(piece, lambda words: _shortened(words, rng)) for piece in pieces]
    return pieces


def _each(piece: Piece, change: Callable[[str], str]) -> Piece:
    fields = {k: change(v) if isinstance(v, str) and v in piece.words else v for k, v in piece.fields.items()}
    return Piece(change(piece.words), piece.slot, fields)


def _shortened(words: str, rng: random.Random) -> str:
    return " ".join(_SHORT[w] if w in _SHORT and rng.random() < 0.5 else w for w in words.split(" "))


def _slips(piece: Piece, rng: random.Random) -> Piece:
    if re.search(r"\d", piece.words) or piece.slot in ("price", "weeks", "share", "count"):
        return piece
    return _each(piece, lambda words: words) if rng.random() < 0.4 else _slipped(piece, rng)


def _slipped(piece: Piece, rng: random.Random) -> Piece:
    """One letter swapped, doubled or dropped in one longer word, the same in what the slot means."""
    long = re.findall(r"[a-z]{5,}", piece.words)
    if not long:
        return piece
    word = rng.choice(long)
    at = rng.randrange(1, len(word) - 2)
    kinds = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    )
    slip = rng.choice(kinds)
    return _each(piece, lambda words: words.replace(word, slip, 1))


def cased(text: str, rng: random.Random, language: Language) -> str:
    """Sentence case, lower case as it came, or shouted; with or without the last mark."""
    if language == "zh":
        return text
    habit = rng.random()
    if habit < 0.45:
        return re.sub(r"\bi\b", "I", text[:1].upper() + text[1:])
    return text


def marked(text: str, rng: random.Random, language: Language) -> str:
    if text.endswith(("?", "!", ".", "。", "？")) or rng.random() < 0.45:
        return text
    marks = ["?", "？", "。", ""] if language == "zh" else ["?", "?", ".", "??", ""]
    return text + rng.choice(marks)
