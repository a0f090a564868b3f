"""The name of every fact in the reader's languages."""

from agents.rendering import Language

LABELS: dict[str, tuple[str, str]] = {
    "product": ("Product", "商品"),
    "price_now": ("Price today", "现价"),
    "price_best": ("Price proposed", "建议价"),
    "price_asked": ("Price asked about", "询问的价格"),
    "price_change": ("Change of price", "调价幅度"),
    "asked_change": ("Change of price", "调价幅度"),
    "cost": ("Unit cost", "单位成本"),
    "cost_unknown": ("Unit cost unknown", "成本未知"),
    "stock": ("On hand", "现有库存"),
    "competitor_low": ("Cheapest competitor", "竞品最低价"),
    "competitor_only": ("Competitor", "竞品价格"),
    "competitor_high": ("Dearest competitor", "竞品最高价"),
    "horizon": ("Horizon", "时间范围"),
    "units_expected": ("Expected at today's price", "现价下预计销量"),
    "units_at_price": ("Expected at that price", "该价格下预计销量"),
    "units_at_best": ("Expected at the proposed price", "建议价下预计销量"),
    "profit_change": ("Profit against today's price", "与现价相比的利润变化"),
    "revenue_change": ("Revenue against today's price", "与现价相比的收入变化"),
    "p_loss": ("Probability of doing worse than today's price", "不如现价的概率"),
    "worst_case": ("Mean of the worst five in a hundred outcomes", "最差情形的平均变化"),
    "p_stock_out": ("Probability of running out of stock", "断货概率"),
    "risk_level": ("Risk", "风险等级"),
    "risk_reason": ("Why that risk", "风险原因"),
    "elasticity": ("Price elasticity", "价格弹性"),
    "elasticity_refused": ("No elasticity", "弹性无法估计"),
    "prices_seen": ("Prices seen in the past", "历史价格个数"),
    "history": ("Weeks of sales behind it", "历史销售周数"),
    "weeks_out_of_stock": ("Weeks corrected for stock-outs", "已按断货修正的周数"),
    "test_weeks": ("Weeks the test needs", "测试所需周数"),
    "test_power": ("Chance to learn within the horizon", "期内测出效果的概率"),
    "broken": ("Breaks a rule", "违反规则"),
    "clear_by": ("To be cleared by", "清仓截止"),
    "clear_stock": ("To be cleared", "待清库存"),
    "clear_chance": ("Chance that nothing is left", "清空的概率"),
    "clear_left": ("Expected to be left", "预计剩余"),
    "clear_revenue": ("Revenue of the path", "清仓期间收入"),
    "single_price": ("One price throughout", "全程单一价格"),
    "single_chance": ("Chance that one price clears", "单一价格清空的概率"),
    "single_left": ("Left at one price", "单一价格预计剩余"),
    "together_count": ("Priced together", "一起定价的商品数"),
    "together_changes": ("Prices to change", "需要调价的商品数"),
    "together_gain": ("Gain of all changes together", "全部调价的合计增益"),
    "together_units": ("Units gained by all changes together", "全部调价的合计增量"),
    "together_gap": ("At most so much better prices exist", "最优解至多还能提高"),
    "budget_cost": ("What more changes would bring", "放宽调价数量可再增加"),
    "orders_held": ("Size and grade orders kept", "遵守的规格价格顺序"),
    "cross_pairs": ("Effects on each other's sales", "计入的相互影响"),
    "refused_count": ("Could not be priced", "无法定价的商品数"),
    "keep": ("No change pays for its risk", "无值得冒险的调价"),
    "refusal": ("Refused", "无法给出"),
    "caution": ("Caution", "注意"),
    "past_weeks": ("Period", "统计期"),
    "sales_until": ("Sales until", "销售数据截至"),
    "units_sold": ("Sold", "销量"),
    "revenue": ("Revenue", "销售额"),
    "profit": ("Profit", "利润"),
    "units_change": ("Against the weeks before", "与上期相比"),
    "top_product": ("Best seller", "畅销品"),
    "top_revenue": ("Revenue", "销售额"),
    "top_units": ("Sold", "销量"),
    "rating": ("Rating", "评分"),
    "rating_recent": ("Rating of late", "近期评分"),
    "reviews": ("Reviews", "评价数"),
    "no_reviews": ("No reviews", "暂无评价"),
    "quote": ("A buyer says", "买家评价"),
    "complement": ("Bought together", "常一起购买"),
    "substitute": ("Similar product", "相似商品"),
    "together": ("Orders with both", "同单次数"),
    "lift": ("Lift over chance", "提升度"),
    "cross_product": ("Related product", "关联商品"),
    "cross_units": ("What it gains or loses", "该商品的销量变化"),
    "cross_profit": ("Profit it gains or loses", "该商品的利润变化"),
    "cross_revenue": ("Revenue it gains or loses", "该商品的收入变化"),
    "cross_count": ("Related products counted", "计入的关联商品数"),
    "cross_all_units": ("What related products gain or lose together", "关联商品合计销量变化"),
    "cross_all_profit": ("Profit on related products together", "关联商品合计利润变化"),
    "cross_all_revenue": ("Revenue on related products together", "关联商品合计收入变化"),
    "cross_refused": ("Effect on related products unknown", "对关联商品的影响未知"),
    "neighbours": ("Of the change, on related products", "其中来自关联商品"),
    "no_related": ("Nothing related found", "未找到关联商品"),
    "bundle_with": ("Bundle with", "可搭配"),
    "bundle_price": ("Bundle price", "组合价"),
    "bundle_separate": ("Bought apart", "单买合计"),
    "no_bundle": ("No bundle found", "暂无合适组合"),
    "opportunity": ("Reprice first", "优先调价"),
    "opportunity_price": ("Best price", "最优价"),
    "opportunity_now": ("Price today", "现价"),
    "opportunity_gain": ("Expected gain", "预计增益"),
    "opportunity_sure": ("Certainty", "把握"),
    "no_opportunity": ("No opportunity known", "暂无调价机会"),
}  # fmt: skip

