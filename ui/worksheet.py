"""The queue as a workbook to be filled in elsewhere, and the decisions in one that comes back."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from sqlmodel import Session

from agents.rendering import Language
from db import queue
from db.imports.cells import guarded
from db.imports.errors import ImportRefusedError
from db.imports.reading import LINE, read
from db.moves import Actor
from db.proposals import Decision
from db.queue import Line, Precedent
from pricing.errors import PricingError
from ui.amounts import change, day, money
from ui.card import status_name
from ui.words import WORDS, say

MOST = 20_000  # decisions of one file
COLUMNS: tuple[tuple[str, int], ...] = (  # name in words, width
    ("id", 8), ("sku", 14), ("name", 34), ("category", 18), ("status", 18), ("currency", 9), ("now", 10), ("new", 10),
    ("change", 10), ("gain", 14), ("low", 12), ("high", 12), ("basis", 10), ("goal", 12), ("p_loss", 12), ("risk", 12),
    ("by", 14), ("batch", 14), ("until", 14), ("last", 30), ("decision", 14), ("reason", 40), ("hash", 14),
)  # fmt: skip
FORMATS = {"now": "#,##0.00", "new": "#,##0.00", "gain": "#,##0.00", "low": "#,##0.00", "high": "#,##0.00"} | {
    "change": "+0.0;-0.0;0.0", "p_loss": "0%",
}  # fmt: skip
NEEDED = ("id", "decision", "reason", "hash")
VERDICTS = {"approve": "approved", "reject": "rejected"}
Places = dict[int, int]  # the line of the file by the proposal's number


class WorkbookError(PricingError):
    """The file cannot be taken for an edited list; nothing was done."""


@dataclass(frozen=True)
class Reading:
    """What a workbook asks for, and the rows that cannot be done: their line, and why as a key of words."""

    decisions: tuple[Decision, ...]
    blank: int
    bad: tuple[tuple[int, str, str], ...]  # line, key, what was said

    def count(self, to: str) -> int:
        return sum(decision.to == to for decision in self.decisions)


def write(path: Path, lines: Iterable[Line], last: Mapping[int, Precedent], language: Language) -> int:
    """The list as .xlsx, with empty columns for decisions; texts stay texts. Returns the number of rows."""
    names = [name for name, _ in COLUMNS]
    rows = [_cells(line, last.get(line.id), language) for line in lines]
    frame = guarded(pl.DataFrame(rows, schema=_schema(), orient="row")) if rows else None
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, plain) as book:
        sheet = book.add_worksheet(say("queue", language))
        bold, filled = book.add_format({"bold": True}), book.add_format({"bold": True, "bg_color": "#FDE68A"})
        formats = {name: book.add_format({"num_format": shape}) for name, shape in FORMATS.items()}
        for place, (name, width) in enumerate(COLUMNS):
            sheet.set_column(place, place, width, formats.get(name))
            sheet.write_string(0, place, say(f"sheet_{name}", language), filled if name in NEEDED[1:3] else bold)
        for number, row in enumerate(frame.iter_rows() if frame is not None else (), 1):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell[:32_000])
                elif cell is not None:
                    sheet.write_number(number, place, cell)
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
        said = {"validate": "list", "source": [say(f"sheet_{one}", language) for one in VERDICTS]}
        sheet.data_validation(1, names.index("decision"), max(1, len(rows)), names.index("decision"), said)
    return len(rows)


def reading(session: Session, path: Path, actor: Actor, language: Language) -> Reading:
    """The decisions in a workbook as far as they can be carried out by this person as things stand.

    Raises WorkbookError for a file that is no such list. What changes between this and carrying them out is refused
    then, item by item, since each decision has the hash of what was exported.
    """
    blank, found, bad = 0, list[tuple[int, Decision]](), list[tuple[int, str, str]]()
    for line, row in _rows(path, language):
        if not row["decision"]:
            blank += 1
            continue
        decision, key = _decision(row)
        if decision is None:
            bad.append((line, key, row["decision"]))
        else:
            found.append((line, decision))
    if len(found) > MOST:
        raise WorkbookError(say("sheet_too_long", language, n=f"{MOST:,}"))
    refused = _refused(session, [decision for _, decision in found], actor)
    bad += [(line, refused[d.proposal_id], "") for line, d in found if d.proposal_id in refused]
    good = tuple(decision for _, decision in found if decision.proposal_id not in refused)
    return Reading(good, blank, tuple(sorted(bad)))


def _schema() -> dict[str, Any]:
    numbers = {"id": pl.Int64} | dict.fromkeys(FORMATS, pl.Float64)
    return {name: numbers.get(name, pl.String) for name, _ in COLUMNS}


def _cells(line: Line, last: Precedent | None, language: Language) -> tuple[Any, ...]:
    step = 100 * (float(line.proposed_price / line.current_price) - 1) if line.current_price else None
    name = (line.name_zh if language == "zh" else "") or line.name
    return (
        line.id, line.sku, name, line.category, status_name(line.status, language), line.currency,
        float(line.current_price), float(line.proposed_price), step, float(line.expected_change),
        float(line.change_low), float(line.change_high), say(f"basis_{line.basis}", language),
        say(f"goal_{line.goal}", language), line.p_loss, say(f"risk_{line.risk}", language), line.created_by,
        line.batch_id, line.expires_at.date().isoformat(), _last(line, last, language), "", "", line.content_hash,
    )  # fmt: skip


def _last(line: Line, last: Precedent | None, language: Language) -> str:
    if last is None:
        return ""
    step = say("last_step", language, step=change(last.price, line.proposed_price, language))
    verdict = say(f"last_{last.verdict}", language, price=money(last.price, last.currency, language), step=step)
    return f"{verdict}, {last.by}, {day(last.at.isoformat(), language)}. {last.reason}".strip()


def _rows(path: Path, language: Language) -> Iterator[tuple[int, dict[str, str]]]:
    """The needed cells of each row, with its line; headers of either language."""
    if path.suffix.lower() != ".xlsx":
        raise WorkbookError(say("sheet_unreadable", language))
    try:
        frame = read(path, may_be_empty=True)[0].frame
    except ImportRefusedError:
        raise WorkbookError(say("sheet_unreadable", language)) from None
    headers = {name.strip().lower(): name for name in frame.columns}
    columns = {name: next((headers[said] for said in WORDS[f"sheet_{name}"] if said in headers), "") for name in NEEDED}
    missing = next((name for name, column in columns.items() if not column), None)
    if missing is not None:
        raise WorkbookError(say("sheet_columns", language, name=say(f"sheet_{missing}", language)))
    for row in frame.iter_rows(named=True):
        yield int(row[LINE]), {name: str(row[column] or "").strip() for name, column in columns.items()}


def _decision(row: Mapping[str, str]) -> tuple[Decision | None, str]:
    """The decision in a row, or the key of what is wrong with it."""
    said = row["decision"].lower()
    to = next((to for verb, to in VERDICTS.items() if said in (verb, to, *WORDS[f"sheet_{verb}"])), None)
    if to is None:
        return None, "bad_decision"
    number = row["id"].removesuffix(".0")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None, "bad_id"
    if to == "rejected" and not row["reason"]:
        return None, "bad_reason"
    if not row["hash"]:
        return None, "bad_hash"
    return Decision(int(number), to, row["hash"], row["reason"][:2000]), ""


def _refused(session: Session, decisions: list[Decision], actor: Actor) -> dict[int, str]:
    """Why not, by number, as things stand."""
    ids = [decision.proposal_id for decision in decisions]
    hashes = {line.id: line.content_hash for part in queue.parts(ids) for line in queue.lines(session, part)}
    barred = {
        to: queue.hindrances(session, [d.proposal_id for d in decisions if d.to == to], actor, to)
        for to in VERDICTS.values()
    }
    twice = {one for one, times in Counter(ids).items() if times > 1}
    found: dict[int, str] = {}
    for decision in decisions:
        one = decision.proposal_id
        if one in twice:
            found[one] = "bad_twice"
        elif one not in hashes:
            found[one] = "bad_id"
        elif hashes[one] != decision.seen:
            found[one] = "bad_hash"
        elif one in barred[decision.to]:
            found[one] = f"bad_{barred[decision.to][one]}"
    return found
