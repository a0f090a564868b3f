"""The chat: the conversation, its steps, where a fact comes from."""

WORDS: dict[str, tuple[str, str]] = {
    # the chat
    "conversation": ("Conversation", "对话"),
    "ask_label": ("Your question", "您的问题"),
    "ask_hint": (
        "What should I charge? How much will sell? What could go wrong?",
        "该定什么价? 能卖多少? 有什么风险?",
    ),
    "send": ("Send", "发送"),
    "stop": ("Stop", "停止"),
    "stopped": ("Stopped.", "已停止。"),
    "new_conversation": ("New conversation", "新对话"),
    "welcome": (
        "### What would you like to price?\nFour analysts look into your sales, reviews and rules. "
        "Nothing changes a price before a person signs.",
        "### 想给哪件商品定价?\n四位分析师会查看您的销售、评价和规则。没有人签字, 价格不会改变。",
    ),
    "welcome_empty": (
        "### The store is empty\nImport sales to begin: `pricedesk import FOLDER`.",
        "### 店铺还没有数据\n请先导入销售数据: `pricedesk import 文件夹`。",
    ),
    "question_price": ("What should I charge for the {name}?", "我应该给 {name} 定什么价?"),
    "question_forecast": ("How many {name} will sell next month?", "{name} 下个月能卖多少?"),
    "question_related": ("What goes with the {name}?", "什么商品适合和 {name} 一起卖?"),
    "question_first": ("What should I reprice first?", "我应该先调整哪些商品的价格?"),
    "working": ("Working …", "正在处理 …"),
    "by_planner": ("Answered with the planner's help", "规划器参与了这次回答"),
    "evidence": ("Evidence ({n} facts)", "依据 ({n} 条事实)"),
    # a step
    "step_understand": ("Understanding the question", "理解问题"),
    "step_forecast": ("Forecast", "预测"),
    "step_recommend": ("Recommendations", "推荐"),
    "step_price": ("Price", "定价"),
    "step_risk": ("Risk", "风险"),
    "step_explain": ("Explanation", "说明"),
    "step_propose": ("Proposal", "方案"),
    "step_decide": ("Decision", "决定"),
    "by": ("Decided by", "决定者"),
    "by_model": ("the model", "模型"),
    "by_plan": ("the planner", "规划器"),
    "by_code": ("fixed order", "固定流程"),
    "tool": ("Tool", "工具"),
    "arguments": ("Arguments", "参数"),
    "result": ("Result", "结果"),
    "why_planner": ("Why the planner stepped in", "规划器介入的原因"),
    # a source
    "source_sql": ("SQL", "SQL"),
    "source_fit": ("Fit", "模型拟合"),
    "source_rule": ("Rule", "规则"),
    "source_review": ("Review", "评价"),
    "source_product": ("Product data", "商品数据"),
    "source_request": ("Your question", "您的问题"),
}

STATIC = (
    "conversation",
    "ask_label",
    "ask_hint",
    "send",
    "stop",
    "new_conversation",
)
