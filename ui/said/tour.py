"""The tour of three steps."""

WORDS: dict[str, tuple[str, str]] = {
    "tour_title": ("A short tour", "快速导览"),
    "tour_step": ("{n} of {total}", "第 {n} 步, 共 {total} 步"),
    "tour_1": (
        "Ask here in your own words, in English or Chinese. Four analysts work on it, and every number in the answer "
        "opens its evidence.",
        "在这里用中文或英文提问。四位分析师会为您分析, 答案中的每个数字都可打开其依据。",
    ),
    "tour_2": (
        "Proposed prices wait here. Nothing is charged before somebody with the right to it has signed.",
        "建议的价格在这里等待审批。有权限的人签字之前, 不会改动任何价格。",
    ),
    "tour_3": (
        "Who decided what, when and why stands here, chained so that a change would show. Rules and settings are "
        "beside it.",
        "这里记录谁在何时因何作出决定, 并以链式哈希防止篡改。旁边是规则和设置。",
    ),
    "tour_next": ("Next", "下一步"),
    "tour_back": ("Back", "上一步"),
    "tour_done": ("Done", "完成"),
    "tour_skip": ("Skip the tour", "跳过导览"),
}  # fmt: skip

STATIC: tuple[str, ...] = ()
