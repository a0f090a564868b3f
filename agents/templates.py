"""The plain explanation: sentences that stand where the facts they need were found."""

import re
from dataclasses import dataclass
from itertools import groupby

from agents.rendering import REFERENCE, Language
from agents.words import LONGEST
from tools.facts import Fact, Facts

SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Sentence:
    """Slots name facts. It stands where every slot is filled; with `each`, once for each fact of that label."""

    en: str
    zh: str
    each: str = ""
    where: str = ""  # only where a fact of this label is known
    unless: tuple[str, ...] = ()  # not where one of these is
    always: bool = False  # it stands beside a model's own sentences too; those with `each` do anyway

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


# What stands around a price.
CONTEXT = (
    Sentence(
        "Its price elasticity is {elasticity}, read from {prices_seen} different prices in the past.",
        "价格弹性为 {elasticity}，依据历史上的 {prices_seen} 个不同价格。",
    ),
    Sentence(
        "Competitors ask from {competitor_low} to {competitor_high}.",
        "竞品价格在 {competitor_low} 至 {competitor_high} 之间。",
    ),
    Sentence(
        "If competitors answer as is best for themselves ({rival_price}), the change brings {rival_responds}, with a "
        "probability of {rival_responds_loss} of doing worse; if they follow as in the past, {rival_follows}.",
        "若竞品作出对其最优的应对（{rival_price}），本次调价带来 {rival_responds}，不如现价的概率为 "
        "{rival_responds_loss}；若照以往跟价，则为 {rival_follows}。",
    ),
    Sentence(
        "The only known competitor asks {competitor_only}.",
        "已知的唯一竞品售价 {competitor_only}。",
    ),
    Sentence(
        "Buyers rate it {rating} on average over {reviews} reviews.",
        "买家平均评分 {rating}，共 {reviews} 条评价。",
    ),
    Sentence("{stock} are on hand.", "现有库存 {stock}。"),
    Sentence(
        "Most bought together with it: {complement} (in {together} orders).",
        "最常一起购买：{complement}（同单 {together} 次）。",
    ),
)

# What a price does to other products.
BESIDE = (
    Sentence(
        "- On {cross_product}: {cross_units}, {cross_profit} of profit",
        "- 对 {cross_product}：销量变化 {cross_units}，利润变化 {cross_profit}",
        each="cross_product",
    ),
    Sentence(
        "- On {cross_product}: {cross_units}, {cross_revenue} of revenue",
        "- 对 {cross_product}：销量变化 {cross_units}，收入变化 {cross_revenue}",
        each="cross_product",
    ),
    Sentence(
        "On {cross_count} related products together: {cross_all_units}, {cross_all_profit} of profit.",
        "对 {cross_count} 个关联商品合计：销量变化 {cross_all_units}，利润变化 {cross_all_profit}。",
        always=True,
    ),
    Sentence(
        "On {cross_count} related products together: {cross_all_units}, {cross_all_revenue} of revenue.",
        "对 {cross_count} 个关联商品合计：销量变化 {cross_all_units}，收入变化 {cross_all_revenue}。",
        always=True,
    ),
    Sentence(
        "The change above counts them, with {neighbours}.",
        "以上变化已计入关联商品的 {neighbours}。",
        always=True,
    ),
    Sentence(
        "On related products: {cross_refused}.",
        "对关联商品：{cross_refused}。",
        each="cross_refused",
        unless=("refusal",),
    ),
)

