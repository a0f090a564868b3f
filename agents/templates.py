"""The plain explanation: sentences that stand where the facts they need were found."""

import re
from dataclasses import replace
from itertools import groupby

from agents.hearing import REASONS, TONE, TURNED
from agents.rendering import REFERENCE, Language
from agents.sentences import BESIDE, CONTEXT, OF_MONEY, PRICE, Sentence
from tools.facts import Fact, Facts

SLOT = re.compile(r"\{(\w+)\}")

TEMPLATES: dict[str, tuple[Sentence, ...]] = {
    "propose_price": PRICE,
    "propose_batch": (
        Sentence(
            "Of {together_count} products weighed together, **{together_changes} should change**: {together_gain} "
            "against today's prices.",
            "一起权衡了 {together_count} 件商品，**建议调价 {together_changes} 件**：与现价相比合计 {together_gain}。",
            each="together_gain",
        ),
        Sentence(
            "Of {together_count} products weighed together, **{together_changes} should change**: {together_units} "
            "more than at today's prices.",
            "一起权衡了 {together_count} 件商品，**建议调价 {together_changes} 件**：比现价多卖 {together_units}。",
            each="together_units",
        ),
        Sentence(
            "More changes than that would bring {budget_cost} more.",
            "若允许更多商品调价，还可增加 {budget_cost}。",
            each="budget_cost",
        ),
        Sentence(
            "The orders kept between sizes and grades: {orders_held}; the effects counted of products on each other: "
            "{cross_pairs}.",
            "遵守的规格价格顺序：{orders_held}；计入的商品相互影响：{cross_pairs}。",
            each="orders_held",
        ),
        Sentence(
            "Time ran out: prices that score at most {together_gap} better may exist.",
            "计算时间已到：最多可能还有好 {together_gap} 的价格组合。",
            each="together_gap",
        ),
        Sentence(
            "- **{product}**: {price_now} → {price_best} ({price_change}), probability of doing worse {p_loss}",
            "- **{product}**：{price_now} → {price_best}（{price_change}），不如现价的概率 {p_loss}",
            each="price_best",
        ),
    ),
    "forecast_demand": (
        Sentence(
            "Over {horizon} I expect **{units_expected}** of {product} to sell at today's price of {price_now}.",
            "按现价 {price_now}，{product} 在 {horizon}内预计卖出 **{units_expected}**。",
        ),
        Sentence("The forecast rests on {history} of sales.", "预测依据 {history}的销售数据。"),
        Sentence("{weeks_out_of_stock} were corrected for stock-outs.", "其中 {weeks_out_of_stock}已按断货修正。"),
    ),
    "what_if": (
        Sentence(
            "**{product} at {price_asked}** ({asked_change} against {price_now}): "
            "over {horizon} I expect {units_at_price}.",
            "**{product} 定价 {price_asked}**（较现价 {price_now} {asked_change}）："
            "{horizon}内预计卖出 {units_at_price}。",
        ),
        Sentence(
            "That changes profit by {profit_change}; the probability of doing worse than today is {p_loss}.",
            "利润变化 {profit_change}；不如现价的概率为 {p_loss}。",
        ),
        Sentence(
            "That changes revenue by {revenue_change}; the probability of doing worse than today is {p_loss}.",
            "收入变化 {revenue_change}；不如现价的概率为 {p_loss}。",
        ),
        Sentence(
            "Risk: {risk_level}; in the worst cases {worst_case}.",
            "风险：{risk_level}；最差情形的平均变化 {worst_case}。",
            always=True,
        ),
        Sentence("The chance of running out of stock is {p_stock_out}.", "断货概率 {p_stock_out}。", always=True),
        Sentence("- It breaks a rule: {broken}", "- 违反规则：{broken}", each="broken"),
    ),
    "recommend_products": (
        Sentence("What goes with {product}:", "与 {product} 相关的商品："),
        Sentence(
            "- {complement}: in {together} orders with it, lift {lift}",
            "- {complement}：同单 {together} 次，提升度 {lift}",
            each="complement",
        ),
        Sentence("- instead of it: {substitute}", "- 可替代：{substitute}", each="substitute"),
        Sentence(
            "Sales of {affine_name} answer to this price with an elasticity of {affine_effect}.",
            "{affine_name} 的销量对所问商品价格的交叉弹性为 {affine_effect}。",
            each="affine_effect",
        ),
        Sentence(
            "Together with {bundle_with} it could sell as a bundle at {bundle_price} (apart: {bundle_separate}).",
            "可与 {bundle_with} 组合，组合价 {bundle_price}（单买合计 {bundle_separate}）。",
        ),
        Sentence(
            "Over {bundle_weeks} that should bring {bundle_gain} of profit beyond selling them apart, with a "
            "probability of {bundle_sure} that it pays; what buyers of both would save anyway, {bundle_given}, is "
            "counted.",
            "{bundle_weeks}内预计比单卖多赚 {bundle_gain}，划算的概率为 {bundle_sure}；"
            "已扣除本来就一起买的顾客省下的 {bundle_given}。",
            each="bundle_gain",
        ),
        Sentence("No bundle: {bundle_refused}", "暂不建议组合：{bundle_refused}", each="bundle_refused"),
        Sentence(
            "- {opportunity}: {opportunity_now} → {opportunity_price}, "
            "expected gain {opportunity_gain}, certainty {opportunity_sure}",
            "- {opportunity}：{opportunity_now} → {opportunity_price}，"
            "预计增益 {opportunity_gain}，把握 {opportunity_sure}",
            each="opportunity",
        ),
        Sentence(
            "- {opportunity}, money times certainty: {opportunity_score}. The certainty rests on an elasticity of "
            "{elasticity}, from {prices_seen} prices over {weeks_used}.",
            "- {opportunity}，金额与把握之积：{opportunity_score}。把握来自弹性 {elasticity}，"
            "依据 {weeks_used}的 {prices_seen} 个价格。",
            each="opportunity",
        ),
        Sentence(
            "- {opportunity} is held back: {opportunity_held}",
            "- {opportunity} 受限：{opportunity_held}",
            each="opportunity_held",
        ),
    ),
    "sales_report": (
        Sentence("{product}:", "{product}："),
        Sentence(
            "In the {past_weeks} to {sales_until}: **{units_sold}** sold for **{revenue}**.",
            "截至 {sales_until}的 {past_weeks}：卖出 **{units_sold}**，销售额 **{revenue}**。",
        ),
        Sentence("Profit: {profit}.", "利润：{profit}。"),
        Sentence("Against the weeks before: {units_change}.", "与上期相比：{units_change}。"),
        Sentence(
            "- {top_product}: {top_units}, {top_revenue}",
            "- {top_product}：{top_units}，{top_revenue}",
            each="top_product",
        ),
        *REASONS,
    ),
    "launch": (
        Sentence(
            "**Start {launch_name} at {launch_price}.** {launch_share} of the products so like it are "
            "priced from {launch_low} to {launch_high}.",
            "**{launch_name} 建议起始价 {launch_price}。**"
            "同类商品有 {launch_share} 定价在 {launch_low} 至 {launch_high} 之间。",
        ),
        Sentence(
            "At that price I expect {launch_units} in its first {horizon}.",
            "按此价格，上市头 {horizon}预计卖出 {launch_units}。",
        ),
        Sentence(
            "Learnt from {launch_by_head} of your products by their text, category and price, which foresaw products "
            "held back better than their nearest neighbours did.",
            "依据本店 {launch_by_head} 件商品的文本、品类和价格学习得出；在留出的商品上，比最相似商品法更准。",
            each="launch_by_head",
        ),
        Sentence(
            "Told by the most alike of {launch_by_neighbours} of your products: nothing else foresaw products held "
            "back better.",
            "依据本店 {launch_by_neighbours} 件商品中最相似者得出：在留出的商品上，没有更准的方法。",
            each="launch_by_neighbours",
        ),
        Sentence(
            "Told by its category among {launch_by_category} of your products: nothing else foresaw products held "
            "back better.",
            "依据本店 {launch_by_category} 件商品中的同品类得出：在留出的商品上，没有更准的方法。",
            each="launch_by_category",
        ),
        Sentence(
            "With a cost of {launch_cost}, no price below {launch_floor} keeps the smallest margin.",
            "成本为 {launch_cost}，低于 {launch_floor} 就达不到最低毛利。",
        ),
        Sentence(
            "- Like it: {launch_like}, at {launch_like_price}",
            "- 类似商品：{launch_like}，售价 {launch_like_price}",
            each="launch_like",
        ),
        Sentence(
            "That is a start, not a finding: after {launch_review} its own sales speak, so review the price then, or "
            "run a price test. Import the product with its price first.",
            "这只是起点：{launch_review}后会有自己的销售数据，届时请复核价格或做价格测试。请先导入该商品及其价格。",
            each="launch_review",
        ),
    ),
    "search_reviews": (
        Sentence("What buyers say of {product}:", "买家对 {product} 的评价："),
        Sentence("> {quote}", "> {quote}", each="quote"),
        *TONE,
    ),
}
TEMPLATES["assess_risk"] = (*TEMPLATES["what_if"], Sentence("- {risk_reason}", "- {risk_reason}", each="risk_reason"))
WITH_CONTEXT = ("propose_price", "what_if", "assess_risk")
REFUSED = Sentence("{refusal}", "{refusal}", each="refusal")
REFUSED_OF_MANY = replace(REFUSED, nameless=True)
ALWAYS = (
    Sentence(
        "No elasticity: {elasticity_refused}.",
        "弹性无法估计：{elasticity_refused}。",
        unless=("test_weeks", "refusal"),
        always=True,
    ),
    Sentence("No reviews are known.", "暂无评价。", each="no_reviews"),
    Sentence("Nothing is bought together with it often enough to say.", "没有足够常见的搭配。", each="no_related"),
    Sentence(
        "No repricing stands out. Refresh the fits after the next import.",
        "目前没有突出的调价机会。",
        each="no_opportunity",
    ),
    Sentence("- Caution: {caution}", "- 注意：{caution}", each="caution"),
)
OF_MANY = (
    Sentence("{refused_count} could not be priced:", "无法定价的有 {refused_count} 件：", each="refused_count"),
    Sentence("- {product}: {refusal}", "- {product}：{refusal}", each="refusal"),
    Sentence("- {product}: {caution}", "- {product}：{caution}", each="caution"),
)


