"""What stands on every page."""

WORDS: dict[str, tuple[str, str]] = {
    # the page
    "title": ("Pricedesk", "Pricedesk"),
    "motto": ("Four analysts and your signature", "四位分析师, 由您签字"),
    "sign_in": ("Sign in to Pricedesk.", "请登录 Pricedesk。"),
    "sign_in_seconds": (
        "Too many tries to sign in. Wait {n} s, then try again.",
        "登录尝试次数过多，请等 {n} 秒后再试。",
    ),
    "sign_in_minutes": (
        "Too many tries to sign in. Wait {n} min, then try again.",
        "登录尝试次数过多，请等 {n} 分钟后再试。",
    ),
    "sign_out": ("Sign out", "退出"),
    "tab_chat": ("Chat", "对话"),
    "tab_approvals": ("Approvals", "审批"),
    "tab_audit": ("Audit", "审计"),
    "role_merchant": ("merchant", "商家"),
    "role_approver": ("approver", "审批人"),
    "role_admin": ("admin", "管理员"),
    "fault": (
        "Something went wrong on our side; nothing was changed. The log has it under {id}.",
        "我们这边出了问题, 没有任何改动。日志编号 {id}。",
    ),
    "not_signed_in": (
        "Your account is closed or unknown. Sign in again.",
        "您的账户已关闭或不存在, 请重新登录。",
    ),
    # the banner
    "simulated": ("Simulated data: this is the demo store.", "模拟数据: 这是演示店铺。"),
    "store_opening": ("The store is opening: {stage}", "店铺正在准备: {stage}"),
    "model_loading": (
        "The language model is loading. The planner answers until it is ready.",
        "语言模型正在加载, 期间由规划器作答。",
    ),
    "model_ready": ("Language model ready", "语言模型已就绪"),
    "model_degraded": (
        "The language model does not answer. The planner stands in for it.",
        "语言模型没有响应, 由规划器代答。",
    ),
    "model_stopped": ("No language model runs. The planner answers.", "没有运行语言模型, 由规划器作答。"),
    "stage_starting": ("starting", "启动"),
    "stage_simulating": ("simulating the demo store", "模拟演示店铺"),
    "stage_reading": ("reading", "读取"),
    "stage_elasticities": ("elasticities", "价格弹性"),
    "stage_forecasts": ("forecasts", "销量预测"),
    "stage_opportunities": ("opportunities", "调价机会"),
    "stage_texts": ("texts", "文本索引"),
    "stage_opinions": ("what buyers feel", "买家评价倾向"),
}

STATIC = (
    "title",
    "sign_out",
    "tab_chat",
    "tab_approvals",
    "tab_audit",
)
