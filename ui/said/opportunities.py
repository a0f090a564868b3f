"""What to reprice first."""

WORDS: dict[str, tuple[str, str]] = {
    "tab_opportunities": ("What to reprice first", "优先调价"),
    "first_title": ("What to reprice first", "优先调价的商品"),
    "first_how": (
        "Ranked by the money that today's price leaves on the table over four weeks times how certain that is. Both "
        "factors stand in each row, with the 90 % interval of the money. Best lawful prices of the last refresh.",
        "按 “未来四周现价少赚的钱 × 把握” 排序。每行列出两个因素及金额的 90 % 区间。价格为上次刷新时符合规则的最优价。",
    ),
    "first_none": (
        "No better price is known than today's, as far as the data can say.",
        "就现有数据而言, 没有比现价更好的价格。",
    ),
    "first_unfitted": (
        "Nothing is fitted yet. Import sales and refresh the fits; what to reprice first then stands here.",
        "尚未拟合。导入销售数据并刷新拟合后, 会在这里列出优先调价的商品。",
    ),
    "ocol_rank": ("Rank", "名次"),
    "ocol_product": ("Product", "商品"),
    "ocol_step": ("Price", "价格"),
    "ocol_money": ("Money on the table", "少赚的钱"),
    "first_about": ("about {money}", "约 {money}"),
    "first_to": (" to ", " 至 "),
    "ocol_interval": ("90 % interval", "90 % 区间"),
    "ocol_sure": ("Certainty of a gain", "获益把握"),
    "ocol_score": ("Money × certainty", "金额 × 把握"),
    "ocol_do": ("Act", "操作"),
    "of_profit": ("profit, four weeks", "四周利润"),
    "of_revenue": ("revenue, four weeks: no cost is known", "四周收入 (成本未知)"),
    "propose": ("Propose", "提出方案"),
    "propose_these": ("Propose these {n}", "为这 {n} 个提出方案"),
    "cancel": ("Cancel", "取消"),
    "propose_off": ("Background work is off on this server.", "此服务器未启用后台任务。"),
    "propose_waits": ("The work waits for its turn.", "任务等待中。"),
    "propose_goes": ("Proposing: {done} of {total}", "正在提出方案: {done} / {total}"),
    "propose_done": (
        "Done: {proposed} proposed, {kept} kept at today's price, {refused} refused. They wait under Approvals.",
        "完成: 提出 {proposed} 个, 维持现价 {kept} 个, 无法提出 {refused} 个。方案在 “审批” 中等待签字。",
    ),
    "propose_cancelled": (
        "Cancelled after {done} of {total}; what was proposed stands.",
        "已取消, 完成 {done} / {total}; 已提出的方案保留。",
    ),
    "propose_failed": ("The work failed: {error}", "任务失败: {error}"),
}

STATIC = ("tab_opportunities", "cancel")
