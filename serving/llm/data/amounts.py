"""Numbers with their units as merchants write them, and the value that each stands for."""

import random

from serving.llm.data.lexicon import Language
from serving.llm.data.numerals import chinese, english

Said = tuple[str, float]  # words, value
ODD = 0.35  # share of the stretches of time that are said in less usual words


def percent(rng: random.Random, language: Language, least: int = 1, most: int = 60) -> Said:
    """A share, without its direction."""
    if language == "zh" and rng.random() < 0.35:
        tenths = rng.choice([1, 1, 2, 2, 3, 4, 5])
        half = rng.random() < 0.25
        return f"{chinese(tenths, counting=True)}成{'半' if half else ''}", tenths * 10 + 5 * half
    if language == "en" and rng.random() < 0.12:
        return rng.choice([("a tenth", 10.0), ("a fifth", 20.0), ("a quarter", 25.0), ("a third", 33.33)])
    value: float = rng.choice(
        [*range(least, min(most, 16)), *(n for n in (5, 10, 15, 20, 25, 30, 40, 50) if n <= most)]
    )
    if rng.random() < 0.08:
        value += 0.5
    digits = f"{value:g}"
    if language == "zh":
        forms = [f"{digits}%", f"{digits}%", f"{digits}％", f"{digits}个点", f"百分之{digits}"]
        forms += [f"百分之{chinese(int(value))}"] if value == int(value) else []
        return rng.choice(forms), value
    forms = [
        f"{digits}%",
        f"{digits}%",
        f"{digits} %",
        f"{digits} percent",
        f"{digits} per cent",
        f"{digits}pc",
        f"{digits} pct",
    ]
    forms += [f"{english(int(value))} percent", f"{english(int(value))} per cent"] if value == int(value) else []
    return rng.choice(forms), value


def reduction(rng: random.Random, language: Language) -> Said:
    """A reduction said whole ("20 % off", 打八折): its value is negative."""
    if language == "zh":
        left = rng.choice([5, 6, 7, 8, 9, 95, 85, 75, 88, 65, 55])
        words = {95: "九五", 85: "八五", 75: "七五", 88: "八八", 65: "六五", 55: "五五"}.get(left) or chinese(left)
        shown = f"{left / 10:g}" if left > 9 and rng.random() < 0.4 else words if rng.random() < 0.8 else str(left)
        return f"{rng.choice(['打', '打', '做'])}{shown}折", (left if left > 9 else left * 10) - 100.0
    if rng.random() < 0.2:
        return rng.choice(
            [("half price", -50.0), ("a third off", -33.33), ("a quarter off", -25.0), ("half off", -50.0)]
        )
    words, value = percent(rng, "en", 5, 50)
    words = (
        words.replace("a tenth", "10%")
        .replace("a fifth", "20%")
        .replace("a quarter", "25%")
        .replace("a third", "33.33%")
    )
    return f"{words} off", -value


def money(rng: random.Random, language: Language) -> Said:
    """A price."""
    value = rng.choice([
        round(rng.uniform(0.5, 9.99), 2), rng.randint(1, 60) + rng.choice([0.99, 0.95, 0.5, 0.49, 0.9]),
        float(rng.randint(1, 40)), round(rng.uniform(10, 300), rng.choice([0, 1, 2])),
        float(rng.choice([99, 120, 199, 250, 45])),
    ])  # fmt: skip
    value = round(value, 2)
    digits = f"{value:.2f}" if rng.random() < 0.5 and value != int(value) else f"{value:g}"
    if language == "zh":
        forms = [
            f"{digits}元",
            f"{digits}块",
            f"{digits}块钱",
            f"¥{digits}",
            f"￥{digits}",
            f"{digits}",
            f"{digits}镑",
            f"${digits}",
        ]
        if value == int(value) and value < 100:
            forms += [f"{chinese(int(value))}块", f"{chinese(int(value))}元"]
        tenth = round(value * 10)
        if tenth % 10 and abs(value * 10 - tenth) < 1e-6:
            forms += [f"{tenth // 10}块{tenth % 10}"]
        return rng.choice(forms), value
    forms = [
        f"£{digits}",
        f"£{digits}",
        f"${digits}",
        f"€{digits}",
        digits,
        digits,
        f"{digits} pounds",
        f"{digits} quid",
        f"{digits} euros",
        f"{digits} dollars",
        f"{digits} bucks",
    ]
    if value == int(value) and value < 100:
        forms += [f"{english(int(value))} pounds", f"{english(int(value))} dollars"]
    if value < 1:
        forms += [f"{round(value * 100)}p", f"{round(value * 100)} pence"]
    return rng.choice(forms), value


def count(rng: random.Random, language: Language) -> Said:
    n = rng.choice([2, 3, 3, 4, 5, 5, 6, 7, 8, 10, 10, 12, 15, 20])
    if rng.random() < 0.5:
        return str(n), n
    return (chinese(n, counting=True) if language == "zh" else english(n)), n