# Clearing a stock: the first step, what the whole path brings, and its weeks.
CLEARING = (
    Sentence(
        "**To clear {clear_stock} of {product} by {clear_by}, charge {price_best} now** instead of {price_now} "
        "({price_change}).",
        "**要在 {clear_by}前清空 {product} 的 {clear_stock}，现在定价 {price_best}**，"
        "现价 {price_now}（{price_change}）。",
        each="clear_chance",
        unless=("keep",),
    ),
    Sentence(
        "**To clear {clear_stock} of {product} by {clear_by}, keep {price_now} for now** and then go down the path.",
        "**要在 {clear_by}前清空 {product} 的 {clear_stock}，暂时维持 {price_now}**，之后按路径降价。",
        each="clear_chance",
        where="keep",
    ),
    Sentence(
        "Nothing is left with a probability of {clear_chance}; I expect {clear_left} to remain, "
        "and {clear_revenue} of revenue on the way.",
        "清空的概率为 {clear_chance}；预计剩余 {clear_left}，期间收入 {clear_revenue}。",
        each="clear_chance",
    ),
    Sentence(
        "A single price throughout, {single_price}, clears it with a probability of {single_chance} "
        "({single_left} remain).",
        "若全程定价 {single_price} 不变，清空的概率为 {single_chance}（剩余 {single_left}）。",
        each="single_chance",
    ),
)
PATH = tuple(
    Sentence(
        f"- {{week_of_{n}}}: {{week_price_{n}}}; {{week_left_{n}}} left at its end, revenue {{week_revenue_{n}}}, "
        f"chance that any is left {{week_risk_{n}}}",
        f"- {{week_of_{n}}}：{{week_price_{n}}}；周末剩余 {{week_left_{n}}}，收入 {{week_revenue_{n}}}，"
        f"仍有剩余的概率 {{week_risk_{n}}}",
        each=f"week_of_{n}",
    )
    for n in range(1, LONGEST + 1)
)

