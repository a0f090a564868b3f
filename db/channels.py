"""Weekly prices of products that several channels or stores sell at prices of their own."""

import polars as pl

OFTEN = 0.5  # share of a product's weeks in which a channel sells from which it counts by itself
SAME_PRICE = 0.005  # log distance under which two prices are one
APART = 0.1  # share of weeks in which channels charge differently from which their prices are told apart


def told_apart(small: pl.DataFrame) -> pl.DataFrame:
    """The small lines (sku, channel, week and more) of products that often sell in two channels or more.

    Channels that seldom sell a product are one channel together, named ""; where even that seldom sells, it is no
    channel.
    """
    cells = small.select("sku", "channel", "week").unique()
    weeks = cells.select("sku", "week").unique().group_by("sku").agg(all=pl.len())
    own = _often(cells, weeks).with_columns(name="channel")
    rest = cells.join(own, on=["sku", "channel"], how="anti")
    together = _often(rest.with_columns(channel=pl.lit("")).unique(), weeks).select("sku")
    others = rest.select("sku", "channel").unique().join(together, on="sku", how="semi").with_columns(name=pl.lit(""))
    names = pl.concat([own, others]).filter(pl.col("name").n_unique().over("sku") > 1)
    return small.join(names, on=["sku", "channel"]).with_columns(channel="name").drop("name")


def _often(cells: pl.DataFrame, weeks: pl.DataFrame) -> pl.DataFrame:
    """sku and channel of `cells` (sku, channel, week) where the channel sells in OFTEN of the product's `weeks`."""
    seen = cells.group_by("sku", "channel").agg(weeks=pl.len()).join(weeks, on="sku")
    return seen.filter(pl.col("weeks") >= OFTEN * pl.col("all")).select("sku", "channel")


def steadied(usual: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """Weekly prices that move when prices move, and not when buyers change from one channel to another.

    `usual` (sku, week, usual) over all channels together, `apart` (sku, channel, week, usual, lines) of each. Where
    channels charge differently, the log price moves by the mean of the channels' own moves since they last sold, each
    weighted by its lines over all weeks, and ends at the usual price of the last week. A channel that opens or closes
    moves nothing. Other products keep their usual prices.
    """
    mixed = _mixed(apart)
    if mixed.is_empty():
        return usual
    moves = _moves(apart.join(mixed, on="sku", how="semi"))
    logs = usual.join(mixed, on="sku", how="semi").join(moves, on=["sku", "week"], how="left").sort("sku", "week")
    index = pl.col("move").fill_null(0.0).cum_sum().over("sku")
    level = logs.with_columns(index=index).with_columns(
        usual=pl.col("usual").last().over("sku") * (pl.col("index") - pl.col("index").last().over("sku")).exp()
    )
    return pl.concat([usual.join(mixed, on="sku", how="anti"), level.select(usual.columns)])


def _mixed(apart: pl.DataFrame) -> pl.DataFrame:
    """The sku of every product whose channels charge differently in some of the weeks in which two of them sell."""
    week = apart.group_by("sku", "week").agg(
        far=pl.col("usual").max() > pl.col("usual").min() * (1 + SAME_PRICE), channels=pl.len()
    )
    share = week.filter(pl.col("channels") > 1).group_by("sku").agg(share=pl.col("far").mean())
    return share.filter(pl.col("share") > APART).select("sku")


def _moves(apart: pl.DataFrame) -> pl.DataFrame:
    """sku, week, move: the weighted mean of the channels' log price moves."""
    own = apart.sort("sku", "channel", "week").with_columns(
        step=pl.col("usual").log().diff().over("sku", "channel"), weight=pl.col("lines").sum().over("sku", "channel")
    )
    spans = own.group_by("sku", "channel").agg(
        first=pl.col("week").min(), last=pl.col("week").max(), weight=pl.col("weight").first()
    )
    weeks = own.select("sku", "week").unique()
    active = (
        weeks.join(spans, on="sku")
        .filter(pl.col("week") > pl.col("first"), pl.col("week") <= pl.col("last"))
        .group_by("sku", "week")
        .agg(active=pl.col("weight").sum())
    )
    moved = own.drop_nulls("step").group_by("sku", "week").agg(moved=(pl.col("weight") * pl.col("step")).sum())
    return moved.join(active, on=["sku", "week"]).select("sku", "week", move=pl.col("moved") / pl.col("active"))
