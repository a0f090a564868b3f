"""Orders about a proposal: approve, reject, edit, apply, roll back."""

import re
from dataclasses import dataclass

from agents.reading.gaps import compiled, used
from agents.reading.numbers import Numbers
from agents.reading.text import Folded, Span
from agents.request import Decision

_NOT = r"(?:do not|don'?t|not|never|won'?t|can'?t|cannot|wouldn'?t)"
_OLD = r"(?:old|previous|original|former|earlier|prior|last) price|what it was|how it was|before"
_IT = r"(?:it|that|this|them|that one|this one|the (?:price|proposal|suggestion)|proposal|#?\d+)"
# Strong words decide by themselves; the others only with a proposal named or open.
_VERBS: tuple[tuple[Decision, bool, str], ...] = (
    ("reject", True,

        rf"\b{_NOT} (?:\w+ )?(?:approve|accept|agree|sign|do it|do that|go ahead)\b|不(?:要|能|可以|予|会|"
        rf"想)?(?:批准|同意|通过|接受|批)|"
        rf"别(?:批准|同意|通过)|不准"),
    ("reject", True,
        r"\breject(?:ed)?\b|\bdecline\b|\bveto\b|\bturn (?:it |that |this |them )?down\b|驳回|否决|打回|"
        r"退回(?!原价)|拒绝|拒掉|毙[掉了]|枪毙"),
    ("rollback", True,
        rf"\broll(?:ed|ing)?[ -]?back\b|\broll (?:\w+ ){{1,5}}back\b|\bundo\b|\brevert\b|"
        rf"\brestore\b[^.?!]{{0,30}}\b(?:{_OLD})|\b(?:put|take|change|set|bring|switch|go|move|"
        rf"get)\b[^.?!]{{0,40}}\bback\b(?: to)?[^.?!]{{0,10}}\b(?:{_OLD})|"
        rf"(?:\b(?:put|bring|get|give|take|have|want)\b(?: me)?(?: the)? )?\b(?:{_OLD}) back\b"),
    ("rollback", True,
        r"回滚|撤销|撤回|撤消|还原|(?:恢复|退回|改回|调回|回到|变回|换回)(?:到|成)?(?:原来的?|原|之前的?|以前的?|"
        r"旧|老|上次的?|先前的?)?(?:价格?|价|售价)?|"
        r"(?:恢复|退|改|调|换|变|回)(?:回)?(?:到|成)?(?:改|调|涨|降|提)价(?:之|以)?前(?:的?价格?)?|[改调换]回[去来]"),
    ("edit", True, r"\bedit\b|\bamend\b|修改(?:一下)?(?:提案|建议|方案|第)?"),
    ("approve", True,
        r"\bapprov(?:e|ed|ing)\b|\bgreen-?light\b|\bsign (?:\w+ ){0,5}off\b|\bsign off\b|批准|准了|核准|批了|"
        r"审批通过|照准|照批|(?<=[号案议])\s*(?:可以|就|给)?(?:过|准|批)吧?(?=\s*$|[,.!])|同意(?!度)|通过(?=$|[,.!]|了|第|它|这|那|\d|提案|方案|建议|#|吧|一下)"),
    ("apply", True,
        r"\bpublish\b|\bdeploy\b|\bgo(?:es)? live\b|\b(?:push|put|make|set|take)\b[^.?!]{0,40}\b(?:live|"
        r"into effect|into force)\b|\bapply (?:it|that|this|them|proposal|the (?:proposal|price|change|approved|"
        r"new)|#?\d+(?![\d.]*\s*%))|\bactivate\b|\broll (?:\w+ ){0,3}out\b"),
    ("apply", True, r"生效|上线|发布|落地|应用(?!题)|执行|实施|推送"),
    ("approve", False, r"(?:^|(?<=[,.;!])) ?(?:yes|yep|yeah|ok|okay|sure|fine)(?= (?:to|on|with|for)\b)"),
    ("edit", False,
        r"\b(?:change|make|set|swap|adjust|modify|tweak|alter|update|correct|replace)\b (?:the |that |its |your )?"
        r"(?:figure|number|amount|suggestion|(?:suggested|proposed) price)\b(?: (?:for|to|with|at|by))?|"
        r"(?:改|调|换)(?:一下|一改|下|动)?(?:这个|那个|你的|第)?(?:建议价|提案|提议|方案)|"
        r"(?:建议价|提案|提议|方案)(?:给我|帮我|再)?(?:改|调|换)(?:一下|一改|下)"),
    ("approve", False,
        r"\baccept\b|\bconfirm(?:ed)?\b|\bagreed?\b|\bgo ahead\b|\bdo it\b|\blgtm\b|\b(?:looks|sounds) (?:good|"
        r"great|fine|right)\b|\bgo for it\b|\blet'?s do (?:it|that)\b|\bhappy with (?:it|that|this)\b|"
        r"\bi'?ll take it\b|确认|没问题|就这么(?:办|定)|就这样(?:吧)?|照办|可以执行|就按这个"),
    ("edit", False,
        rf"\b(?:change|make|set|adjust|modify|tweak|alter|update|put)\b (?:the )?(?:price (?:of|on|in|"
        rf"for) )?(?:the )?{_IT}(?: one)?(?: (?:price))?(?: to| at|:)?|改成|改为|改到|调成|调到|调整[为到成]|换成|"
        rf"修改为"),
    ("reject", False,
        r"\bscrap\b|\bbin (?:it|that|this|the)\b|\bforget (?:it|that|this)\b|\bcancel\b|\brefuse\b|\bdeny\b|"
        r"\b(?:kill|scrap|ditch|axe|nix)\b (?:(?:it|that|this|the)\b|(?:proposal|suggestion|number)\b|(?=#?\d))|"
        r"(?:没法|无法|没办法|不能)(?:接受|同意|批)|接受不了|通不过|\bthrow (?:it|that) out\b|\bno way\b|"
        r"\bdrop (?:it|that|this) (?:proposal|idea)|"
        r"\bno to\b|算了|取消|不行|不要这个|不采纳|不采用|不合适"),
    ("apply", False,
        r"\bapply\b(?! (?:a|an|the)? ?(?:\d|discount|markdown|rule|pressure|x))|\bexecute\b|\bimplement\b|"
        r"\brelease (?:it|that|this)\b"),
    ("rollback", False, r"\breverse\b|\brestore\b|\btake (?:it|that) back\b|\bput (?:it|that|the \w+(?: \w+)?) back\b"),
)  # fmt: skip
_TABLE = tuple((decision, strong, compiled(pattern, re.ASCII)) for decision, strong, pattern in _VERBS)
_MARKS = r"[\s,.!;:'\"()-]*"
_YES = re.compile(
    rf"{_MARKS}(?:yes|yep|yeah|yup|ok|okay|sure|fine|perfect|great|please do|y)"
    rf"(?:[\s,.!-]+(?:please|thanks|thank you|go ahead|do it|then|by me|with me))*{_MARKS}|"
    rf"{_MARKS}(?:好的?|可以|行|嗯|是的?|对|成|没问题)[吧呀啊的了,.! ]*"
)
_NO = re.compile(
    rf"{_MARKS}(?:no|nope|nah|no thanks|no thank you|not this one|don't(?: do (?:it|that))?|不|不了|不要|不好|"
    rf"不行|算了|不可以)[\s,.!吧了]*"
)
_ASKED = re.compile(
    r"^\s*(?:has|have|had|was|were|did|is|are|am|does|do)\b(?! not\b)|\bshould (?:i|we)\b|\bwould (?:you|it|they|"
    r"customers)\b|"
    r"\b(?:shall|can|could|may|dare) (?:i|we)\b|"
    r"\bwhat (?:if|happens?|would|will|about)\b|\bwhy\b|\bhow\b|\bis it\b|\bif i\b|\bwho\b|\bwhich\b|"
    r"\bwill (?:customers|buyers|people)\b|如果|要是|假如|会怎|为什么|应不应该|该不该|要不要|是否|能不能|风险|"
    r"怎么样|多少|"
    r"会不会|哪些|好不好|吗|了没|是不是|有没有|谁"
)
_NEGATED = re.compile(
    r"(?:\b(?:do not|don't|dont|not|never|won't|can't|cannot|without|no need to|stop)\s+(?:\w+\s+)?|(?:不要?|别|"
    r"不能|不可以?|勿|未|没有?|无需|不必)(?:再|先|急着)?)$"
)
_SPOKEN = re.compile(r"\bproposals?\b|\bsuggestions?\b|\b(?:suggested|proposed) price\b|提案|提议|方案|建议价")
_ALREADY = re.compile(
    r"(?:\b(?:already|been|is|was|it's|that's|the|has|have|\w+'ve)\s+(?:already\s+)?|已经?|早就?|刚)$"
)
_BECAUSE = re.compile(
    r"\b(?:because(?: of)?|since|cos|cuz|due to|reason(?: is|:)?|as)\b|(?:,|;|:|。)?(?:因为|由于|理由是?:?|"
    r"原因是?:?)|[,:;]|\s-+\s|\.\s|\s(?=太|涨|降|不|毛利|too )",
    re.ASCII,
)
_SAYS_WHY = re.compile(r"\b(?:because(?: of)?|cos|cuz|due to|reason(?: is|:)?)\b|因为|由于|理由是?|原因是?", re.ASCII)
_TAIL = re.compile(r"^[\s,:;.\-]*(?:because(?: of)?\b|cos\b|due to\b|因为|由于|理由是?|原因是?)?[\s,:;\-]*")
_COURTESY = re.compile(r"(?:please|thanks|thank you|pls|now|then|for now|吧|谢谢|了|谢了)?[\s.!,]*")
_NEXT_ORDER = re.compile(
    r"(?:,|;|\.|\band\b|\bthen\b|然后|并|再)?\s*\b(?:and |then )?(?:approve|reject|apply|edit)\b|"
    r"[,;]?\s*(?:然后|并且|再)?(?:批准|驳回)",
    re.ASCII,
)


