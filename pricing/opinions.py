"""Reviews of the simulated shop, in English and Chinese; their tone follows quality and price."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from pricing.market import Ints

ASPECTS = ("quality", "price", "delivery", "fit")
TONES = ("bad", "mixed", "good")
TEXTS: Mapping[str, Mapping[tuple[str, str], Sequence[str]]] = {
    "en": {
        ("quality", "good"): (
            "Beautifully made.", "Better quality than I expected.", "Still like new after months of use.",
        ),
        ("quality", "mixed"): ("Quality is all right, nothing more.", "The finish could be neater."),
        ("quality", "bad"): (
            "It broke within a week.", "Poorly made, the finish came off.", "Arrived with a crack in it.",
        ),
        ("price", "good"): (
            "Great value for the money.", "Worth every penny.", "Cheaper than elsewhere and just as good.",
        ),
        ("price", "mixed"): ("A bit dear for what it is.", "I would wait for an offer."),
        ("price", "bad"): ("Far too expensive for this.", "I have seen the same for half the price."),
        ("delivery", "good"): ("Came the next day, well packed.", "Fast delivery and a lovely parcel."),
        ("delivery", "mixed"): ("Delivery took a week.", "The box was dented, the contents were fine."),
        ("delivery", "bad"): ("Waited three weeks for it.", "It came late and badly packed."),
        ("fit", "good"): ("Just the right size.", "Looks exactly like the picture."),
        ("fit", "mixed"): ("Smaller than it looks in the picture.", "The colour is slightly different."),
        ("fit", "bad"): ("Not the size that was described.", "The colour is nothing like the photo."),
        ("batch", "bad"): (
            "I bought one last year and loved it, the new batch is dreadful.",
            "The new ones fall apart, something has changed.",
        ),
        ("close", "good"): ("Will buy again.", "A lovely present.", ""),
        ("close", "mixed"): ("It will do.", ""),
        ("close", "bad"): ("I sent it back.", "Very disappointed.", ""),
    },
    "zh": {
        ("quality", "good"): ("做工很精致。", "质量比想象的好。", "用了几个月还跟新的一样。"),
        ("quality", "mixed"): ("质量一般。", "做工还可以更细一点。"),
        ("quality", "bad"): ("用了不到一周就坏了。", "做工粗糙，表面掉漆。", "收到时就有裂痕。"),
        ("price", "good"): ("性价比很高。", "物超所值。", "比别家便宜，质量一样好。"),
        ("price", "mixed"): ("价格有点小贵。", "等打折再买更合适。"),
        ("price", "bad"): ("太贵了，不值这个价。", "同样的东西别处只要一半的钱。"),
        ("delivery", "good"): ("第二天就到了，包装很好。", "物流很快，包装用心。"),
        ("delivery", "mixed"): ("物流走了一个星期。", "盒子压坏了，好在东西没事。"),
        ("delivery", "bad"): ("等了三个星期才到。", "到得晚，包装也差。"),
        ("fit", "good"): ("大小正合适。", "和图片一模一样。"),
        ("fit", "mixed"): ("比图片上看着小一点。", "颜色略有色差。"),
        ("fit", "bad"): ("尺寸和描述不符。", "颜色跟照片差太多。"),
        ("batch", "bad"): ("去年买过很喜欢，新的这批太差了。", "最近这批一碰就坏，肯定换料了。"),
        ("close", "good"): ("会回购。", "送人很合适。", ""),
        ("close", "mixed"): ("凑合能用。", ""),
        ("close", "bad"): ("已经退货了。", "很失望。", ""),
    },
}  # fmt: skip
TURN_DAYS = 56  # how long ago a bad batch came


def reviews(rng: np.random.Generator, sales: pl.DataFrame, traits: pl.DataFrame, last: date) -> pl.DataFrame:
    """The `reviews` frame. `traits` holds sku, noun, noun_zh, quality, dearness (logs) and reviews_turn.

    About one retail line in a hundred is spoken of, products that turned bad more often; a review is dated 2 to 14
    days after its order, and never after `last`.
    """
    known = sales.join(traits, on="sku", how="left", maintain_order="left")
    turned = known.select(
        pl.col("reviews_turn") & (pl.col("date") > pl.lit(last - timedelta(days=TURN_DAYS)))
    ).to_series()
    chance = np.where(turned.to_numpy(), 0.08, 0.005)
    spoken = known.with_columns(turned=turned).filter(pl.Series(rng.random(known.height) < chance))
    spoken = spoken.with_columns(later=pl.Series(rng.integers(2, 15, spoken.height)))
    spoken = spoken.with_columns(date=pl.col("date") + pl.duration(days="later"))
    spoken = spoken.filter(pl.col("date") <= pl.lit(last)).sort("date", maintain_order=True)
    rating = _ratings(rng, spoken)
    language = np.where(rng.random(spoken.height) < 0.35, "zh", "en")
    told = zip(spoken.iter_rows(named=True), rating, language, strict=True)
    texts = [_text(rng, row, int(stars), str(spoken_in)) for row, stars, spoken_in in told]
    return spoken.select(
        pl.format("R{}", pl.int_range(1, pl.len() + 1)).alias("review_id"), "sku", "date",
        pl.Series("rating", rating), pl.Series("text", texts, dtype=pl.String), pl.Series("language", language),
    )  # fmt: skip


def _ratings(rng: np.random.Generator, spoken: pl.DataFrame) -> Ints:
    good = 4.1 + 0.5 * spoken["quality"].to_numpy() - 1.2 * spoken["dearness"].to_numpy()
    mean = np.where(spoken["turned"].to_numpy(), 1.6, good)
    return np.clip(np.round(mean + rng.normal(0, 0.8, spoken.height)), 1, 5).astype(np.int64)


def _text(rng: np.random.Generator, row: Mapping[str, object], rating: int, language: str) -> str:
    tone = TONES[min(2, max(0, rating - 2))]
    first = "batch" if row["turned"] and tone == "bad" else str(rng.choice(ASPECTS, p=(0.4, 0.25, 0.2, 0.15)))
    second = str(rng.choice(ASPECTS)) if rng.random() < 0.4 else "close"
    said = [_sentence(rng, language, aspect, tone) for aspect in dict.fromkeys((first, second, "close"))]
    thing = f"{row['noun_zh']}：" if language == "zh" else f"{row['noun']}: "
    return thing + ("" if language == "zh" else " ").join(filter(None, said))


def _sentence(rng: np.random.Generator, language: str, aspect: str, tone: str) -> str:
    options = TEXTS[language][aspect, tone]
    return options[int(rng.integers(len(options)))]
