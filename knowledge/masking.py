"""Personal data taken out of what buyers write, before it is kept or shown.

By pattern and check digit, so that what looks alike stays: codes of articles, sizes, prices, dates, bar codes. A name
is known only by what stands around it ("my name is", "Mr", 我叫, 先生); a bare name is not seen.
"""

import re
from collections.abc import Callable, Iterator

from knowledge.numbers import is_bank_account, is_card, is_phone, is_resident_id
from knowledge.surnames import SURNAMES

MARKS = {
    "email": "邮箱", "phone": "电话", "order number": "订单号", "card number": "卡号", "id number": "证件号",
    "address": "地址", "name": "姓名", "account": "账号",
}  # fmt: skip
_CODED = re.compile(
    r"(?:sku|isbn|ean|upc|asin|model|item|article|batch|lot|serial|part|product|barcode|型号|货号|批号|条码|编号|款号|序列号)"
    r"\W{0,3}(?:no|number|code|nr|is|码|是|为)?\W{0,3}$",
    re.I,
)
_NO_PERSON = re.compile(r"(?:customer|support|amazon|the|a|an|it|service|seller|apple|samsung)\b", re.I)
_HAN = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_CAPITAL = r"[A-Z][a-z'’]+(?:-[A-Z][a-z]+)?"
_NAME = rf"{_CAPITAL}(?:\s+(?:[A-Z]\.\s*)?{_CAPITAL})?"
_BRANDS = re.compile(r"(?:coffee|clean|muscle|men|martens?|pepper|oetker|bronner|scholl|brown|beast|sheffield)\b", re.I)
_DAY = r"(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
_NUMBER = rf"(?!{_DAY}\b)(?=[A-Z-]{{0,6}}\d)(?=(?:[A-Z-]*\d){{5}})[A-Z0-9][A-Z0-9-]{{4,29}}(?![\w-])"
_SOMEBODY = "(?:agent|rep|lady|man|woman|guy|driver|courier|advisor|assistant|technician|someone|employee)"
_SURNAME = f"(?:{'|'.join(SURNAMES)})"
_ROADS = "Street St Road Rd Avenue Ave Lane Ln Drive Court Crescent Close Boulevard Blvd Terrace Gardens Grove Mews"
_ROAD = f"(?:{'|'.join(_ROADS.split())}|Square)"

_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2}"
_PLACE = "(?:(?![我你他住在寄到送往发给是请从离])[\u4e00-\u9fff])"
_UNIT = r"(?:\d{1,5}(?:号楼|号院|栋|幢|座|单元|楼|层|室|号|弄))"

Check = Callable[[re.Match[str]], bool]


def _always(found: re.Match[str]) -> bool:
    return True


def _bare(found: re.Match[str]) -> bool:
    """Not the code of an article."""
    return not _CODED.search(found.string[max(0, found.start() - 30) : found.start()])


def _telephone(found: re.Match[str]) -> bool:
    return _bare(found) and is_phone(found[0])


def _person(found: re.Match[str]) -> bool:
    return not _NO_PERSON.match(found["it"])


def _rule(kind: str, pattern: str, check: Check = _always, flags: int = re.I) -> tuple[str, re.Pattern[str], Check]:
    return kind, re.compile(pattern, flags), check


