"""Parts of a phrasing that are said in many ways, and what stands around a category (*) that is meant whole."""

from serving.llm.data.lexicon import Language

CLAUSES: dict[str, dict[Language, tuple[str, ...]]] = {
    "margin_clause": {
        "en": (
            "margin [of] at least {margin}", "keeping at least {margin} margin", "with a margin of at least {margin}",
            "we need {margin} margin", "keep the margin above {margin}", "not below {margin} margin",
            "min margin {margin}",
        ),
        "zh": (
            "毛利不低于{margin}", "毛利率至少{margin}", "要保住{margin}毛利", "利润率不低于{margin}",
            "至少{margin}的毛利",             "毛利{margin}以上",
        ),
    },
    "limit_clause": {
        "en": (
            "no more than {limit} up or down", "change it by at most {limit}", "max change {limit}",
            "stay within {limit} of today's price", "don't move it more than {limit}", "within {limit} either way",
            "not more than {limit} change",
        ),
        "zh": (
            "涨跌不超过{limit}", "幅度控制在{limit}以内", "最多调{limit}", "调价幅度不超过{limit}", "变动别超过{limit}",
            "上下不超过{limit}",
        ),
    },
    "quantity": {
        "en": (
            "two", "three", "40", "a couple of", "12", "24", "6", "300", "about 80", "half a dozen", "a hundred",
            "60-odd", "1,200", "15", "48", "220", "9", "seven",
        ),
        "zh": ("两", "三", "40", "12", "24", "6", "80来", "半打", "一百", "60多", "1200", "15", "48", "220", "9"),
    },
}  # fmt: skip
WHOLE: dict[Language, tuple[str, ...]] = {
    "en": (
        "all *", "all our *", "all of the *", "everything in *", "the * range", "our * range", "the whole * range",
        "the entire * collection", "the * section", "the * category", "our whole * line", "the * department",
        "every one of the *", "the * as a whole", "the * lines", "anything in *", "the lot in *", "* across the board",
        "category *", "the * aisle",
    ),
    "zh": ("所有*", "全部*", "*类", "*品类", "整个*系列", "*这个类目", "*整个类目", "*全线"),
}  # fmt: skip
