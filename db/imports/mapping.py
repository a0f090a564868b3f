"""Foreign column names: which of ours they mean, guessed from what shops call them, corrected by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from db.imports.columns import KINDS, Kind, lacking, normal
from db.imports.errors import ImportRefusedError
from db.imports.online_retail import is_online_retail
from db.imports.reading import Table, read

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "sku": ("item", "item no", "item number", "item code", "product", "product id", "product code", "article",
            "stock code", "variant sku", "货号", "商品编号", "商品编码", "商品代码", "编码"),
    "name": ("product name", "title", "item name", "label", "名称", "商品名称", "品名"),
    "name_zh": ("chinese name", "name cn", "中文名", "中文名称"),
    "category": ("type", "product type", "department", "group", "分类", "类别", "品类"),
    "description": ("details", "body", "描述", "商品描述"),
    "brand": ("vendor", "manufacturer", "品牌"),
    "cost": ("unit cost", "cost price", "cost per item", "purchase price", "cogs", "成本", "进价", "成本价"),
    "price": ("unit price", "selling price", "sale price", "list price", "retail price", "variant price", "价格",
              "单价", "售价"),
    "currency": ("currency code", "币种", "货币"),
    "stock": ("inventory", "quantity on hand", "stock level", "库存"),
    "on_hand": ("stock", "quantity", "inventory", "库存", "数量"),
    "map_price": ("map", "minimum advertised price", "最低广告价"),
    "launched_on": ("launch date", "created at", "上架日期"),
    "date": ("day", "order date", "sold on", "invoice date", "created at", "review date", "日期", "下单日期", "时间"),
    "units": ("quantity", "qty", "units sold", "amount sold", "sold", "数量", "销量"),
    "order_id": ("order", "order no", "order number", "invoice", "invoice no", "订单号", "订单编号"),
    "customer_id": ("customer", "client", "buyer", "客户", "客户编号", "会员号"),
    "channel": ("source", "sales channel", "渠道"),
    "promo": ("promotion", "on sale", "促销"),
    "competitor": ("shop", "seller", "competitor name", "竞争对手", "竞品"),
    "url": ("link", "链接"),
    "in_stock": ("available", "有货"),
    "review_id": ("id", "review", "评论编号"),
    "rating": ("stars", "score", "评分"),
    "text": ("comment", "review text", "content", "评论", "内容"),
    "language": ("lang", "语言"),
    "starts_on": ("start", "start date", "from", "开始日期"),
    "ends_on": ("end", "end date", "to", "until", "结束日期"),
    "kind": ("promotion type", "类型"),
    "discount_pct": ("discount", "percent off", "折扣"),
    "coupon": ("coupon code", "优惠券"),
}  # fmt: skip


@dataclass(frozen=True)
class Mapped:
    """How the columns of a file are read: what it holds, file column to ours, and what is still needed."""

    kind: Kind
    columns: Mapping[str, str]
    guessed: frozenset[str] = frozenset()  # file columns that are not called what ours is called

    @property
    def missing(self) -> list[str]:
        """Required columns that nothing is read into."""
        return [c.name for c in KINDS[self.kind] if c.required and c.name not in self.columns.values()]


def columns_of(path: Path) -> list[str]:
    """The columns of a file's first sheet with rows. Raises ImportRefusedError for a file that cannot be read."""
    return next(table for table in read(path) if table.frame.height).columns


def is_known(columns: Sequence[str]) -> bool:
    """Whether these columns are a format that needs no mapping."""
    return is_online_retail(columns) or any(not lacking(columns, wanted) for wanted in KINDS.values())


def guess(columns: Sequence[str], kind: Kind | None = None) -> Mapped:
    """What the columns mean as this kind of file, or as the kind that they fit best."""
    if kind is not None:
        return _as(kind, columns)
    return min((_as(one, columns) for one in KINDS if one != "store"), key=_distance)


def corrected(kind: Kind, columns: Mapping[str, str]) -> Mapped:
    """A person's mapping; "" leaves a column unread. Raises ImportRefusedError where nothing can come of it."""
    chosen = {own: ours for own, ours in columns.items() if ours}
    known = {column.name for column in KINDS[kind]}
    foreign = sorted(set(chosen.values()) - known)
    if foreign:
        raise ImportRefusedError(f"{kind} have no column {foreign[0]}. They have: {', '.join(sorted(known))}.")
    twice = sorted(ours for ours in set(chosen.values()) if list(chosen.values()).count(ours) > 1)
    if twice:
        raise ImportRefusedError(f"Two columns are read into {twice[0]}. Keep the one that counts.")
    mapped = Mapped(kind, chosen)
    if mapped.missing:
        raise ImportRefusedError(f"{kind} need {', '.join(mapped.missing)}. Choose a column for each.")
    return mapped


def renamed(table: Table, mapped: Mapped) -> Table:
    """The table under our names; a column that is left unread is not taken for one of ours."""
    ours = {normal(column.name) for column in KINDS[mapped.kind]}
    free = {own: f"{own} (unread)" for own in table.columns if own not in mapped.columns and normal(own) in ours}
    there = {own: name for own, name in mapped.columns.items() if own in table.columns}
    return replace(table, frame=table.frame.rename({**free, **there}))


def _as(kind: Kind, columns: Sequence[str]) -> Mapped:
    found: dict[str, str] = {}
    guessed: set[str] = set()
    names = {own: normal(own) for own in columns}
    for column in KINDS[kind]:
        for rank, wanted in enumerate((column.name, *SYNONYMS.get(column.name, ()))):
            own = next((one for one, name in names.items() if name == normal(wanted) and one not in found), None)
            if own is not None:
                found[own] = column.name
                if rank:
                    guessed.add(own)
                break
    return Mapped(kind, found, frozenset(guessed))


def _distance(mapped: Mapped) -> tuple[float, int]:
    required = sum(column.required for column in KINDS[mapped.kind])
    return len(mapped.missing) / required, -len(mapped.columns)


def read_mapped(path: Path, mapped: Mapped) -> list[tuple[Kind, Table]]:
    """The sheets of a file under our names. Raises ImportRefusedError for a file that cannot be read."""
    return [(mapped.kind, renamed(table, mapped)) for table in read(path) if table.frame.height]


def mark(mapped: Mapped) -> str:
    """What tells the same bytes under another mapping apart."""
    return f"{mapped.kind}:{sorted(mapped.columns.items())}"