@dataclass(frozen=True)
class Order:
    """`used`: the verb's words without the gap between them; `strong`: they decide alone; `reason`: where it stands."""

    decision: Decision
    span: Span
    used: tuple[Span, ...]
    strong: bool
    reason: Span | None
    several: bool  # more orders follow; only the first is read


@dataclass(frozen=True)
class _Verb:
    decision: Decision
    strong: bool
    span: Span
    used: tuple[Span, ...]


def order(folded: Folded, text: str, found: Numbers, proposals: tuple[int, ...]) -> Order | None:
    """The first decision in the text (folded, names masked), or None where it asks or speaks of something else."""
    plain = text.strip()
    if proposals and plain and len(plain) < 60:
        if _YES.fullmatch(plain):
            return _all_of("approve", text)
        if _NO.fullmatch(plain):
            return _all_of("reject", text)
    if _ASKED.search(text):
        return None
    near = bool(proposals or found.references or ("?" not in text and _SPOKEN.search(text)))
    verbs = [
        _Verb(decision, strong, Span(*match.span()), tuple(used(match)))
        for decision, strong, patterns in _TABLE
        for pattern in patterns
        for match in pattern.finditer(text)
        if (strong or near) and (decision == "reject" or not _negated(text, match.start()))
    ]
    verbs.sort(key=lambda one: (one.span.start, -one.span.end))
    given = _given(text, verbs)
    return _first(text, [one for one in verbs if one not in given], given, found) if verbs else None


