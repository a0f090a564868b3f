"""How money is named: ISO codes, signs and words, as patterns over folded text."""

from babel.core import get_global

from agents.reading.words import bag

_ALSO_WORDS = bag("all top try cup mad pen gel bam cop ron bob won ang ars cad mop sos bif lak")
_TENDER = {
    code.lower()
    for uses in get_global("territory_currencies").values()
    for code, _, until, tender in uses
    if tender and until is None
}
CODES = "|".join(sorted((_TENDER - _ALSO_WORDS) | {"cad", "rmb", "ntd", "nis", "cnh"}))
SIGNS = r"(?:(?<![a-z])(?:hk|nt|us|au?|ca?|nz|sg?|mx|r)\$|[£$€¥₹₩₽฿₫₺₴₱₪])"
# Units of account with a hundredth, and those that are said without one.
POUNDS = r"pounds?|quid|dollars?|bucks?|euros?"
WORDS = (
    rf"{POUNDS}|yuan|yen|francs?|rupees?|dirhams?|kron(?:or|er|a|e)|kr|zł|zlot(?:y|ys|ych)|pesos?|rubles?|riyals?|"
    r"ringgits?|baht|rands?|reais|liras?|shekels?|forints?|won(?=\s*(?:$|[?.!,;:)]|each|for|per))"
)
CHINESE = (
    "人民币|美元|美金|美刀|欧元|英镑|港币|港元|港纸|新台币|台币|日元|日圆|日币|瑞士法郎|瑞郎|法郎|克朗|迪拉姆|卢比|韩元|韩币|"
    "澳元|澳币|加元|加币|新元|新币|新加坡元|泰铢|卢布|林吉特|令吉|马币|兹罗提|比索|里拉"
)
CHINESE_SHORT = "块钱|块|元|圆|円|镑|刀|蚊"
