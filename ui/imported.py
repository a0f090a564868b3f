"""What an import did, as HTML."""

from agents.rendering import Language, told_in
from db.imports.report import Report
from ui.markup import Html, el, joined
from ui.tables import table
from ui.words import say


def imported(report: Report, language: Language) -> Html:
    """The counts, and why lines were mended or rejected."""
    key = "imports_again" if report.already_imported else "imports_done"
    counts = (
        ("imports_read", report.read),
        ("imports_kept", report.kept),
        ("imports_mended", sum(report.mended.values())),
        ("imports_rejected", sum(report.rejected.values())),
        ("imports_duplicates", report.duplicates),
        ("imports_products", report.products),
    )
    cells = (el("div", el("dt", say(name, language)), el("dd", f"{count:,}")) for name, count in counts)
    parts = [el("p", say(key, language, source=report.source), class_="pd-told"), el("dl", *cells, class_="pd-figures")]
    whys = [
        [say(name, language), f"{count:,}", told_in(why, language)]
        for name, found in (("imports_rejected", report.rejected), ("imports_mended", report.mended))
        for why, count in sorted(found.items(), key=lambda item: -item[1])
    ]
    if whys:
        heads = [say(name, language) for name in ("imports_col_what", "imports_col_lines", "col_why")]
        parts.append(table(say("imports_why", language), heads, whys))
    if report.notes:
        parts.append(el("p", say("imports_notes", language, notes="; ".join(report.notes)), class_="pd-faint"))
    return joined(*parts)
