"""One import: from a path to rows in the database, in one transaction."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal
from pathlib import Path

import polars as pl
from sqlalchemy import func, insert, select, text
from sqlmodel import Session, col

from db.engine import Database
from db.imports import complete_journey, online_retail, store_folder
from db.imports.batch import Batch, Known
from db.imports.columns import KEYS, Kind
from db.imports.detect import Source, find, recognise
from db.imports.errors import ImportRefusedError
from db.imports.mapping import Mapped, mark, read_mapped
from db.imports.prices import priced
from db.imports.rejects import write_rejects
from db.imports.report import Report
from db.imports.writing import upsert
from db.tables import ImportRun, Price, Product, now

Progress = Callable[[str, int, int], None]  # stage, done, total

TABLES: Mapping[Kind, str] = {
    "products": "product", "sales": "sale", "competitor_prices": "competitor_price", "reviews": "review",
    "stock": "stock", "promotions": "promotion", "store": "store_info",
}  # fmt: skip
_KEEP_TEXT = {
    name: f"COALESCE(NULLIF(excluded.{name}, ''), product.{name})"
    for name in ("name", "name_zh", "category", "description", "brand", "currency", "status")
}
_KEEP = _KEEP_TEXT | {
    name: f"COALESCE(excluded.{name}, product.{name})"
    for name in ("price", "cost", "map_price", "stock", "launched_on")
}
ADDED_UP = "lines of one order, product and price added up"
_IMPORT_LOCK = 0x5052_4944  # any number that is ours alone


def load(
    database: Database,
    path: Path,
    format: str = "auto",  # noqa: A002
    progress: Progress | None = None,
    rejects_dir: Path | None = None,
    *,
    currency: str = "",
    mapped: Mapped | None = None,
) -> Report:
    """Import a store folder, one of its files, Online Retail or The Complete Journey ("auto" finds out which).

    All or nothing: one transaction. The same bytes a second time change nothing; a corrected or overlapping file
    updates the rows that it names. Lines turned away are written to `rejects_dir` (nowhere where it is None).
    `currency` is for products that name none; `mapped` says what the columns of one file mean.
    Raises ImportRefusedError where a file is damaged, lacks a column, or holds nothing usable.
    """
    began = time.perf_counter()
    tell = progress or (lambda stage, done, total: None)
    source = find(Path(path), format)
    digest = _digest(source) if mapped is None else _marked(_digest(source), mapped)
    with database.reading() as session:
        if earlier := _earlier(session, digest):
            return earlier
        known = _known(session, currency)
    tell("reading", 0, 1)
    form, batch = _cleaned(source, known, tell, mapped)
    _refuse_unusable(batch)
    report = _report(Path(path).name, form, batch, source)
    with database.session() as session:
        _one_at_a_time(session)
        if earlier := _earlier(session, digest):
            return earlier
        _write(session, batch, known, tell)
        rejects = write_rejects(batch.sieves, rejects_dir) if rejects_dir else ()
        report = replace(report, rejects_files=rejects, seconds=time.perf_counter() - began)
        session.add(
            ImportRun(
                source=report.source[:500], digest=digest, format=form, report=report.to_dict(), imported_at=now()
            )
        )
    return replace(report, seconds=time.perf_counter() - began)


def _digest(source: Source) -> str:
    """SHA-256 of the bytes; of names and bytes where several files count."""
    several = len(source.files) > 1
    total = hashlib.sha256()
    for file in source.files:
        if not file.is_file():
            raise ImportRefusedError(f"There is no file {file}. Give the path of a file or of a store folder.")
        with file.open("rb") as stream:
            own = hashlib.file_digest(stream, "sha256")
        if not several:
            return own.hexdigest()
        total.update(f"{file.name}\n{own.hexdigest()}\n".encode())
    return total.hexdigest()


def _marked(digest: str, mapped: Mapped) -> str:
    return hashlib.sha256(f"{digest}\n{mark(mapped)}".encode()).hexdigest()


def _earlier(session: Session, digest: str) -> Report | None:
    run = session.scalars(select(ImportRun).where(col(ImportRun.digest) == digest).limit(1)).first()
    return replace(Report.from_dict(run.report), already_imported=True) if run else None


def _known(session: Session, currency: str) -> Known:
    last = select(col(Price.sku), func.max(Price.starts_at).label("at")).group_by(col(Price.sku)).subquery()
    columns = (col(Product.sku), col(Product.price), col(Product.currency), last.c.at)
    rows = session.execute(select(*columns).outerjoin(last, last.c.sku == col(Product.sku)))
    plain = [
        (sku, None if price is None else float(price), own, at.date() if at else None) for sku, price, own, at in rows
    ]
    schema = {"sku": pl.String, "price": pl.Float64, "currency": pl.String, "logged_on": pl.Date}
    return Known(pl.DataFrame(plain, schema=schema, orient="row"), datetime.now(UTC).date(), currency.upper())


def _cleaned(source: Source, known: Known, tell: Progress, mapped: Mapped | None) -> tuple[str, Batch]:
    if mapped is not None:
        tell("cleaning", 0, 1)
        return "store", store_folder.read_batch(read_mapped(source.path, mapped), known)
    if source.format == "complete_journey":
        tell("cleaning", 0, 1)
        return source.format, complete_journey.read_batch(source.path, known)
    form, tables = recognise(source)
    tell("cleaning", 0, 1)
    if form == "online_retail":
        return form, online_retail.read_batch([table for _, table in tables], known)
    return form, store_folder.read_batch(tables, known)


def _refuse_unusable(batch: Batch) -> None:
    for sieve in batch.sieves:
        if sieve.table.frame.height and sieve.frame.is_empty():
            reasons = ", ".join(f"{reason} ({number:,})" for reason, number in sieve.rejected.most_common(3))
            first = sieve.rejects.row(0)
            raise ImportRefusedError(
                f"{sieve.table.source}: not one of its {sieve.table.frame.height:,} lines can be used: {reasons}. "
                f"Begin with line {first[0]:,}: {first[1]}. Nothing was imported."
            )


def _report(name: str, form: str, batch: Batch, source: Source) -> Report:
    mended: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    for sieve in batch.sieves:
        mended.update(sieve.mended)
        rejected.update(sieve.rejected)
    if "sales" in batch.frames:
        mended.update({ADDED_UP: added} if (added := _lines_of_sales(batch) - batch.frames["sales"].height) else {})
    read = sum(sieve.table.frame.height for sieve in batch.sieves)
    duplicates = sum(sieve.duplicates for sieve in batch.sieves)
    days = batch.frames["sales"]["sold_on"] if "sales" in batch.frames else pl.Series(dtype=pl.Date)
    skus = [frame["sku"] for frame in batch.frames.values() if "sku" in frame.columns]
    return Report(
        source=name,
        format=form,
        read=read,
        kept=read - duplicates - rejected.total(),
        duplicates=duplicates,
        mended=dict(mended),
        rejected=dict(rejected),
        tables={TABLES[kind]: frame.height for kind, frame in batch.frames.items()},
        products=pl.concat(skus).n_unique() if skus else 0,
        first_day=_day(days.min()),
        last_day=_day(days.max()),
        notes=(*source.notes, *batch.notes),
    )


def _lines_of_sales(batch: Batch) -> int:
    return sum(sieve.frame.height for sieve in batch.sieves if "units" in sieve.frame.columns)


def _day(day: object) -> date | None:
    return day if isinstance(day, date) else None


def _one_at_a_time(session: Session) -> None:
    """Two imports take turns; SQLite's one write lock does the same."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _IMPORT_LOCK})