def fill(tool: str, facts: Facts, language: Language) -> str:
    """The plain text of an answer, in references to facts: what was refused first."""
    lines = [line for sentence in sentences(tool) for line in _lines(sentence, facts, language)]
    if len(lines) > 1 and lines[-1].endswith((":", "：")):  # a heading of nothing
        lines.pop()
    return _joined(lines, "" if language == "zh" else " ")


def rest(tool: str, facts: Facts, language: Language, text: str) -> str:
    """A text that a model wrote, and after it what is told whoever writes and it did not tell."""
    told, lines = set(REFERENCE.findall(text)), [text]
    for sentence in sentences(tool):
        if sentence.always or sentence.each:
            lines += [line for line in _lines(sentence, facts, language) if not _told(line, sentence, told)]
    return _joined(lines, "" if language == "zh" else " ")


def _told(line: str, sentence: Sentence, told: set[str]) -> bool:
    """Whether its facts stand in the text already; of a line in a list, the one that it is about."""
    ids = REFERENCE.findall(line)
    return set(ids[:1] if sentence.each else ids) <= told


def sentences(tool: str) -> tuple[Sentence, ...]:
    """The template of a tool, with what may stand before it and what may follow it."""
    if tool == "propose_batch":
        return (REFUSED_OF_MANY, *TEMPLATES[tool], *OF_MANY)
    about_money = (*BESIDE, *CONTEXT, *TURNED, *OF_MONEY) if tool in WITH_CONTEXT else ()
    return (REFUSED, *TEMPLATES[tool], *about_money, *ALWAYS)


