"""What the rules say, one by one and where together they leave no price."""

from agents.translating.pattern import Rows

RULINGS: Rows = (
    ("Could not be checked: no range of past prices is known.", "无法检查：没有历史价格范围。"),
    (
        "Past sales speak for prices of {low:money} to {high:money}; beyond it, run a price test first.",
        "历史销售只能说明 {low} 至 {high} 之间的价格；超出此范围请先做价格测试。",
    ),
    (
        "Past sales speak for prices of {money}; beyond it, run a price test first.",
        "历史销售只能说明 {money} 这一价格；超出此范围请先做价格测试。",
    ),
    ("Any price in the smallest coin of {code} will do.", "{code} 价格不限尾数，精确到最小币值即可。"),
    ("Prices in {code} end in {endings}; today's may stay.", "{code} 价格的尾数为 {endings}；现价可以保留。"),
    (
        "None of these lies between the limits of the other rules, so the smallest coin will do.",
        "其他规则的范围内没有这样的尾数，因此精确到最小币值即可。",
    ),
    ("The store sets no band around competitors.", "本店没有设置竞品价格带。"),
    ("Could not be checked: no competitor's price is known.", "无法检查：没有竞品价格。"),
    (
        "The price is at least {money}, {percent} below the cheapest competitor.",
        "价格不低于 {money}（比最便宜的竞品低 {percent}）。",
    ),
    (
        "The price is at most {money}, {percent} above the median competitor.",
        "价格不高于 {money}（比竞品中位价高 {percent}）。",
    ),
    (
        "The price is at least {low:money}, {below:percent} below the cheapest competitor and at most {high:money}, "
        "{above:percent} above the median competitor.",
        "价格不低于 {low}（比最便宜的竞品低 {below}），不高于 {high}（比竞品中位价高 {above}）。",
    ),
    (
        "The price is not cheaper than the smaller sibling at {money}.",
        "价格不低于同系列较小规格的 {money}。",
    ),
    (
        "The price is not dearer than the larger sibling at {money}.",
        "价格不高于同系列较大规格的 {money}。",
    ),
    (
        "The price is not cheaper than the smaller sibling at {low:money} and not dearer than the larger sibling at "
        "{high:money}.",
        "价格不低于同系列较小规格的 {low}，不高于较大规格的 {high}。",
    ),
    ("The product has no smaller or larger sibling on record.", "没有记录同系列更小或更大的规格。"),
    (
        "A change is at most {percent} of today's {money}.",
        "调价幅度最多为 {percent}，以现价 {money} 计算。",
    ),
    ("Could not be checked: no earlier change is on record.", "无法检查：没有调价记录。"),
    (
        "Last changed {days:n} days ago; {between:n} must lie between changes.",
        "上次调价在 {days} 天前；两次调价至少间隔 {between} 天。",
    ),
    (
        "The price stays: it changed on {day} and {between:n} days must lie between changes.",
        "价格不变：上次调价在 {day}，两次调价至少间隔 {between} 天。",
    ),
    ("The product has no minimum advertised price.", "该商品没有最低广告价。"),
    (
        "The store does not keep to minimum advertised prices (here {money}).",
        "本店不执行最低广告价（此商品为 {money}）。",
    ),
    ("The minimum advertised price is {money}.", "最低广告价为 {money}。"),
    ("The store is under no law of prior prices.", "本店不受降价原价法规约束。"),
    (
        "Could not be checked: the lowest price of the last {n} days is not known, so announce no reduction.",
        "无法检查：最近 {n} 天的最低价未知，因此不要宣传降价。",
    ),
    (
        "Only a price below {money}, the lowest of the last {n} days, may be announced as a reduction, and from it.",
        "只有低于 {money}（最近 {n} 天的最低价）才可宣传为降价，且须以该价为原价。",
    ),
    ("Could not be checked: the cost is not known.", "无法检查：成本未知。"),
    (
        "A margin of {percent} over the cost of {cost:money} needs {least:money}.",
        "毛利率 {percent}、成本 {cost} 时，售价至少为 {least}。",
    ),
    ("Nothing is sold below its cost of {money}.", "不低于成本 {money} 出售。"),
    (
        "This contradicts {rule}, which leaves at most {money}: no price keeps both.",
        "这与{rule}冲突，后者最高只允许 {money}：没有价格能同时满足两者。",
    ),
    (
        "This contradicts {rule}, which leaves at least {money}: no price keeps both.",
        "这与{rule}冲突，后者最低要求 {money}：没有价格能同时满足两者。",
    ),
    (
        "No price that can be paid in coins is left between the limits.",
        "上下限之间没有按最小币值可以收取的价格。",
    ),
    ("{sku:text}: the rules leave no price.", "{sku}：规则内没有可行的价格。"),
    ("What relaxing would buy: {bought}.", "放宽规则的效果：{bought}。"),
    (
        "What relaxing would buy against today's price over {weeks}: {bought}.",
        "放宽规则的效果（与现价相比，{weeks}内）：{bought}。",
    ),
    ("Relaxing one or two rules does not help.", "放宽一两条规则也无济于事。"),
    (
        "{sku:text}: the rules ask for a cut to {money}, which is below every price seen so far, and no cost is known. "
        "Enter the cost, or set the price by hand.",
        "{sku}：规则要求降到 {money}，低于所有历史价格，而成本未知。请填写成本，或手动定价。",
    ),
    (
        "{sku:text}: the rules do not allow today's {now:money}, and the sales say nothing of a lawful price (the "
        "nearest is {nearest:money}). Set it by hand, or run a price test.",
        "{sku}：规则不允许现价 {now}，而销售数据无法说明任何合规价格（最接近的是 {nearest}）。"
        "请手动定价，或做价格测试。",
    ),
    ("{money} is against the rules: the rules leave no price.", "{money} 违反规则：规则内没有可行的价格。"),
    ("{money} is against the rules:", "{money} 违反规则："),
    ("The nearest lawful price is {n}.", "最接近的合规价格是 {n}。"),
)  # fmt: skip
