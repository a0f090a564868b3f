"""A file that is dropped into the chat becomes rows of the store, with a report of what became of them."""

from pathlib import Path

from agents.rendering import Language
from db import jobs
from db.imports.detect import find, recognise
from db.imports.loading import load
from db.imports.report import Report
from db.moves import SYSTEM, Actor
from db.tables import StoreInfo
from pricing.errors import PricingError
from ui.amounts import day
from ui.markup import plain
from ui.office import Office
from ui.words import say

ENDINGS = (".csv", ".xlsx")
MOST = 20 * 2**20  # bytes of one file; what is larger is for the page of imports or the command line
PRICING = ("products",)  # what states prices of today, which a merchant changes only by somebody's signature
SHOWN = 6  # reasons and notes of a report that are told


class NotImportedError(PricingError):
    """This file is not for this person, or not for the chat."""


def imported(office: Office, path: Path, actor: Actor, language: Language) -> Report:
    """All of the file or nothing; texts and fits follow it in the background. Rejects lie beside the file.

    Raises NotImportedError, and ImportRefusedError where nothing in it can be used.
    """
    _check(office, path, actor, language)
    report = load(office.database, path, rejects_dir=path.parent)
    if not report.already_imported:
        with office.database.session() as session:
            for kind in ("index", "refresh"):
                jobs.create(session, kind, {}, SYSTEM)
    return report


def _check(office: Office, path: Path, actor: Actor, language: Language) -> None:
    with office.database.reading() as session:
        simulated = session.get(StoreInfo, "simulated")
    if simulated is not None and simulated.value == "yes":
        raise NotImportedError(say("attach_simulated", language, name=path.name[:80]))
    if path.suffix.lower() not in ENDINGS:
        raise NotImportedError(say("attach_ending", language, name=path.name[:80]))
    if path.stat().st_size > MOST:
        raise NotImportedError(say("attach_large", language, name=path.name[:80], most=MOST // 2**20))
    if actor.role == "merchant" and _states_prices(path):
        raise NotImportedError(say("attach_prices", language, name=path.name[:80]))


def _states_prices(path: Path) -> bool:
    form, tables = recognise(find(path))
    return form != "store" or any(kind in PRICING for kind, _ in tables)


def told(report: Report, language: Language) -> str:
    """The report as Markdown; what came from the file is text."""
    name = plain(report.source)
    if report.already_imported:
        return say("attach_again", language, name=name)
    lines = [say("attach_done", language, name=name, read=report.read, kept=report.kept, products=report.products)]
    if report.first_day and report.last_day:
        first, last = (day(one.isoformat(), language) for one in (report.first_day, report.last_day))
        lines.append(say("attach_days", language, first=first, last=last))
    lines.append(say("attach_duplicates", language, n=report.duplicates) if report.duplicates else "")
    for key, counts in (("attach_mended", report.mended), ("attach_rejected", report.rejected)):
        most = sorted(counts.items(), key=lambda one: -one[1])
        lines += [say(key, language, n=n, why=plain(why)) for why, n in most[:SHOWN]]
    lines += [plain(note) for note in report.notes[:SHOWN]]
    lines.append(say("attach_rejects" if report.rejected else "attach_soon", language))
    return "\n".join(f"- {line}" if i else f"{line}\n" for i, line in enumerate(one for one in lines if one))
