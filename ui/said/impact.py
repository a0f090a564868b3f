"""What prices did."""

WORDS: dict[str, tuple[str, str]] = {
    "impact_reckons": (
        "Reckoning what every applied price did: the first look takes a moment.",
        "正在核算每次调价的实际效果, 首次查看需要稍等。",
    ),
    "tab_impact": ("Impact", "成效"),
    "impact_empty": (
        "No price has been applied yet. Once one is, its promise stands here beside what happened. In the demo store, "
        "“pricedesk demo --advance 4” lets four simulated weeks pass.",
        "还没有应用过价格。应用后, 这里会对照承诺与实际结果。演示店铺可用 “pricedesk demo --advance 4” 模拟四周销售。",
    ),
    "impact_method": (
        "What would have sold at the old price is the product's own forecast of the weeks before the change, times "
        "what its category's sales did that forecasts did not explain (difference of differences on forecasts; after "
        "Brodersen and others, 2015). All intervals are 90 %. Profit is reckoned with today's cost.",
        "旧价下本应卖出的数量 = 该商品在改价前所作的预测 × 同类商品中预测未能解释的变动 "
        "(基于预测的双重差分, 参见 Brodersen 等, 2015)。所有区间均为 90 %。利润按当前成本计算。",
    ),
    "calibration": (
        "Of {n} changes that can be judged, {money} ended within their promised money (allowing for the doubt of the "
        "outcome) and {units} within their promised units. Ninety of a hundred should.",
        "在 {n} 个可判断的改价中, {money} 的金额落在承诺区间内 (计入结果本身的不确定性), "
        "{units} 的销量落在承诺区间内。理应为 90 %。",
    ),
    "calibration_none": (
        "No change can be judged yet: a verdict needs four complete weeks at the new price.",
        "暂时没有可以判断的改价: 需要在新价下经过四个完整的星期。",
    ),
    "months_title": ("By month", "按月合计"),
    "changes_title": ("Every applied price", "所有已应用的价格"),
    "alarms_title": ("Alarms", "警报"),
    "alarms_none": (
        "No alarm: no promise is broken and no forecast has gone astray, as of the last look.",
        "没有警报: 截至上次检查, 没有落空的承诺, 也没有偏离的预测。",
    ),
    "alarm_promise": (
        "{sku}, week of {day}: proposal {id} brought {outcome} against the old price; promised were {low} to {high}.",
        "{sku}, {day} 当周: 方案 {id} 相对旧价带来 {outcome}, 而承诺为 {low} 至 {high}。",
    ),
    "alarm_forecast": (
        "{sku}, week of {day}: {outcome} units sold in eight weeks; its forecast said {low} to {high}.",
        "{sku}, {day} 当周: 八周售出 {outcome} 件, 而预测为 {low} 至 {high} 件。",
    ),
    "icol_product": ("Product", "商品"),
    "icol_step": ("Price", "价格"),
    "icol_since": ("Since", "起始"),
    "icol_promised": ("Promised", "承诺"),
    "icol_happened": ("What happened", "实际"),
    "icol_change": ("Against the old price", "与旧价相比"),
    "icol_category": ("Category moved", "同类变动"),
    "icol_verdict": ("Verdict", "结论"),
    "icol_month": ("Month", "月份"),
    "icol_count": ("Changes", "改价数"),
    "icol_basis": ("Counted in", "口径"),
    "impact_profit": ("profit", "利润"),
    "impact_revenue": ("revenue (no cost is known)", "收入 (成本未知)"),
    "impact_signed": ("proposal {id}, signed by {name}", "方案 {id}, 签字人 {name}"),
    "impact_weeks": ("{n} of {of} weeks", "{n} / {of} 周"),
    "impact_sold": ("{n} units, revenue {money}", "{n} 件, 收入 {money}"),
    "impact_earned": (", profit {money}", ", 利润 {money}"),
    "impact_without": ("without it: {band}", "若不改价: {band}"),
    "impact_units": ("{mean} units ({low} – {high})", "{mean} 件 ({low} – {high})"),
    "impact_no_peers": ("too few peers", "同类太少"),
    "impact_peers": ("by {n} products", "依据 {n} 个商品"),
    "impact_scarce": ("the stock ran out in part", "期间部分缺货"),
    "verdict_kept": ("kept", "兑现"),
    "verdict_better": ("better", "好于承诺"),
    "verdict_worse": ("worse", "不及承诺"),
    "verdict_early": ("too early", "为时尚早"),
}

STATIC = ("tab_impact",)
