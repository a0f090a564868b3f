"""What is told of a price: sentences that stand where the facts they need were found."""

from dataclasses import dataclass

from agents.rendering import Language
from agents.words import LONGEST


@dataclass(frozen=True)
class Sentence:
    """Slots name facts. It stands where every slot is filled; with `each`, once for each fact of that label."""

    en: str
    zh: str
    each: str = ""
    where: str = ""  # only where a fact of this label is known
    unless: tuple[str, ...] = ()  # not where one of these is
    always: bool = False  # it stands beside a model's own sentences too; those with `each` do anyway
    nameless: bool = False  # of `each`, only facts of no product, or of one whose name is not known

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

PRICE = (
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
        "**Test {price_best} for {product}** instead of {price_now} ({price_change}): no change pays for its risk yet.",
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
        "Over all of its weeks the test itself changes the money earned by {trial_cost} on average, in its worst "
        "outcomes by {trial_worst}.",
        "测试全程平均使收益变化 {trial_cost}，最差情形下变化 {trial_worst}。",
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
        "Risk: {risk_level}; over {horizon}, in the worst outcomes, the change averages {worst_case}.",
        "风险：{risk_level}；{horizon}内最差情形下平均变化 {worst_case}。",
        unless=("keep",),
        always=True,
    ),
    *PATH,
)
OF_MONEY = (
    Sentence(
        "I do not know its cost, so this speaks of revenue, not of profit. Add the cost to learn more.",
        "尚无成本数据，因此这里说的是收入而不是利润。补充成本后可以算得更清楚。",
        each="cost_unknown",
        unless=("refusal",),
    ),
)
