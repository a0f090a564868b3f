"""The audit: who did what, when and why, in both chains; whether the trail is whole; and both to take away."""

import json
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import gradio as gr
from gradio.components import Component
from sqlmodel import func, select

from agents.rendering import Language, told_in
from db import audit, events, trail
from db.dealings import Event
from db.exports import What, export
from db.tables import Move
from pricing.errors import PricingError
from ui.amounts import moment
from ui.card import status_name, told
from ui.markup import Html, el, flat
from ui.office import Office, excuse
from ui.panel import QUIET
from ui.tables import table
from ui.words import known, say

COLUMNS = ("col_when", "col_who", "col_about", "col_move", "col_why")
BOTH: tuple[What, What] = ("audit", "events")


class NoDayError(PricingError):
    """What was typed is no day."""


class Auditing:
    """A page, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        with gr.Row(elem_classes="pd-filters"):
            self.person = gr.Dropdown([""], value="", label=i18n("audit_person"), elem_id="audit-person")
            self.kind = gr.Dropdown([""], value="", label=i18n("audit_kind"), elem_id="audit-kind")
            self.subject = gr.Textbox(label=i18n("audit_subject"), elem_id="audit-subject")
            self.since = gr.Textbox(label=i18n("audit_since"), elem_id="audit-since", max_length=10)
            self.until = gr.Textbox(label=i18n("audit_until"), elem_id="audit-until", max_length=10)
        with gr.Row(elem_classes="pd-buttons"):
            look = gr.Button(i18n("audit_show"), variant="primary", size="md", min_width=100, elem_id="audit-show")
            verify = gr.Button(i18n("verify"), size="md", min_width=120, elem_id="verify")
            csv = gr.Button(i18n("audit_csv"), size="md", min_width=120, elem_id="audit-csv")
            xlsx = gr.Button(i18n("audit_xlsx"), size="md", min_width=120, elem_id="audit-xlsx")
        self.told = gr.HTML(elem_id="verified")
        self.files = gr.File(label=i18n("audit_files"), file_count="multiple", visible=False, interactive=False)
        self.table = gr.HTML(elem_id="moves")
        with gr.Row(elem_classes="pd-buttons"):
            self.newer = gr.Button(i18n("audit_newer"), size="md", min_width=100, visible=False, elem_id="audit-newer")
            self.older = gr.Button(i18n("audit_older"), size="md", min_width=100, visible=False, elem_id="audit-older")
        self.page = gr.State(0)
        self.inputs: list[Component] = [self.person, self.kind, self.subject, self.since, self.until]
        self.outputs = [self.person, self.kind, self.table, self.newer, self.older, self.page]
        again = [look.click, self.person.input, self.kind.input, self.subject.submit, self.since.submit]
        for happens in [*again, self.until.submit]:
            happens(self.listed, self.inputs, self.outputs, **QUIET)
        turning = [self.page, *self.inputs]
        self.newer.click(self._turned(-1), turning, self.outputs, **QUIET)
        self.older.click(self._turned(1), turning, self.outputs, **QUIET)
        verify.click(self.verified, None, self.told, **QUIET)
        csv.click(self._exported(".csv"), None, [self.told, self.files], **QUIET)
        xlsx.click(self._exported(".xlsx"), None, [self.told, self.files], **QUIET)

    def listed(
        self, person: str, kind: str, subject: str, since: str, until: str, request: gr.Request, page: int = 0
    ) -> list[Any]:
        """One page of what fits the filter, newest first."""
        language = self.office.language(request)
        try:
            self.office.visitor(request)
            days = (_day(since, language), _day(until, language))
            wanted = trail.Filter(person or "", kind or "", flat(subject or "", 200), *days)
            with self.office.database.reading() as session:
                some, total = trail.page(session, wanted, page)
                choices = (trail.people(session), trail.kinds(session))
        except Exception as error:
            return [gr.skip(), gr.skip(), told(excuse(error, language), False), gr.skip(), gr.skip(), page]
        everybody = [(say("audit_everybody", language), ""), *((name, name) for name in choices[0])]
        everything = [(say("audit_everything", language), ""), *((_named(k, language), k) for k in choices[1])]
        empty = "audit_empty" if wanted == trail.Filter() else "audit_none"
        return [
            gr.Dropdown(choices=everybody), gr.Dropdown(choices=everything),
            _shown(some, page, total, language) if some else el("p", say(empty, language), class_="pd-empty"),
            gr.Button(visible=page > 0), gr.Button(visible=(page + 1) * trail.SIZE < total), page,
        ]  # fmt: skip

    def _turned(self, step: int) -> Any:
        def turn(
            page: int, person: str, kind: str, subject: str, since: str, until: str, request: gr.Request
        ) -> list[Any]:
            return self.listed(person, kind, subject, since, until, request, max(0, page + step))

        return turn

    def verified(self, request: gr.Request) -> str:
        """Whether both chains of hashes hold."""
        language = self.office.language(request)
        try:
            self.office.visitor(request)
            with self.office.database.reading() as session:
                broken, wrong = audit.verify(session), events.verify(session)
                moves = session.exec(select(func.count()).select_from(Move)).one()
                happened = session.exec(select(func.count()).select_from(Event)).one()
        except Exception as error:
            return told(excuse(error, language), False)
        if broken is not None:
            return told(say("broken", language, id=broken.id), False)
        if wrong is not None:
            return told(say("broken_event", language, id=wrong.id), False)
        return told(say("verified", language, moves=moves, events=happened), True)

    def _exported(self, ending: str) -> Any:
        def exported(request: gr.Request) -> tuple[str, Any]:
            language = self.office.language(request)
            try:
                self.office.visitor(request)
                folder = Path(mkdtemp(prefix="pricedesk-"))
                files = [folder / f"{what}{ending}" for what in BOTH]
                with self.office.database.reading() as session:
                    moves, happened = (export(session, what, file) for what, file in zip(BOTH, files, strict=True))
            except Exception as error:
                return told(excuse(error, language), False), gr.File(visible=False)
            done = say("audit_exported", language, moves=moves, events=happened)
            return told(done, True), gr.File([str(file) for file in files], visible=True)

        return exported


def _day(typed: str, language: Language) -> date | None:
    text = (typed or "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NoDayError(say("audit_bad_day", language, day=flat(text, 20))) from None


def _shown(entries: list[trail.Entry], page: int, total: int, language: Language) -> Html:
    first = page * trail.SIZE + 1
    span = say("audit_span", language, first=first, last=first + len(entries) - 1, total=f"{total:,}")
    heads = [say(name, language) for name in COLUMNS]
    listed = table(say("trail_of_moves", language), heads, (_cells(entry, language) for entry in entries))
    return el("div", el("p", span, class_="pd-faint"), listed)


def _cells(entry: trail.Entry, language: Language) -> list[str]:
    about = say("about_move", language, id=entry.subject, sku=entry.sku) if entry.chain == "move" else entry.subject
    return [
        moment(entry.at.isoformat(), language),
        f"{entry.actor} ({say(f'role_{entry.role}', language)})",
        flat(about, 120),
        _what(entry, language),
        _why(entry, language),
    ]


def _what(entry: trail.Entry, language: Language) -> str:
    if entry.chain == "event":
        return _named(entry.kind, language)
    if entry.from_status == entry.kind:
        return say("move_edited", language, n=entry.version)
    return f"{status_name(entry.from_status, language)} → {status_name(entry.kind, language)}"


def _why(entry: trail.Entry, language: Language) -> str:
    if entry.chain == "move" or entry.reason:
        return flat(told_in(entry.reason, language) if entry.role == "system" else entry.reason, 400)
    said = {name: value for name, value in (entry.body or {}).items() if value}
    return flat(" · ".join(f"{name}: {_plain(value)}" for name, value in said.items()), 200)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _named(kind: str, language: Language) -> str:
    return known(f"event_{kind}", language, known(f"status_{kind}", language, kind))
