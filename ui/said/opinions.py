"""What buyers say, counted."""

WORDS: dict[str, tuple[str, str]] = {
    "tone_read": (
        "Of {n} reviews read for their tone, {share} is praise ({spread}); by language: {languages}.",
        "已判断倾向的 {n} 条评价中, 好评占 {share} ({spread}); 按语言: {languages}。",
    ),
    "tone_unread": (
        "Tone not read, as these languages were not taught or have too little text: {languages}.",
        "未判断倾向 (语言未学习或文字太少): {languages}。",
    ),
    "voices_copies": (
        "{n} reviews repeat others; those of the same text count together as one.",
        "{n} 条评价与其他评价内容重复; 内容相同的合计算一条。",
    ),
    "aspects_title": ("With what buyers are pleased", "买家对哪些方面满意"),
    "vcol_aspect": ("Of its", "方面"),
    "vcol_praise": ("Praise", "好评"),
    "vcol_reviews": ("Reviews", "评价数"),
    "vcol_said": ("Such as", "例如"),
    "aspect_fit": ("fit", "尺寸与描述"),
    "voices_worse": (
        "Opinions turned for the worse around {on} (90 %: {low} to {high}; probability {chance}): from {before} to "
        "{after} stars.",
        "评价约自 {on} 起转差 (90 % 区间: {low} 至 {high}; 概率 {chance}): 由 {before} 星变为 {after} 星。",
    ),
    "voices_better": (
        "Opinions turned for the better around {on} (90 %: {low} to {high}; probability {chance}): from {before} to "
        "{after} stars.",
        "评价约自 {on} 起转好 (90 % 区间: {low} 至 {high}; 概率 {chance}): 由 {before} 星变为 {after} 星。",
    ),
    "voices_moved": (
        " What moved most is its {aspect}: {share} of what is said of it since is praise.",
        " 变化最大的是{aspect}: 此后相关评价中好评占 {share}。",
    ),
    "voices_steady": ("Opinions have not turned.", "评价没有发生转变。"),
    "voices_suspected": (
        "Opinions may have turned around {day}, but only {n} voices stand on the thinner side of it: too few to say.",
        "评价可能约自 {day} 起转变, 但较少的一侧只有 {n} 条, 不足以确定。",
    ),
    "voices_few": (
        "{n} reviews are too few to tell whether opinions turned.",
        "只有 {n} 条评价, 不足以判断评价是否转变。",
    ),
}

STATIC: tuple[str, ...] = ()
