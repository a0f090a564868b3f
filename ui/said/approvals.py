"""The queue of proposals."""

WORDS: dict[str, tuple[str, str]] = {
    "filter": ("Show", "显示"),
    "refresh": ("Refresh", "刷新"),
    "queue": ("Proposals", "方案"),
    "queue_hint": ("Choose a row to see the proposal.", "选择一行查看方案。"),
    "queue_empty": (
        "Nothing here. A question such as “What should I charge for …?” in the chat makes a proposal.",
        "这里还没有内容。在对话中提问, 例如“我应该给 … 定什么价?”, 就会生成方案。",
    ),
    "col_id": ("No.", "编号"),
    "col_product": ("Product", "商品"),
    "col_now": ("Now", "现价"),
    "col_new": ("Proposed", "建议价"),
    "col_change": ("Change", "幅度"),
    "col_gain": ("Expected gain", "预计变化"),
    "col_p_loss": ("Loss prob.", "亏损概率"),
    "col_risk": ("Risk", "风险"),
    "col_status": ("Status", "状态"),
    "col_by": ("Asked by", "提出者"),
    "col_until": ("Stands until", "有效期至"),
}

STATIC = (
    "filter",
    "refresh",
    "queue",
)
