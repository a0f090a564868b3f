"""What is told of buyers' opinions, and of why a product sells as it does."""

from agents.sentences import Sentence
from agents.words import ASPECTS

# What buyers say since they changed their mind.
TURNED = (
    Sentence(
        "**Opinions turned for the worse** around {turn_worse} (between {turn_earliest} and {turn_latest}, with a "
        "probability of {turn_chance}): from {turn_before} to {turn_after} stars.",
        "**评价转差**：约自 {turn_worse}起（在 {turn_earliest}至 {turn_latest}之间，概率 {turn_chance}），"
        "由 {turn_before} 星变为 {turn_after} 星。",
        each="turn_worse",
    ),
    Sentence(
        "Opinions turned for the better around {turn_better} (between {turn_earliest} and {turn_latest}, with a "
        "probability of {turn_chance}): from {turn_before} to {turn_after} stars.",
        "评价转好：约自 {turn_better}起（在 {turn_earliest}至 {turn_latest}之间，概率 {turn_chance}），"
        "由 {turn_before} 星变为 {turn_after} 星。",
        each="turn_better",
    ),
    *(
        Sentence(
            f"What moved most is what they say of {en[0].lower()}{en[1:]}: {{turn_{aspect}}} of it is praise since.",
            f"变化最大的是{zh}：此后相关评价中好评占 {{turn_{aspect}}}。",
            each=f"turn_{aspect}",
        )
        for aspect, (en, zh) in ASPECTS.items()
    ),
    Sentence("> {turn_quote}", "> {turn_quote}", each="turn_quote"),
    Sentence(
        "Opinions may have turned around {turn_maybe}, but the voices on the thinner side of it are too few to be "
        "sure: {turn_side}.",
        "评价可能约自 {turn_maybe}起转变，但较少一侧的评价不足以确定：{turn_side} 条。",
        each="turn_maybe",
    ),
    Sentence(
        "Its reviews are too few to tell whether opinions turned: {turn_few}.",
        "评价太少，无法判断口碑是否转变：共 {turn_few} 条。",
        each="turn_few",
    ),
)
# How pleased buyers are, and with what.
TONE = (
    Sentence(
        "Of {pleased_reviews} reviews read for their tone, {pleased} is praise.",
        "已判断倾向的 {pleased_reviews} 条评价中，好评占 {pleased}。",
        each="pleased",
    ),
    *(
        Sentence(
            f"The tone of {{unread_{name}}} {en} is not read.",
            f"另有 {{unread_{name}}} 条{zh}未判断倾向。",
            each=f"unread_{name}",
        )
        for name, en, zh in (
            ("en", "in English", "英文评价"),
            ("zh", "in Chinese", "中文评价"),
            ("other", "in other languages", "其他语言的评价"),
        )
    ),
    Sentence(
        "Of them {copies} repeat others; those of the same text count together as a single voice.",
        "其中 {copies} 条与其他评价内容重复，内容相同的合并计算。",
        each="copies",
    ),
    *(
        Sentence(
            f"- {en}: {{aspect_{aspect}}} praise in {{aspect_{aspect}_reviews}} reviews, such as "
            f"“{{aspect_{aspect}_quote}}”",
            f"- {zh}：提及的 {{aspect_{aspect}_reviews}} 条评价中好评占 {{aspect_{aspect}}}，"
            f"例如“{{aspect_{aspect}_quote}}”",
            each=f"aspect_{aspect}",
        )
        for aspect, (en, zh) in ASPECTS.items()
    ),
)

# What may be the reason that a product sells as it does.
REASONS = (
    Sentence(
        "Its price went from {price_then} to {price_since} ({price_moved}).",
        "价格由 {price_then} 变为 {price_since}（{price_moved}）。",
        where="why_weeks",
        always=True,
    ),
    Sentence(
        "The price last paid held at {price_held}.",
        "最近的成交价一直是 {price_held}。",
        where="why_weeks",
        always=True,
    ),
    Sentence(
        "It was out of stock in {weeks_empty}.",
        "其中 {weeks_empty}断货。",
        where="why_weeks",
        always=True,
    ),
    Sentence("{stock} are on hand.", "现有库存 {stock}。", where="why_weeks", always=True),
    Sentence(
        "Competitors ask from {competitor_low} to {competitor_high}.",
        "竞品价格在 {competitor_low} 至 {competitor_high} 之间。",
        where="why_weeks",
        always=True,
    ),
    Sentence(
        "The only known competitor asks {competitor_only}.",
        "已知的唯一竞品售价 {competitor_only}。",
        where="why_weeks",
        always=True,
    ),
    Sentence(
        "Buyers rate it {rating} over {reviews} reviews, and {rating_recent} of late.",
        "买家平均评分 {rating}（共 {reviews} 条评价），近期为 {rating_recent}。",
        where="why_weeks",
        always=True,
    ),
    *TURNED,
    Sentence("> {quote}", "> {quote}", each="quote", where="why_weeks"),
)