def _negated(text: str, start: int) -> bool:
    return bool(_NEGATED.search(text[max(start - 24, 0) : start]))


def _given(text: str, verbs: list[_Verb]) -> list[_Verb]:
    """Approvals given before ("I've approved it, roll it out"), where something else is ordered."""
    if not any(one.decision in ("apply", "rollback") for one in verbs):
        return []
    approvals = [one for one in verbs if one.decision == "approve"]
    given = [one for one in approvals if _before_now(text, one.span)]
    return [one for one in approvals if any(one.span.meets(other.span) for other in given)]


def _before_now(text: str, verb: Span) -> bool:
    before = text[max(verb.start - 24, 0) : verb.start]
    return bool(_ALREADY.search(before) or re.match(r"\s*(?:it |that |this )?already\b", text[verb.end :]))


def _all_of(decision: Decision, text: str) -> Order:
    whole = Span(0, len(text))
    return Order(decision, whole, (whole,), False, None, False)


def _first(text: str, verbs: list[_Verb], given: list[_Verb], found: Numbers) -> Order:
    verb, apart = verbs[0], [one for one in verbs if not one.span.meets(verbs[0].span)]
    decision = verb.decision
    prices = [one for one in found.money if not one.delta]
    edits = [one for one in verbs if one.decision == "edit"]
    if prices and (edits or (decision == "approve" and _at_price(text, prices[0].span))):
        decision = "edit"
        verb = edits[0] if edits else verb
    elif decision == "edit" and not prices and apart:
        verb = apart[0]
        decision = verb.decision
    reason = _reason(text, verb.span, found, decision)
    outside = [one for one in apart if reason is None or not one.span.meets(reason)]
    spans = tuple(span for one in (verb, *outside, *given) for span in one.used)
    several = len({one.decision for one in outside} | {decision}) > 1
    strong = any(one.strong for one in (verb, *outside) if one.decision == decision)
    return Order(decision, verb.span, spans, verb.strong or strong, reason, several)


def _at_price(text: str, price: Span) -> bool:
    return bool(
        re.search(
            r"(?:\b(?:at|but|with|to|for)(?: (?:a price of|it at|make it))?|改[成为]|按|以|但|定)\s*$",
            text[: price.start],
        )
    )


def _reason(text: str, verb: Span, found: Numbers, decision: Decision) -> Span | None:
    pattern = _BECAUSE if decision == "reject" else _SAYS_WHY
    after = max([verb.end, *(one.span.end for one in found.references if one.span.start < verb.end + 24)])
    match = pattern.search(text, after)
    if match:
        start = match.end()
        tail = _TAIL.match(text[start:])
        start += tail.end() if tail else 0
        stop = _NEXT_ORDER.search(text, start)
        return _trimmed(text, start, stop.start() if stop else len(text))
    if decision == "reject":
        before = re.match(r"[^,:;]{2,}(?=[,:;]\s*$)", text[: verb.start])
        return _trimmed(text, *before.span()) if before else None
    return None


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start] in " ,.;:!-":
        start += 1
    while start < end and text[end - 1] in " ,.;:!-":
        end -= 1
    return None if start >= end or _COURTESY.fullmatch(text[start:end]) else Span(start, end)
