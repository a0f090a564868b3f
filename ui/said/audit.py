"""The trail of decisions."""

WORDS: dict[str, tuple[str, str]] = {
    "trail_of_moves": ("Who decided what, when and why", "谁在何时因何作出了什么决定"),
    "audit_empty": ("No move yet: no proposal has been made.", "还没有记录: 尚无方案。"),
    "move_edited": ("Price changed: version {n}", "修改价格: 第 {n} 版"),
    "verify": ("Verify the trail", "校验记录"),
    "verified": (
        "The trail is intact: every row still says what it said when it was written.",
        "记录完整: 每一行仍与写入时一致。",
    ),
    "broken": (
        "The trail is broken at row {id}: it was changed after it was written, or a row before it was taken out.",
        "记录在第 {id} 行处被破坏: 该行被改动, 或其前面的行被删除。",
    ),
    "col_when": ("When", "时间"),
    "col_who": ("Who", "谁"),
    "col_proposal": ("Proposal", "方案"),
    "col_move": ("What", "操作"),
    "col_version": ("Version", "版本"),
    "col_why": ("Why", "原因"),
    "role_agent": ("agent", "代理"),
    "role_system": ("system", "系统"),
}

STATIC = (
    "trail_of_moves",
    "verify",
)
