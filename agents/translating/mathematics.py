"""What elasticity, forecast, optimiser, risk and price test say."""

from agents.translating.pattern import Rows

GAPS: Rows = (
    (
        "no sale in the data; an elasticity needs sales at two prices or more",
        "数据中没有销售记录；估计弹性至少需要两个不同价格下的销售",
    ),
    (
        "no week with both a known price and stock on hand; record prices and stock",
        "没有任何一周同时记录了价格和在库库存；请补录价格和库存",
    ),
    ("{weeks} of sales; {least:n} are needed", "只有 {weeks}的销售数据；至少需要 {least} 周"),
    (
        "only {sold:n} of {all:n} weeks had a sale; {least:n} are needed",
        "仅 {sold} 周有销售（共 {all} 周）；至少需要 {least} 周",
    ),
    ("the price never changed in {n} weeks; run a price test", "{n} 周内价格从未变动；建议做价格测试"),
)
PEERS: Rows = (
    ("(its {group}'s estimate: {n}, from {low:n} to {high:n})", "（{group}估计值为 {n}，区间 {low} 至 {high}）"),
)  # fmt: skip
DOUBTS: Rows = (
    ("the data gave no estimate; run a price test", "数据不足以得出估计；建议做价格测试"),
    (
        "the estimate is positive ({n}): something other than price moved with it; run a price test",
        "估计值为正（{n}）：有价格以外的因素同时变动；建议做价格测试",
    ),
    (
        "the interval runs from {low:n} to {high:n}: too wide to act on; run a price test",
        "区间为 {low} 至 {high}，太宽，不能据此定价；建议做价格测试",
    ),
    (
        "the estimate is positive ({n}, from {low:n} to {high:n}): something other than price moved with it",
        "估计值为正（{n}，区间 {low} 至 {high}）：有价格以外的因素同时变动",
    ),
    (
        "the interval runs from {low:n} to {high:n}: it cannot tell a reaction to price from none; run a price test",
        "区间为 {low} 至 {high}，无法判断买家对价格是否有反应；建议做价格测试",
    ),
)
CAUTIONS: Rows = (
    (
        "no sale in the data: nothing to forecast from; wait for sales or look at a similar product",
        "数据中没有销售记录，无从预测；请等有了销售，或参考相似商品",
    ),
    (
        "no usable elasticity: what another price would sell cannot be said; forecast at the last price",
        "没有可用的弹性，无法判断其他价格下的销量；请按最近的价格预测",
    ),
    ("only {weeks} of sales: the interval is wide", "只有 {weeks}的销售数据，预测区间较宽"),
    ("no sale in the last {n} weeks: it may no longer be on offer", "最近 {n} 周没有销售，可能已不再出售"),
    ("out of stock in most weeks: demand is a guess", "大部分周断货，需求只能粗略估计"),
    (
        "no sale yet: forecast by analogy with {n} other products; the interval is wide",
        "尚无销售，参照 {n} 个其他商品类推，预测区间较宽",
    ),
    (
        "only {weeks} of sales: forecast by analogy with {n} other products too",
        "只有 {weeks}的销售数据，另参照 {n} 个其他商品类推",
    ),
)
BESIDE: Rows = (
    ("no product near enough to it has sales to compare", "没有足够相近且有销售的商品可比"),
    (
        "nothing is known yet of what its price does to other products; refresh the fits, then ask again",
        "尚不清楚其价格对其他商品的影响；请先更新模型，再提问",
    ),
    (
        "the data cannot tell the effect on {n} related products from none: together {low:money} to {high:money} "
        "of {basis}",
        "数据无法判断对 {n} 个关联商品是否有影响：合计 {low} 至 {high} 的{basis}",
    ),
)
NOTES: Rows = (
    ("The cost is not known, so revenue is served in place of profit.", "成本未知，因此以收入代替利润作为目标。"),
    ("The stock is not known, so the most units are sought.", "库存未知，因此以销量最大为目标。"),
    (
        "No cost is known, so no margin holds the price up: only the prices seen so far do.",
        "成本未知，没有毛利底线约束价格，只有历史价格作为下限。",
    ),
    (
        "The most units are sought at which the smallest margin holds, at the expense of profit.",
        "在不低于最低毛利的前提下追求最大销量，会牺牲利润。",
    ),
    ("Today's {money} breaks the rules, so the price must move.", "现价 {money} 违反规则，必须调整。"),
    (
        "Of a stock of {stock:n}, {sold:n} units are expected to sell in {weeks:n} weeks.",
        "库存 {stock} 件，预计卖出 {sold} 件，为期 {weeks} 周。",
    ),
    ("It gives up {money} of {basis} on average.", "平均会少得 {money} 的{basis}。"),
    (
        "Charging {price:money} clears the stock of {stock:n} by {day} with a probability of {percent}.",
        "定价 {price}，清空库存 {stock} 件，截至 {day}，成功的概率为 {percent}。",
    ),
    (
        "Charging {price:money}, going down to {last:money}, clears the stock of {stock:n} by {day} with a probability "
        "of {percent}.",
        "从 {price} 起逐步降到 {last}，清空库存 {stock} 件，截至 {day}，成功的概率为 {percent}。",
    ),
    (
        "The rules leave no path that clears it with a probability of {percent}.",
        "规则内没有任何降价路径能以 {percent} 的概率清空。",
    ),
    (
        "What giving up a rule would buy, against today's price: {cleared}.",
        "放弃一条规则的效果（与现价相比）：{cleared}。",
    ),
    (
        "Giving up one rule does not help: allow more weeks, or sell to a trader.",
        "放弃一条规则也无济于事：请延长时间，或批量转卖。",
    ),
    ("Today's price is kept: no other lawful price could be weighed.", "维持现价：规则内没有其他价格可供比较。"),
    (
        "Today's price is kept: none of the other lawful prices is expected to do better.",
        "维持现价：规则内的其他价格预计都不会更好。",
    ),
    (
        "Today's price is kept: no change pays for its risk. {best:money} would bring {gain} more on average, but less "
        "than today's price with a probability of {risk:percent}; a price test would tell.",
        "维持现价：没有值得冒险的调价。"
        "定价 {best} 平均可多得 {gain}，但不如现价的概率为 {risk}；价格测试可以给出答案。",
    ),
    (
        "It goes as far as {rule} allows; only a price test can speak for more.",
        "已达到{rule}的界限；更远的价格只有通过价格测试才能判断。",
    ),
    ("It goes as far as {rule} allows.", "已达到{rule}的界限。"),
    (
        "The price test: {price:money} ({step:percent}) for {weeks}. It changes {basis} by {mean:money} on "
        "average, and by {worst:money} in the worst twentieth of cases.",
        "测试方案：定价 {price}（{step}），为期 {weeks}。"
        "{basis}平均变化 {mean}，在最差的二十分之一情形下变化 {worst}。",
    ),
    (
        "If the competition answers as is best for itself, it loses {basis} with a probability of {percent}.",
        "若竞品作出对其最优的应对，{basis}减少的概率为 {percent}。",
    ),
    (
        "If the competition follows as it did in the past, it loses {basis} with a probability of {percent}.",
        "若竞品照以往跟价，{basis}减少的概率为 {percent}。",
    ),
    ("By itself, {money} would be proposed.", "若单独定价，建议为 {money}。"),
    ("The price stays as it is.", "价格保持不变。"),
    ("No measure reaches its limit.", "各项风险指标均未超限。"),
    (
        "It loses {basis} against today's price with a probability of {percent}.",
        "与现价相比，{basis}减少的概率为 {percent}。",
    ),
    (
        "In the worst twentieth of cases it costs {money}, {percent} of today's {basis}.",
        "在最差的二十分之一情形下平均损失 {money}，相当于现价下{basis}的 {percent}。",
    ),
    ("It changes the price by {percent}.", "调价幅度为 {percent}。"),
    ("The stock does not last with a probability of {percent}.", "断货的概率为 {percent}。"),
    ("It is below the cost of {money}.", "低于成本 {money}。"),
    ("The cost is not known: the cut may lose money that nobody sees.", "成本未知：降价可能造成看不见的亏损。"),
    ("The cost is not known: only revenue can be spoken of.", "成本未知：只能评估收入。"),
    (
        "No range of past prices is known, so nothing says how buyers answer.",
        "没有历史价格范围，无法判断买家会有什么反应。",
    ),
    (
        "It lies outside the prices seen so far, {low:money} to {high:money}.",
        "超出了历史价格范围（{low} 至 {high}）。",
    ),
)
