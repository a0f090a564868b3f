"""The import: a file handed in, its columns named, taken into the store, and the fits made anew behind it."""

from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

import gradio as gr
from gradio.components import Component

from agents.rendering import Language
from db import events
from db.actors import Actor
from db.imports.columns import KINDS, Kind
from db.imports.errors import ImportRefusedError
from db.imports.loading import load
from db.imports.mapping import Mapped, columns_of, corrected, guess, is_known
from db.imports.reading import read
from db.imports.report import Report
from db.moves import NotAllowedError
from ui.card import told
from ui.imported import imported
from ui.markup import Html, el, flat
from ui.office import Office, excuse
from ui.panel import QUIET
from ui.tables import table
from ui.unpacking import unpacked
from ui.words import known, say

IMPORTERS = ("merchant", "admin")
MAPPED: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind != "store")
MOST = max(len(KINDS[kind]) for kind in MAPPED)
SAMPLE = 5  # lines of the file that are shown
POLL = 1.0  # seconds between two looks at the refresh


class StoppedError(ImportRefusedError):
    """Somebody pressed Cancel; the transaction is undone."""


class Importing:
    """A page, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        self.stops: dict[str, Event] = {}  # by visit, set where its import shall end
        self.intro = gr.HTML(elem_id="imports-intro")
        with gr.Column() as self.body:
            self.file = gr.File(
                label=i18n("imports_file"), file_types=[".csv", ".xlsx", ".parquet", ".zip"], elem_id="imports-file"
            )
            self.said = gr.HTML(elem_id="imports-said")
            with gr.Accordion(i18n("imports_mapping"), visible=False, elem_id="imports-mapping") as self.mapping:
                self.kind = gr.Dropdown(list(MAPPED), label=i18n("imports_kind"), elem_id="imports-kind")
                with gr.Row(elem_classes="pd-filters"):
                    self.columns = [gr.Dropdown([], visible=False, elem_id=f"imports-column-{n}") for n in range(MOST)]
            with gr.Row(elem_classes="pd-buttons"):
                start = gr.Button(i18n("imports_start"), variant="primary", size="md", elem_id="imports-start")
                stop = gr.Button(i18n("imports_cancel"), size="md", elem_id="imports-cancel")
            self.told = gr.HTML(elem_id="imports-told")
            self.rejects = gr.File(
                label=i18n("imports_rejects"), file_count="multiple", visible=False, interactive=False,
                elem_id="imports-rejects",
            )  # fmt: skip
            self.refresh = gr.HTML(elem_id="imports-refresh")
            self.job, self.clock = gr.State(""), gr.Timer(POLL, active=False)
        self.inputs: list[Component] = []
        self.outputs = [self.intro, self.body]
        form = [self.said, self.mapping, self.kind, *self.columns]
        self.file.change(self._handed_in, self.file, form, **QUIET)
        self.kind.input(self._of_kind, [self.file, self.kind], form, **QUIET)
        done = [self.told, self.rejects, self.refresh, self.job, self.clock]
        start.click(self._run, [self.file, self.kind, *self.columns], done, **QUIET)
        stop.click(self._stop, self.job, self.refresh, queue=False, **QUIET)
        self.clock.tick(self._followed, self.job, [self.refresh, self.clock], **QUIET)

    def listed(self, request: gr.Request) -> list[Any]:
        """The form for those who may import, a word for the others."""
        language = self.office.language(request)
        try:
            actor = self.office.visitor(request)
        except Exception as error:
            return [told(excuse(error, language), False), gr.Column(visible=False)]
        may = actor.role in IMPORTERS
        said = say("imports_intro", language) if may else _not_for(actor, language)
        return [el("p", said, class_="pd-hint" if may else "pd-note pd-hint"), gr.Column(visible=may)]

    def _handed_in(self, file: str | None, request: gr.Request) -> list[Any]:
        return self._form(file, None, request)

    def _of_kind(self, file: str | None, kind: Kind, request: gr.Request) -> list[Any]:
        return self._form(file, kind, request)

    def _form(self, file: str | None, kind: Kind | None, request: gr.Request) -> list[Any]:
        """What the columns seem to mean; hidden where nothing needs to be said."""
        language = self.office.language(request)
        nothing = [
            gr.Accordion(visible=False),
            gr.Dropdown(value=None),
            *[gr.Dropdown(visible=False, value=None)] * MOST,
        ]
        if not file:
            return ["", *nothing]
        path = Path(file)
        try:
            self._importer(request, language)
            if path.suffix.lower() == ".zip":
                return [el("p", say("imports_whole", language), class_="pd-faint"), *nothing]
            columns = columns_of(path)
            sample = _sample(path, language)
        except Exception as error:
            return [told(excuse(error, language), False), *nothing]
        mapped = guess(columns, kind)
        if kind is None and is_known(columns) and mapped.missing:
            return [Html(el("p", say("imports_whole", language), class_="pd-faint") + sample), *nothing]
        choices = [(say(f"imports_kind_{one}", language), one) for one in MAPPED]
        dropdown = gr.Dropdown(choices=choices, value=mapped.kind)
        fields = [*_fields(mapped, columns, language), *[gr.Dropdown(visible=False, value=None)] * MOST][:MOST]
        return [Html(_guessed(mapped, language) + sample), gr.Accordion(visible=True), dropdown, *fields]

    def _run(
        self, request: gr.Request, file: str | None, kind: Kind | None, *chosen: str | None
    ) -> Iterator[list[Any]]:
        """Import in a thread of its own; how far it is, then what it did."""
        language, visit = self.office.language(request), str(request.session_hash)
        quiet = [gr.skip()] * 4
        try:
            actor = self._importer(request, language)
            if not file:
                raise ImportRefusedError(say("imports_no_file", language))
            mapped = _mapping(kind, chosen)
            path = Path(file)
            source = unpacked(path, language) if path.suffix.lower() == ".zip" else path
        except Exception as error:
            yield [told(excuse(error, language), False), *quiet]
            return
        stop = self.stops[visit] = Event()
        told_so_far: SimpleQueue[tuple[str, int, int] | Report | Exception] = SimpleQueue()
        Thread(target=self._work, args=(source, mapped, actor, stop, told_so_far, language), daemon=True).start()
        while isinstance(now := told_so_far.get(), tuple):
            yield [_progress("imports_running", *now, language), *quiet]
        self.stops.pop(visit, None)
        if isinstance(now, Exception):
            yield [told(excuse(now, language), False), *quiet]
            return
        files = [name for name in now.rejects_files if Path(name).is_file()]
        yield [
            imported(now, language),
            gr.File(files or None, visible=bool(files)),
            *self._refreshing(now, actor, language),
        ]

    def _work(
        self, source: Path, mapped: Mapped | None, actor: Actor, stop: Event, out: Any, language: Language
    ) -> None:
        last = ("", -1)

        def tell(stage: str, done: int, total: int) -> None:
            nonlocal last
            if stop.is_set():
                raise StoppedError(say("imports_stopped", language))
            if (stage, now := 50 * done // max(total, 1)) != last:
                last = (stage, now)
                out.put((stage, done, total))

        try:
            database = self.office.database
            report = load(database, source, "auto", tell, self.office.behind.rejects, mapped=mapped)
            if not report.already_imported:
                with database.session() as session:
                    body = {"read": report.read, "kept": report.kept, "rejected": sum(report.rejected.values())}
                    events.record(session, "store.imported", flat(report.source, 200), actor, body)
        except Exception as error:
            out.put(error)
        else:
            out.put(report)

    def _refreshing(self, report: Report, actor: Actor, language: Language) -> list[Any]:
        """The texts and fits follow, as work in the background: what it says, its number, and the clock."""
        if report.already_imported:
            return ["", "", gr.Timer(active=False)]
        if self.office.jobs is None:
            return [el("p", say("imports_no_jobs", language), class_="pd-faint"), "", gr.Timer(active=False)]
        for_them = Actor(actor.name, "system")  # it follows from the import, whoever may refresh otherwise
        self.office.jobs.submit("index", {}, for_them)
        job = self.office.jobs.submit("refresh", {}, for_them)
        return [_progress("imports_refreshing", "waiting", 0, 0, language), job.id, gr.Timer(active=True)]

    def _followed(self, job_id: str, request: gr.Request) -> list[Any]:
        language = self.office.language(request)
        if not job_id or self.office.jobs is None:
            return [gr.skip(), gr.Timer(active=False)]
        try:
            job = self.office.jobs.status(job_id)
        except Exception as error:
            return [told(excuse(error, language), False), gr.Timer(active=False)]
        if job.status in ("waiting", "running"):
            return [_progress("imports_refreshing", job.stage or job.status, job.done, job.total, language), gr.skip()]
        done = job.status == "done"
        said = say("imports_refreshed", language) if done else say("imports_refresh_failed", language, why=job.error)
        return [told(said, done), gr.Timer(active=False)]

    def _stop(self, job_id: str, request: gr.Request) -> Any:
        """End the import where one runs, else the refresh behind it."""
        language = self.office.language(request)
        try:
            actor = self._importer(request, language)
            if stop := self.stops.get(str(request.session_hash)):
                stop.set()
            elif job_id and self.office.jobs is not None:
                self.office.jobs.cancel(job_id, actor)
        except Exception as error:
            return told(excuse(error, language), False)
        return gr.skip()

    def _importer(self, request: gr.Request, language: Language) -> Actor:
        actor = self.office.visitor(request)
        if actor.role not in IMPORTERS:
            raise NotAllowedError(_not_for(actor, language))
        return actor


def _not_for(actor: Actor, language: Language) -> str:
    return say("imports_refused", language, role=say(f"role_{actor.role}", language))


def _mapping(kind: Kind | None, chosen: tuple[str | None, ...]) -> Mapped | None:
    """What the person chose; None where the format is known as a whole. Raises ImportRefusedError."""
    if kind is None:
        return None
    ours = (column.name for column in KINDS[kind])
    return corrected(kind, {own: name for name, own in zip(ours, chosen, strict=False) if own})


def _fields(mapped: Mapped, columns: list[str], language: Language) -> list[Any]:
    own = {ours: file for file, ours in mapped.columns.items()}
    choices = [(say("imports_unread", language), ""), *((name[:80], name) for name in columns)]
    return [
        gr.Dropdown(choices, value=own.get(c.name, ""), label=f"{c.name} *" if c.required else c.name, visible=True)
        for c in KINDS[mapped.kind]
    ]


def _guessed(mapped: Mapped, language: Language) -> Html:
    if mapped.missing:
        return told(say("imports_lacks", language, names=", ".join(mapped.missing)), False)
    if not mapped.guessed:
        return told(say("imports_known", language), True)
    names = ", ".join(f"{own} → {mapped.columns[own]}" for own in sorted(mapped.guessed))
    return told(say("imports_guessed", language, n=len(mapped.guessed), names=names), True)


def _sample(path: Path, language: Language) -> Html:
    sheet = next(one for one in read(path) if one.frame.height)
    rows = sheet.frame.select(sheet.columns).head(SAMPLE).iter_rows()
    cells = ([flat("" if cell is None else str(cell), 60) for cell in row] for row in rows)
    return table(say("imports_sample", language), sheet.columns, cells)


def _progress(key: str, stage: str, done: int, total: int, language: Language) -> Html:
    said = say(key, language, stage=known(f"stage_{stage}", language, stage))
    share = {"value": str(done), "max": str(total)} if total > 1 else {}
    return el("p", said, " ", el("progress", aria_label=said, **share), class_="pd-told pd-wait", role="status")