TEMPLATES: dict[str, tuple[Sentence, ...]] = {
    "propose_price": (
        Sentence(
            "**Charge {price_best} for {product}** instead of {price_now} ({price_change}).",
            "**建议 {product} 定价 {price_best}**，现价 {price_now}（{price_change}）。",
            unless=("keep", "test_weeks", "clear_chance"),
        ),
        *CLEARING,
        Sentence(
            "**I cannot say what {product} should cost**: {elasticity_refused}. "
            "To find out, **test {price_best}** instead of {price_now} ({price_change}).",
            "**还不能断定 {product} 的最优价格**：{elasticity_refused}。"
            "建议先**测试 {price_best}**，现价 {price_now}（{price_change}）。",
            where="test_weeks",
        ),
        Sentence(
            "**Test {price_best} for {product}** instead of {price_now} ({price_change}): "
            "no change pays for its risk yet.",
            "**建议先测试 {product} 定价 {price_best}**，现价 {price_now}（{price_change}）：目前没有值得冒险的调价。",
            where="test_weeks",
            unless=("elasticity_refused",),
        ),
        Sentence(
            "The test needs {test_weeks}; within {horizon} it would show an effect with a probability of {test_power}.",
            "测试约需 {test_weeks}；在 {horizon}内测出效果的概率为 {test_power}。",
            where="test_weeks",
        ),
        Sentence(
            "The test itself changes the money earned by {trial_cost} on average, in its worst outcomes by "
            "{trial_worst}.",
            "测试本身平均使收益变化 {trial_cost}，最差情形下变化 {trial_worst}。",
            each="trial_cost",
            where="test_weeks",
        ),
        Sentence(
            "**Keep {price_now} for {product}.** No lawful change pays for its risk.",
            "**{product} 维持现价 {price_now}**。规则内没有值得冒险的调价。",
            where="keep",
            unless=("clear_chance",),
        ),
        Sentence(
            "A price test would tell more: {trial_price} ({trial_step}) for {trial_weeks}, which changes the money "
            "earned by {trial_cost} on average, in its worst outcomes by {trial_worst}.",
            "价格测试可以给出答案：以 {trial_price}（{trial_step}）试行 {trial_weeks}，"
            "平均使收益变化 {trial_cost}，最差情形下变化 {trial_worst}。",
            each="trial_price",
            where="keep",
        ),
        Sentence(
            "Over {horizon} I expect {units_at_best} to sell; today's price would sell {units_expected}.",
            "在 {horizon}内预计卖出 {units_at_best}；维持现价则预计为 {units_expected}。",
            unless=("keep",),
        ),
        Sentence(
            "At today's price I expect {units_expected} over {horizon}.",
            "维持现价，{horizon}内预计卖出 {units_expected}。",
            where="keep",
            unless=("clear_chance",),
        ),
        Sentence(
            "Against today's price that is {profit_change} of profit, with a probability of {p_loss} of doing worse.",
            "与现价相比利润变化 {profit_change}，不如现价的概率为 {p_loss}。",
            unless=("keep",),
        ),
        Sentence(
            "Against today's price that is {revenue_change} of revenue, with a probability of {p_loss} of doing worse.",
            "与现价相比收入变化 {revenue_change}，不如现价的概率为 {p_loss}。",
            unless=("keep",),
        ),
        Sentence(
            "Risk: {risk_level}; in the worst outcomes the change averages {worst_case}.",
            "风险：{risk_level}；最差情形下平均变化 {worst_case}。",
            unless=("keep",),
            always=True,
        ),
    ),
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
        Sentence("{refused_count} could not be priced:", "无法定价的有 {refused_count} 件：", each="refused_count"),
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
            "Together with {bundle_with} it could sell as a bundle at {bundle_price} (apart: {bundle_separate}).",
            "可与 {bundle_with} 组合，组合价 {bundle_price}（单买合计 {bundle_separate}）。",
        ),
        Sentence(
            "- {opportunity}: {opportunity_now} → {opportunity_price}, "
            "expected gain {opportunity_gain}, certainty {opportunity_sure}",
            "- {opportunity}：{opportunity_now} → {opportunity_price}，"
            "预计增益 {opportunity_gain}，把握 {opportunity_sure}",
            each="opportunity",
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
    ),
    "search_reviews": (
        Sentence("What buyers say of {product}:", "买家对 {product} 的评价："),
        Sentence("> {quote}", "> {quote}", each="quote"),
    ),
}
TEMPLATES["propose_price"] += PATH
TEMPLATES["assess_risk"] = (*TEMPLATES["what_if"], Sentence("- {risk_reason}", "- {risk_reason}", each="risk_reason"))
WITH_CONTEXT = ("propose_price", "what_if", "assess_risk")
ALWAYS = (
    Sentence("{refusal}", "{refusal}", each="refusal"),
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
OF_MONEY = (
    Sentence(
        "I do not know its cost, so this speaks of revenue, not of profit. Add the cost to learn more.",
        "尚无成本数据，因此这里说的是收入而不是利润。补充成本后可以算得更清楚。",
        each="cost_unknown",
        unless=("refusal",),
    ),
)
OF_MANY = (
    Sentence("- {product}: {refusal}", "- {product}：{refusal}", each="refusal"),
    Sentence("- {product}: {caution}", "- {product}：{caution}", each="caution"),
)


def fill(tool: str, facts: Facts, language: Language) -> str:
    """The plain text of an answer, in references to facts."""
    lines = [line for sentence in sentences(tool) for line in _lines(sentence, facts, language)]
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
    """The template of a tool, with what may follow it."""
    about_money = (*BESIDE, *CONTEXT, *OF_MONEY) if tool in WITH_CONTEXT else ()
    return (*TEMPLATES[tool], *about_money, *(OF_MANY if tool == "propose_batch" else ALWAYS))


def _lines(sentence: Sentence, facts: Facts, language: Language) -> list[str]:
    if any(facts.find(label) for label in sentence.unless) or (sentence.where and not facts.find(sentence.where)):
        return []
    if sentence.each:
        return [line for fact in facts.all(sentence.each) if (line := _line(sentence, facts, language, fact))]
    line = _line(sentence, facts, language, None)
    return [line] if line else []


def _line(sentence: Sentence, facts: Facts, language: Language, about: Fact | None) -> str:
    text = sentence.text(language)
    for slot in SLOT.findall(text):
        fact = about if about and slot == about.label else facts.find(slot, about.sku if about else "")
        if fact is None:
            return ""
        text = text.replace(f"{{{slot}}}", f"{{{fact.id}}}")
    return text


def _joined(lines: list[str], space: str) -> str:
    """Sentences run on in a paragraph; bullets and quotations stand on lines of their own."""
    out = ""
    for own, block in groupby(lines, key=lambda line: line.startswith(("- ", "> "))):
        gap = "" if not out else "\n" if own else "\n\n"  # or a sentence would belong to the last bullet
        out += gap + ("\n" if own else space).join(block)
    return out