_SPANS: dict[str, tuple[tuple[str, int], ...]] = {
    "en": (
        ("week", 1), ("fortnight", 2), ("month", 4), ("quarter", 13), ("year", 52), ("half year", 26),
        ("two months", 8),        ("three months", 13), ("couple of weeks", 2), ("6 months", 26),
        ("twelve months", 52), ("2 months", 8),
    ),
    "zh": (
        ("一周", 1), ("两周", 2), ("一个月", 4), ("两个月", 8), ("一个季度", 13), ("半年", 26), ("一年", 52),
        ("三个月", 13),        ("半个月", 2), ("3个月", 13), ("2个月", 8), ("6个月", 26), ("一个星期", 1),
    ),
}  # fmt: skip
_AHEAD_ZH = (
    ("下个月", 4),
    ("下周", 1),
    ("下季度", 13),
    ("明年", 52),
    ("这个月", 4),
    ("下半年", 26),
    ("本季度", 13),
    ("下个季度", 13),
)
_PAST_ZH = (
    ("上个月", 4),
    ("上周", 1),
    ("上季度", 13),
    ("去年", 52),
    ("这个月", 4),
    ("本周", 1),
    ("今年", 52),
    ("上半年", 26),
)


_LATER_EN = (
    ("over the next 10 days", 1), ("over the next 14 days", 2), ("for the next 30 days", 4), ("in the next 60 days", 9),
    ("within 90 days", 13), ("for a month and a half", 6), ("for half a year", 26), ("the week after next", 2),
    ("for the rest of the month", 4), ("for the whole of next month", 4), ("all of next month", 4),
    ("a fortnight from now", 2), ("in a month's time", 4), ("for a full year", 52), ("next two quarters", 26),
    ("over the next 9 months", 39), ("for the next 5 months", 20), ("next mth", 4), ("for the coming half year", 26),
)  # fmt: skip
_EARLIER_EN = (
    ("in the past 14 days", 2), ("over the last 10 days", 1), ("the last 30 days", 4), ("in the last 60 days", 9),
    ("over the last 90 days", 13), ("the previous month", 4), ("the last fortnight or so", 2),
    ("throughout the last quarter", 13), ("over the past year or so", 52), ("the past three months", 13),
    ("in the last 9 months", 39), ("for the last 5 months", 20), ("in the last half year", 26),
    ("the past two quarters", 26),
)  # fmt: skip
_LATER_WEEKS_EN = (
    "{n} weeks ahead", "{n} weeks out", "{n} weeks from now", "up to {n} weeks out", "over a {n}-week horizon",
    "looking {n} weeks ahead", "for {n} wks", "{n}w ahead", "throughout the next {n} weeks", "next {n} weeks",
    "in {n} weeks' time",
)  # fmt: skip
_EARLIER_WEEKS_EN = (
    "the last {n} wks", "these past {n} weeks", "the previous {n} weeks", "last {n} weeks", "past {n} weeks",
    "looking {n} weeks back",
)  # fmt: skip


def _odd(rng: random.Random, whole: tuple[tuple[str, int], ...], shapes: tuple[str, ...]) -> Said:
    """A stretch of time in less usual English words."""
    if rng.random() < 0.5:
        return rng.choice(whole)
    weeks = rng.choice([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 26])
    shape = rng.choice(shapes)
    spelt = weeks <= 12 and "{n}w " not in shape and rng.random() < 0.3
    return shape.format(n=english(weeks) if spelt else weeks), weeks


def _span(rng: random.Random, language: Language) -> tuple[str, int]:
    """A stretch of time without a direction, and its weeks."""
    if rng.random() < 0.45:
        weeks = rng.choice([2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 26])
        if language == "zh":
            number = str(weeks) if rng.random() < 0.5 else chinese(weeks, counting=True)
            return f"{number}{rng.choice(['周', '周', '个星期', '星期'])}", weeks
        return f"{weeks if rng.random() < 0.5 else english(weeks)} weeks", weeks
    return rng.choice(_SPANS[language])


def ahead(rng: random.Random, language: Language) -> Said:
    if language == "zh":
        if rng.random() < 0.45:
            return rng.choice(_AHEAD_ZH)
        words, weeks = _span(rng, "zh")
        return f"{rng.choice(['未来', '接下来', '今后', '未来', '往后'])}{words}", weeks
    if rng.random() < ODD:
        return _odd(rng, _LATER_EN, _LATER_WEEKS_EN)
    words, weeks = _span(rng, "en")
    if words in ("week", "month", "quarter", "year") and rng.random() < 0.5:
        return rng.choice([f"next {words}", f"this {words}", f"next {words}"]), weeks
    lead = rng.choice(
        ["over the next", "in the next", "for the next", "over the coming", "in the coming", "within the next"]
    )
    return f"{lead} {words}", weeks


def past(rng: random.Random, language: Language) -> Said:
    if language == "zh":
        if rng.random() < 0.45:
            return rng.choice(_PAST_ZH)
        words, weeks = _span(rng, "zh")
        return f"{rng.choice(['过去', '最近', '近', '前'])}{words}", weeks
    if rng.random() < ODD:
        return _odd(rng, _EARLIER_EN, _EARLIER_WEEKS_EN)
    words, weeks = _span(rng, "en")
    if words in ("week", "month", "quarter", "year") and rng.random() < 0.6:
        return rng.choice([f"last {words}", f"this {words}", f"in the past {words}"]), weeks
    return (
        f"{rng.choice(['over the last', 'in the past', 'in the last', 'over the past', 'during the last'])} {words}",
        weeks,
    )
