"""What the desk says when it has no figures to tell: questions back, refusals, and what became of a decision."""

from collections.abc import Sequence

from agents.rendering import Language, escaped
from agents.request import Decision

TEXTS: dict[str, tuple[str, str]] = {
    "clarify_intent": (
        "What would you like to know? I can find a price, forecast sales, say what a change would do, report sales, "
        "search reviews, or suggest what to reprice first.",
        "您想了解什么？我可以建议价格、预测销量、评估调价、汇报销售、查找评价，或告诉您先调哪些价格。",
    ),
    "clarify_product": (
        "Which product do you mean? Give me its name or its code.",
        "您指的是哪件商品？请告诉我名称或货号。",
    ),
    "clarify_amount": (
        "At which price, or by how much should it change? For example “at the price of a rival” with the figure.",
        "要改成什么价格，或调整多少？请给出数字。",
    ),
    "which": ("I am not sure which product you mean:", "不确定您指的是哪件商品："),
    "unknown_product": (
        "I know no product called “{words}”. Check the name or the code, or import the product first.",
        "没有找到“{words}”。请检查名称或货号，或先导入该商品。",
    ),
    "refuse": (
        "I cannot help with that. I keep to prices, sales, stock and reviews of this shop, and to its rules: "
        "no deals with competitors, no prices by who the buyer is, no secrets, "
        "and no price without a person's signature.",
        "这个我不能帮忙。我只处理本店的价格、销售、库存和评价，并遵守规则：不与竞争对手串通，不因人定价，不泄露秘密，未经人工签字不改价。",
    ),
    "confirm": (
        "I take it that you mean: {decision} proposal {id}. That was not said in so many words, so nothing was done. "
        "Say “{decision} {id}” and it is.",
        "我理解为：{decision}方案 {id}。话里没有明说，所以尚未执行。请说“{decision} {id}”来确认。",
    ),
    "no_proposal": ("No proposal waits for a decision here.", "这里没有等待决定的方案。"),
    "which_proposal": (
        "Which proposal do you mean? These wait here: {ids}.",
        "您指的是哪个方案？等待决定的有：{ids}。",
    ),
    "not_seen": (
        "Proposal {id} was not shown in this conversation, so I cannot take a decision on it here. "
        "Open it in Approvals.",
        "方案 {id} 没有在本次对话中展示，不能在这里决定。请到“审批”中打开。",
    ),
    "approve": (
        "Proposal {id} is approved. It changes no price until it is applied.",
        "方案 {id} 已批准。应用后价格才会改变。",
    ),
    "reject": (
        "Proposal {id} is rejected. I will not bring it back without new evidence.",
        "方案 {id} 已拒绝。没有新的依据，我不会再次提出。",
    ),
    "edit": (
        "Proposal {id} was edited; its projection was made anew and it waits for a decision.",
        "方案 {id} 已修改并重新测算，等待决定。",
    ),
    "apply": ("Proposal {id} is applied: the price list has the new price.", "方案 {id} 已应用，价格表已更新。"),
    "rollback": ("Proposal {id} is rolled back: the former price stands again.", "方案 {id} 已回滚，恢复原价。"),
    "fault": (
        "Something went wrong on my side. Nothing was changed. The log has it under {id}.",
        "我这边出了问题，没有任何改动。日志编号 {id}。",
    ),
    "too_long": (
        "Your message has {length} characters; I read up to {most}. "
        "Ask for one thing at a time, or import data as a file.",
        "您的消息有 {length} 个字符，我最多能读 {most} 个。请一次只问一件事，或以文件形式导入数据。",
    ),
    "rejected_before": (
        "A person rejected this price before and nothing has changed since, so I do not propose it again.",
        "这个价格此前已被拒绝，数据没有变化，因此不再提出。",
    ),
}


DECISIONS: dict[Decision, tuple[str, str]] = {
    "approve": ("approve", "批准"),
    "reject": ("reject", "驳回"),
    "edit": ("edit", "修改"),
    "apply": ("apply", "应用"),
    "rollback": ("roll back", "回滚"),
}


def confirm(decision: Decision, proposal: int, language: Language) -> str:
    """The question back where a decision was understood that no word of the message states."""
    return reply("confirm", language, decision=DECISIONS[decision][language == "zh"], id=proposal)


def reply(key: str, language: Language, **slots: object) -> str:
    return TEXTS[key][language == "zh"].format(**{k: escaped(str(v)) for k, v in slots.items()})


def which(candidates: Sequence[tuple[str, str]], language: Language) -> str:
    """The products that might be meant, by name and code, to choose from."""
    lines = [f"- {escaped(name)} ({escaped(sku)})" for name, sku in candidates]
    return "\n".join([reply("which", language), *lines])