def _write(session: Session, batch: Batch, known: Known, tell: Progress) -> None:
    products, log = priced(batch, known)
    new = ~pl.col("sku").is_in(known.products["sku"].implode()) & (pl.col("status") == "")
    products = products.with_columns(pl.when(new).then(pl.lit("active")).otherwise("status").alias("status")).sort(
        "sku"
    )
    frames = {kind: frame for kind, frame in batch.frames.items() if kind != "products"}
    total = products.height + sum(frame.height for frame in frames.values())
    done = 0

    def wrote(rows: int) -> None:
        nonlocal done
        done += rows
        tell("writing", done, total)

    connection = session.connection()
    upsert(connection, "product", products, ("sku",), wrote=wrote, keep=_KEEP)
    for kind, frame in frames.items():
        upsert(connection, TABLES[kind], frame, KEYS[kind], wrote=wrote)
    if log.height:
        session.execute(
            insert(Price), [_logged(*row) for row in log.select("sku", "price", "currency", "starts_on").iter_rows()]
        )


def _logged(sku: str, price: float, currency: str, day: date) -> dict[str, object]:
    starts_at = datetime.combine(day, clock(), UTC)
    return {"sku": sku, "price": Decimal(str(price)), "currency": currency, "starts_at": starts_at, "proposal_id": None}
