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
    "again": ("Ask again", "再问一次"),
    "attach": ("Attach a file", "添加文件"),
    "attaching": ("Importing {name} …", "正在导入 {name} …"),
    "rejects": ("Lines turned away", "被退回的行"),
    "attach_ending": (
        "{name} is not imported: the chat takes .csv and .xlsx files.",
        "{name} 未导入: 对话中只接受 .csv 和 .xlsx 文件。",
    ),
    "attach_large": (
        "{name} is not imported: it is larger than {most} MB. Import it with `pricedesk import`.",
        "{name} 未导入: 文件超过 {most} MB。请用 `pricedesk import` 导入。",
    ),
    "attach_prices": (
        "{name} is not imported: it states prices of today, and those change only by a signature. "
        "Ask an approver or an admin to import it. Sales, competitors' prices, reviews, stock and promotions are yours "
        "to attach.",
        "{name} 未导入: 其中包含现价, 现价只能经签字改变。请审批人或管理员导入。"
        "您可以添加销售、竞品价格、评价、库存和促销文件。",
    ),
    "attach_simulated": (
        "{name} is not imported: this is the simulated demo store, and real data does not mix with it.",
        "{name} 未导入: 这是模拟的演示店铺, 不能与真实数据混用。",
    ),
    "attach_again": (
        "{name} is already imported; nothing was changed.",
        "{name} 此前已导入, 没有任何改动。",
    ),
    "attach_done": (
        "**{name} is imported.** Lines kept: {kept} of {read}; products: {products}.",
        "**{name} 已导入。** 共 {read} 行, 保留 {kept} 行; 商品 {products} 件。",
    ),
    "attach_days": ("Sales from {first} to {last}", "销售日期 {first} 至 {last}"),
    "attach_duplicates": ("Lines that repeat another one: {n}", "{n} 行重复"),
    "attach_mended": ("Lines mended: {n} ({why})", "{n} 行已修正: {why}"),
    "attach_rejected": ("Lines turned away: {n} ({why})", "{n} 行被退回: {why}"),
    "attach_rejects": (
        "The lines turned away are in the file below. Texts and forecasts are being brought up to date.",
        "被退回的行见下方文件。文本和预测正在更新。",
    ),
    "attach_soon": ("Texts and forecasts are being brought up to date.", "文本和预测正在更新。"),
    "talks": ("My conversations", "我的对话"),
    "talks_list": ("Conversations, the last used first", "对话列表, 最近使用的在前"),
    "talks_none": ("No conversation yet: the first question begins one.", "还没有对话: 提出第一个问题即可开始。"),
    "talk_title": ("Name of this conversation", "对话名称"),
    "talk_rename": ("Rename", "重命名"),
    "talk_remove": ("Remove from the list", "从列表中移除"),
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
    "again",
    "attach",
    "rejects",
    "talks",
    "talks_list",
    "talks_none",
    "talk_title",
    "talk_rename",
    "talk_remove",
    "new_conversation",
)