def _lines(sentence: Sentence, facts: Facts, language: Language) -> list[str]:
    if any(facts.find(label) for label in sentence.unless) or (sentence.where and not facts.find(sentence.where)):
        return []
    if sentence.each:
        about = [fact for fact in facts.all(sentence.each) if not (sentence.nameless and _slot("product", facts, fact))]
        return [line for fact in about if (line := _line(sentence, facts, language, fact))]
    line = _line(sentence, facts, language, None)
    return [line] if line else []


def _line(sentence: Sentence, facts: Facts, language: Language, about: Fact | None) -> str:
    text = sentence.text(language)
    for slot in SLOT.findall(text):
        fact = _slot(slot, facts, about)
        if fact is None:
            return ""
        text = text.replace(f"{{{slot}}}", f"{{{fact.id}}}")
    return text


def _slot(slot: str, facts: Facts, about: Fact | None) -> Fact | None:
    if about is None:
        return facts.find(slot)
    if slot == about.label:
        return about
    return None if slot == "product" and not about.sku else facts.find(slot, about.sku)  # or it had another's name


def _joined(lines: list[str], space: str) -> str:
    """Sentences run on in a paragraph; bullets and quotations stand on lines of their own."""
    out = ""
    for own, block in groupby(lines, key=lambda line: line.startswith(("- ", "> "))):
        gap = "" if not out else "\n" if own else "\n\n"  # or a sentence would belong to the last bullet
        out += gap + ("\n" if own else space).join(block)
    return out
