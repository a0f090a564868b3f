"""The kinds of slot that a sentence has: what may stand there in English, and how it reads in Chinese."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pricing.offer import WORDS

FIGURE = r"[-−]?\d{1,24}(?:,\d{3}){0,8}(?:\.\d{1,9})?(?:e[+-]\d{1,3})?"
MONEY = rf"{FIGURE} [A-Z]{{3}}"
DAY = r"\d{4}-\d\d-\d\d"
FREE = r"(?s:.+?)"  # text from outside: anything, as little of it as the sentence allows


def _order(found: re.Match[str]) -> str:
    return f"顺序 {found[1]}" + (f"（差 {found[2]}）" if found[2] else "")


RULES = {
    WORDS["history_range"]: "历史价格范围",
    WORDS["ending"]: "价格尾数",
    WORDS["competitor_band"]: "竞品价格带",
    WORDS["line_order"]: "规格价格顺序",
    WORDS["max_change"]: "最大调价幅度",
    WORDS["change_frequency"]: "调价频率",
    WORDS["map"]: "最低广告价",
    WORDS["prior_price"]: "合规原价",
    WORDS["margin_floor"]: "最低毛利",
    WORDS["cost_floor"]: "成本底线",
}
TERMS = (
    (r"the budget of changes", "调价数量上限"),
    (r"the reach of cross effects", "相互影响的可信范围"),
    (r"all orders of the product line", "全部规格价格顺序"),
    (r"the order ([^;,]{1,80}? ≤ [^;,]{1,80}?)(?: less ([\d.e+-]{1,20}))?(?=,| and )", _order),
    (r" and ", "和"),
    (r"without ", "不考虑"),
    (r" \(they need a budget of (\d+)\)", r"（至少需要调价 \1 件）"),
    (r" of profit", " 的利润"),
    (r" of revenue", " 的收入"),
    (r" units", " 件"),
    (r", (?=[-−+]?\d)", "，"),
    (r"; ", "；"),
)
STATUSES = {
    "draft": "草稿",
    "proposed": "待决定",
    "approved": "已批准",
    "rejected": "已拒绝",
    "expired": "已过期",
    "scheduled": "已排期",
    "applied": "已应用",
    "failed": "应用失败",
    "rolled_back": "已回滚",
}
ROLES = {"agent": "代理", "merchant": "商家", "approver": "审批人", "admin": "管理员", "system": "系统"}
WORK = {"waiting": "排队中", "running": "进行中", "done": "已完成", "failed": "失败", "cancelled": "已取消"}
LEVELS = {"low": "低", "medium": "中", "high": "高"}
BASES = {"profit": "利润", "revenue": "收入"}
FAULTS = {
    "Permission denied": "没有权限",
    "Read-only file system": "文件系统只读",
    "No space left on device": "磁盘已满",
    "Is a directory": "该路径是文件夹",
    "Not a directory": "上级路径不是文件夹",
    "File exists": "同名文件已存在",
}


@dataclass(frozen=True)
class Kind:
    """What a slot matches, in bounded time but for FREE, and how what was matched is written in Chinese."""

    regex: str
    write: Callable[[str], str] = str


def one_of(words: Mapping[str, str]) -> Kind:
    return Kind("|".join(map(re.escape, words)), lambda said: words[said])


def listed(words: Mapping[str, str]) -> Kind:
    """Some of the words, with commas between."""
    one = f"(?:{one_of(words).regex})"
    return Kind(f"{one}(?:, {one}){{0,20}}", lambda said: "、".join(words[w] for w in said.split(", ")))


def _day(said: str) -> str:
    year, month, day = said.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def _moment(said: str) -> str:
    day, time = said.split(" ", 1)
    return f"{_day(day)} {time}"


def _gain(said: str) -> str:
    return said.replace(" units", " 件")


def _rules(said: str) -> str:
    return "和".join(f"“{RULES[rule]}”" for rule in said.split(" and "))


def _bought(said: str) -> str:
    """ "without A and B, 3.25 GBP; without C, 4.00 GBP"."""
    return "；".join(
        f"不考虑{_rules(found[1])}，可定 {found[2]}" + (f"，{BASES[found[4]]}变化 {found[3]}" if found[3] else "")
        for found in re.finditer(_GIVEN_UP, said)
    )


def _cleared(said: str) -> str:
    """ "without A, 82% by prices down to 10.99 GBP and -20.00 GBP of profit; without B, …"."""
    return "；".join(
        f"不考虑{_rules(found[1])}，概率 {found[2]}，价格最低到 {found[3]}，{BASES[found[5]]}变化 {found[4]}"
        for found in re.finditer(_CLEARED, said)
    )


def _terms(said: str) -> str:
    """ "without A and B, 3.00 GBP of profit (they need a budget of 2); without C, …"."""
    for words, chinese in TERMS:
        said = re.sub(words, chinese, said)
    return said


def _scope(said: str) -> str:
    """ "the store", "category Tea"."""
    kind, _, name = said.partition(" ")
    return {"category": f"品类 {name}", "product": f"商品 {name}"}.get(kind, "全店" if said == "the store" else said)


def _after(said: str) -> str:
    return "无" if said == "nothing more" else listed(STATUSES).write(said)


_ONE = one_of(RULES).regex
_CLEARED = rf"without ({_ONE}), ({FIGURE}%) by prices down to ({MONEY}) and ({MONEY}) of (profit|revenue)"
_CLEARING = re.sub(r"\((?!\?)", "(?:", _CLEARED)
_TERM = (
    r"(?:the budget of changes|the reach of cross effects|all orders of the product line|"
    r"the order [^;,]{1,80} ≤ [^;,]{1,80})"
)
_TRADE = (
    rf"without {_TERM}(?: and {_TERM})?, (?:[+-]?{FIGURE} units|{MONEY} of (?:profit|revenue))"
    r"(?: \(they need a budget of \d{1,9}\))?"
)
_GIVEN_UP = rf"without ((?:{_ONE})(?: and (?:{_ONE}))?), ({MONEY})(?: and ({MONEY}) of (profit|revenue))?"
_GIVEN = re.sub(r"\((?!\?)", "(?:", _GIVEN_UP)

KINDS: dict[str, Kind] = {
    "text": Kind(FREE),
    "shop": Kind("Shopify|WooCommerce"),
    "sinks": Kind(r"\w{1,40}(?:, \w{1,40}){0,20}", lambda said: said.replace(", ", "、")),
    "scope": Kind(FREE, _scope),
    "fault": Kind(FREE, lambda said: FAULTS.get(said, said)),
    "n": Kind(FIGURE),
    "known": Kind(f"{FIGURE}|unknown", lambda said: "未知" if said == "unknown" else said),
    "money": Kind(MONEY),
    "gain": Kind(f"{MONEY}|{FIGURE} units", _gain),
    "percent": Kind(rf"\+?{FIGURE}\ ?%", lambda said: said.replace(" ", "")),
    "weeks": Kind(r"\d{1,24} weeks?", lambda said: f"{said.split()[0]} 周"),
    "day": Kind(DAY, _day),
    "moment": Kind(rf"{DAY} \d\d:\d\d", _moment),
    "code": Kind("[A-Z]{3}"),
    "endings": Kind(rf"{FIGURE}(?:, {FIGURE}){{0,99}}", lambda said: said.replace(", ", "、")),
    "rule": Kind(_ONE, _rules),
    "bought": Kind(f"{_GIVEN}(?:; {_GIVEN}){{0,30}}", _bought),
    "cleared": Kind(f"{_CLEARING}(?:; {_CLEARING}){{0,9}}", _cleared),
    "trades": Kind(f"{_TRADE}(?:; {_TRADE}){{0,99}}", _terms),
    "basis": one_of(BASES),
    "group": one_of({"category": "品类", "store": "全店", "product": "商品"}),
    "engine": Kind("local|ray"),
    "level": one_of(LEVELS),
    "status": one_of(STATUSES),
    "after": Kind(f"{listed(STATUSES).regex}|nothing more", _after),
    "work": one_of(WORK),
    "role": one_of(ROLES),
    "roles": listed(ROLES),
}