LONGEST = 26  # weeks of a path of prices
OF_A_WEEK = {
    "week_of": ("Begins", "起始"),
    "week_price": ("Price", "价格"),
    "week_left": ("Left at the end", "周末剩余"),
    "week_revenue": ("Revenue", "收入"),
    "week_risk": ("Chance that any is left", "仍有剩余的概率"),
}
LABELS |= {
    f"{key}_{n}": (f"Week {n}: {en[0].lower()}{en[1:]}", f"第 {n} 周{zh}")
    for key, (en, zh) in OF_A_WEEK.items()
    for n in range(1, LONGEST + 1)
}

RULES: dict[str, tuple[str, str]] = {
    "history_range": ("the range of past prices", "历史价格范围"),
    "ending": ("price endings", "价格尾数"),
    "competitor_band": ("the competitor band", "竞品价格带"),
    "line_order": ("the order of sizes", "规格价格顺序"),
    "max_change": ("the largest change", "最大调价幅度"),
    "change_frequency": ("how often a price may change", "调价频率"),
    "map": ("the minimum advertised price", "最低广告价"),
    "prior_price": ("the lawful prior price", "合规原价"),
    "margin_floor": ("the smallest margin", "最低毛利"),
    "cost_floor": ("the cost floor", "成本底线"),
}

LEVELS = {"low": ("low", "低"), "medium": ("medium", "中"), "high": ("high", "高")}


def label(key: str, language: Language) -> str:
    """The name of a fact. Raises KeyError for a label that no language knows."""
    if key.startswith("rule_"):
        rule = RULES[key.removeprefix("rule_")]
        return f"起作用的规则：{rule[1]}" if language == "zh" else f"Rule that bound: {rule[0]}"
    return LABELS[key][language == "zh"]