# Group "it" is what is masked, the whole match where there is none. Earlier rules come first.
_RULES = (
    _rule("email", r"[a-z0-9_.+%-]{1,64}\s?[@＠]\s?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}"),
    _rule("email", r"\b[\w.+-]{2,64}\s?[\[(](?:at|@)[\])]\s?[\w-]{1,63}\s?(?:\.|[\[(]dot[\])])\s?[a-z]{2,10}\b"),
    _rule("email", r"\b[\w.+-]{2,64} at [\w-]{2,63} dot (?:com|net|org|cn|de|uk|co)\b"),
    _rule("id number", r"(?<![\dA-Z-])\d{17}[\dX](?![\dA-Z])", lambda m: is_resident_id(m[0])),
    _rule("id number", r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"),
    _rule("id number", r"(?:passport|national insurance|护照|证件|身份证)\D{0,12}?(?P<it>[A-Z]{0,2}\d{6,9}[A-Z]?)\b"),
    _rule(
        "account",
        r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b",
        lambda m: is_bank_account(m[0]),
        flags=0,
    ),
    _rule("order number", r"(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])"),
    _rule(
        "order number",
        r"\b(?:order|invoice|tracking|parcel|shipment|consignment|receipt|customer|reference|ref|RMA|ticket|case)\b"
        rf"\.?\s*(?:no\b\.?|number|num\b\.?|nr\b\.?|id\b|code|ref\b)?\s*(?:is|was)?\s*[:#]?\s*(?P<it>{_NUMBER})",
    ),
    _rule(
        "order number",
        r"(?:订单|快递|运单|物流|单号|流水|客户)[编单]?号?码?[是为:：]?\s*(?P<it>[A-Z]{0,4}\d[\d-]{6,30})",
    ),
    _rule("card number", r"(?<![\d.,-])\d(?:[ -]?\d){13,18}(?![\d-])", lambda m: is_card(m[0])),
    _rule("phone", r"(?<![\d.A-Z-])(?:(?:\+|00)86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\dA-Z])", _bare),
    _rule("phone", r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)|(?<!\d)[48]00-\d{3,4}-\d{3,4}(?!\d)"),
    _rule("phone", r"(?<![\w.,+-])(?:\+|\(?0|00|\(?[2-9])\d?(?:[\s().-]{0,2}\d){7,14}(?![\w-])", _telephone),
    _rule(
        "phone",
        r"\b(?:tel|telephone|phone|call|ring|text|mobile|cell|whatsapp|fax)\b\W{0,3}(?:me|us|number|no|on|at|is|:|\.|\s){0,5}"
        r"(?P<it>\d{3}[ -]?\d{4})(?!\d)",
    ),
    _rule("phone", r"(?:电话|手机|致电|拨打|座机|热线)号?码?[是为:：]?\s*(?P<it>\d[\d -]{5,14}\d)"),
    _rule(
        "account",
        r"(?:微信|薇信|v信|wechat|weixin|whatsapp|QQ|扣扣|telegram|line id|instagram)号?\s*(?:id|is|群|[:：@是])?\s*"
        r"(?P<it>@?(?=[\w.-]*\d)[A-Z0-9][\w.-]{4,30}|@[A-Z][\w.]{3,30})",
        flags=re.I | re.A,
    ),
    _rule(
        "address",
        rf"(?:\b(?:Flat|Apt|Unit|Apartment)\.?\s\w{{1,5}},?\s)?\b\d{{1,5}}[A-Za-z]?,?\s+(?:[A-Z][\w'.]+\s+){{1,3}}{_ROAD}\b"
        r"(?!\s+(?:food|style|wear|art)\b)\.?"
        rf"(?:,?\s*(?:Apt|Flat|Unit|Suite)\.?\s*#?\w+)?(?:,\s*[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)?(?:,?\s*(?:{_POSTCODE}|[A-Z]{{2}}\s+\d{{5}}(?:-\d{{4}})?))?",
        flags=0,
    ),
    _rule("address", rf"(?:post ?code|address|live (?:in|at))\W{{1,3}}(?:is\s)?(?P<it>{_POSTCODE})\b", flags=0),
    _rule("address", r"\b[A-Z][a-z]+(?:\s[A-Z][a-z]+)?,\s[A-Z]{2}\s\d{5}(?:-\d{4})?\b", flags=0),
    _rule(
        "address",
        rf"(?:{_PLACE}{{1,7}}?(?:省|自治区|市|区|县|镇|乡)){{0,4}}{_PLACE}{{1,8}}?(?:路|街|大道|巷|胡同|弄)\d{{1,5}}[号弄](?:院|楼)?{_UNIT}*",
    ),
    _rule("address", rf"{_PLACE}{{1,8}}?(?:小区|花园|公寓|新村|家园|苑){_UNIT}+"),
    _rule("name", rf"(?i:\bmy name(?:['’]s| is)|\bi am called)\s+(?P<it>{_NAME})", flags=0),
    _rule("name", rf"(?i:\bthis is)\s+(?P<it>{_NAME})(?=\s+(?:from|here|writing)\b)", flags=0),
    _rule("name", rf"\b(?i:spoke (?:to|with)|{_SOMEBODY} (?:named|called))\s+(?P<it>{_NAME})", _person, 0),
    _rule("name", rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\b\.?\s+(?P<it>{_NAME})", lambda m: not _BRANDS.match(m["it"]), 0),
    _rule(
        "name",
        rf"(?i:regards|cheers|sincerely|best wishes|yours truly|many thanks)\s*[,.–—-]+\s*(?P<it>{_NAME})\W*$",
        flags=0,
    ),
    _rule(
        "name",
        rf"(?:我叫|我名叫|本人姓名|姓名|收件人|收货人|联系人|客服叫)[是为:：]?\s*(?P<it>{_SURNAME}[\u4e00-\u9fff]{{1,2}}?)"
        r"(?=[^\u4e00-\u9fff]|的|在|要|来|电话|$)",
    ),
    _rule("name", rf"(?<![适配符合综])(?P<it>{_SURNAME})(?=先生|女士|小姐|经理|师傅)"),
)  # fmt: skip
_SUSPECT = re.compile(r"\d{3}|[@＠]|\bat\b|[A-Z][a-z]|[\u4e00-\u9fff]", re.I)


def masked(text: str, keep: str = "") -> str:
    """The text with a mark, [phone] or 〔电话〕, for each personal datum. `keep`: names of products and brands."""
    if not _SUSPECT.search(text):
        return text
    chinese = bool(_HAN.search(text))
    for kind, pattern, check in _RULES:
        spans = list(_spans(text, pattern, check, keep))
        for start, end in reversed(spans):
            mark = f"〔{MARKS[kind]}〕" if chinese else f"[{kind}]"
            text = text[:start] + mark + text[end:]
    return text


def _spans(text: str, pattern: re.Pattern[str], check: Check, keep: str) -> Iterator[tuple[int, int]]:
    group = "it" if "it" in pattern.groupindex else 0
    for found in pattern.finditer(text):
        if check(found) and not (keep and found[group].casefold() in keep.casefold()):
            yield found.span(group)
