"""The approvals: the queue, what is decided in it at once, and the card of one."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Event
from typing import Any

import gradio as gr
from gradio.components import Component

from agents.rendering import Language
from db import queue
from db.queue import Wanted
from db.stakes import cells
from ui.bulk import Order, Report, carried_out, outcome, progress
from ui.card import told
from ui.filters import Filters, wanted
from ui.markup import el, joined
from ui.office import Office, excuse
from ui.panel import QUIET, Panel
from ui.queue import Sheet, grid, keys
from ui.selection import MOST, Kind, Picked, bar, merged, order_for, preview, question
from ui.stakes import summary
from ui.words import say
from ui.worksheet import reading, write

PAGE = 50
HERE = Path(__file__).parent
MARKS = "(marks, ...rest) => [window.pricedeskQueue ? window.pricedeskQueue.marks() : '{}', ...rest]"
TO_REASON = "() => setTimeout(() => document.querySelector('#ask-reason :is(textarea, input), #ask-yes')?.focus(), 80)"
TO_LIST = "() => window.pricedeskQueue?.focus()"
TO_CARD = "() => document.getElementById('approvals-panel')?.scrollIntoView({ block: 'start', behavior: 'smooth' })"
TO_FILE = "() => setTimeout(() => document.getElementById('queue-file')?.click(), 150)"


class Approvals:
    """The second tab, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office, self.running = office, dict[str, Event]()
        self.folder = TemporaryDirectory(prefix="pricedesk-queue-")
        self.marks = gr.Textbox(visible=False)
        self.place, self.picked, self.asked = gr.State(0), gr.State({}), gr.State(None)
        self.filters = Filters(i18n)
        self.stakes = gr.HTML(elem_id="queue-stakes")
        self.outcome = gr.HTML(elem_id="queue-outcome")
        self.stop = gr.Button(i18n("bulk_cancel"), variant="stop", visible=False, elem_id="bulk-cancel")
        with gr.Row(elem_classes="pd-buttons", elem_id="queue-bar"):
            self.all = gr.Button(i18n("pick_all"), size="md", min_width=120, elem_id="pick-all")
            self.none = gr.Button(i18n("pick_none"), size="md", min_width=120, elem_id="pick-none")
            self.deeds: dict[Kind, gr.Button] = {
                "approve": gr.Button(i18n("bulk_approve"), size="md", min_width=120, elem_id="bulk-approve"),
                "apply": gr.Button(
                    i18n("bulk_apply"), variant="primary", size="md", min_width=120, elem_id="bulk-apply"
                ),
                "reject": gr.Button(i18n("bulk_reject"), size="md", min_width=120, elem_id="bulk-reject"),
            }
        self.bar = gr.HTML(elem_id="queue-picked")
        with gr.Column(visible=False, elem_classes="pd-panel", elem_id="queue-ask") as self.ask:
            self.question = gr.HTML()
            self.reason = gr.Textbox(label=i18n("ask_reason"), max_lines=3, elem_id="ask-reason")
            with gr.Row(elem_classes="pd-buttons"):
                self.yes = gr.Button(i18n("ask_yes"), variant="primary", size="md", min_width=120, elem_id="ask-yes")
                self.no = gr.Button(i18n("ask_no"), size="md", min_width=120, elem_id="ask-no")
        script = (HERE / "queue.js").read_text(encoding="utf-8")
        self.table = gr.HTML(elem_id="queue", js_on_load=script, apply_default_css=False)
        with gr.Accordion(i18n("sheet_title"), open=False, elem_id="queue-sheet"):
            self.help = gr.HTML()
            with gr.Row(elem_classes="pd-buttons"):
                self.export = gr.Button(i18n("sheet_export"), size="md", min_width=120, elem_id="queue-export")
                self.upload = gr.UploadButton(
                    "Excel", file_types=[".xlsx"], size="md", min_width=120, elem_id="queue-import"
                )
                self.file = gr.DownloadButton("Excel", visible="hidden", elem_id="queue-file")
        self.panel = Panel(office, i18n, "approvals")
        self.inputs: list[Component] = [*self.filters.inputs, self.place, self.picked]
        self.drawn = [self.place, self.picked, self.stakes, self.bar, self.table]
        self.outputs = [*self.filters.choosing, self.help, self.upload, *self.drawn]
        self._wire()

    def _wire(self) -> None:
        filters, asking = self.filters, [self.marks, self.picked]
        self.filters.refresh.click(self.listed, self.inputs, self.outputs, **QUIET)
        for one in filters.choosing:
            one.input(self.filtered, filters.inputs, self.drawn, **QUIET)
        for typed in (filters.words, filters.least):
            typed.submit(self.filtered, filters.inputs, self.drawn, **QUIET)
            typed.blur(self.filtered, filters.inputs, self.drawn, **QUIET)
        self.table.input(self.turned, self.inputs, self.drawn, **QUIET)
        self.table.select(self.ticked, self.picked, [self.picked, self.bar], trigger_mode="always_last", **QUIET)
        self.table.click(self.opened, None, self.panel.outputs, **QUIET).then(None, js=TO_CARD)
        self.all.click(self.pick_all, self.inputs, self.drawn, **QUIET)
        self.none.click(self.pick_none, self.inputs, self.drawn, **QUIET)
        asks = [self.picked, self.bar, self.asked, self.ask, self.question, self.reason, self.yes]
        for kind, button in self.deeds.items():
            button.click(self._asking(kind), asking, asks, js=MARKS, **QUIET).then(None, js=TO_REASON)
        self.upload.upload(self.imported, self.upload, asks[2:], **QUIET).then(None, js=TO_REASON)
        self.no.click(self.back, None, [self.asked, self.ask], **QUIET).then(None, js=TO_LIST)
        working = [self.outcome, self.stop, self.asked, self.ask, self.question, self.yes]
        done = self.yes.click(self.done, [self.asked, self.reason], working, **QUIET)
        done.then(self.relisted, self.inputs, self.outputs, **QUIET).then(None, js=TO_LIST)
        self.stop.click(self.stopped, None, self.stop, queue=False, **QUIET)
        exported = self.export.click(self.exported, filters.inputs, [self.file, self.outcome], **QUIET)
        exported.success(None, js=TO_FILE)
        for decided in self.panel.decided:
            decided.then(self.listed, self.inputs, self.outputs, **QUIET)

    # the list

    def listed(self, request: gr.Request, *values: Any) -> list[Any]:
        """The page as it stands: choices, what is at stake, the rows."""
        *chosen, place, picked = values
        language = self.office.language(request)
        with self.office.database.reading() as session:
            there = queue.choices(session, wanted(chosen)[0].status)
        helped = el("p", say("sheet_help", language), class_="pd-faint")
        upload = gr.UploadButton(say("sheet_import", language))
        return [
            *self.filters.named(chosen, there, language),
            helped,
            upload,
            *self._drawn(request, chosen, place, picked),
        ]

    def filtered(self, request: gr.Request, *values: Any) -> list[Any]:
        """From the top, with nothing selected: what was ticked may no longer be in sight."""
        return self._drawn(request, values, 0, {})

    def relisted(self, request: gr.Request, *values: Any) -> list[Any]:
        """After a decision on many: nothing is selected any more."""
        *chosen, place, _ = values
        return self.listed(request, *chosen, place, {})

    def turned(self, event: gr.EventData, request: gr.Request, *values: Any) -> list[Any]:
        """Another page; what was ticked on this one stays ticked."""
        *chosen, place, picked = values
        step = 1 if event.step == 1 else -1
        return self._drawn(request, chosen, max(0, place + step), merged(picked, event.marks))

    def pick_all(self, request: gr.Request, *values: Any) -> list[Any]:
        """All that match, each with the hash of what it says now."""
        *chosen, place, _ = values
        with self.office.database.reading() as session:
            picked = queue.seen(session, wanted(chosen)[0], MOST)
        return self._drawn(request, chosen, place, picked)

    def pick_none(self, request: gr.Request, *values: Any) -> list[Any]:
        *chosen, place, _ = values
        return self._drawn(request, chosen, place, {})

    def ticked(self, event: gr.EventData, request: gr.Request, picked: Picked) -> list[Any]:
        """The selection after a tick, and what it comes to; the rows are left as they are."""
        chosen = merged(picked, event.marks)
        return [chosen, self._bar(request, chosen)]

    def opened(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """The card of the row that was chosen."""
        return self.panel.view(int(event.id), request)

    def _drawn(self, request: gr.Request, values: Sequence[Any], place: int, picked: Picked) -> list[Any]:
        try:
            return self._sheet(request, values, place, picked)
        except Exception as error:
            refusal = told(excuse(error, self.office.language(request)), False)
            return [0, {}, "", "", refusal]

    def _sheet(self, request: gr.Request, values: Sequence[Any], place: int, picked: Picked) -> list[Any]:
        language, actor = self.office.language(request), self.office.visitor(request)
        asked, order = wanted(list(values))
        with self.office.database.reading() as session:
            groups = cells(session, asked)
            count = sum(cell.count for cell in groups)
            place = min(place, max(0, count - 1) // PAGE)
            lines = queue.page(session, asked, order, place * PAGE, PAGE)
            ids = [line.id for line in lines]
            sheet = Sheet(
                lines, place * PAGE, count, picked, queue.precedents(session, ids),
                queue.hindrances(session, ids, actor),
            )  # fmt: skip
            selected = bar(session, picked, actor, language, _capped(picked, count, language))
        shown = grid(sheet, language) if lines else _empty(asked, language)
        return [place, picked, summary(groups, language), selected, joined(shown, keys(language))]

    def _bar(self, request: gr.Request, picked: Picked) -> str:
        language = self.office.language(request)
        with self.office.database.reading() as session:
            return bar(session, picked, self.office.visitor(request), language)

    # decisions on many

    def _asking(self, kind: Kind) -> Callable[..., list[Any]]:
        def ask(request: gr.Request, marks: str, picked: Picked) -> list[Any]:
            chosen, language = merged(picked, marks), self.office.language(request)
            if not chosen:
                said = told(say("ask_some", language), False)
                return [chosen, said, None, gr.Column(visible=False), "", gr.skip(), gr.skip()]
            actor = self.office.visitor(request)
            with self.office.database.reading() as session:
                order, barred = order_for(session, kind, chosen, actor)
            asked = question(kind, order, barred, language)
            return [chosen, self._bar(request, chosen), *_put(order, asked, reason=True)]

        return ask

    def imported(self, request: gr.Request, path: str) -> list[Any]:
        """What an edited workbook would do; nothing is done yet."""
        language = self.office.language(request)
        try:
            actor = self.office.visitor(request)
            with self.office.database.reading() as session:
                read = reading(session, Path(path), actor, language)
        except Exception as error:
            return _put(Order(), told(excuse(error, language), False), reason=False)
        return _put(Order(read.decisions), preview(read, language), reason=False)

    def back(self) -> list[Any]:
        return [None, gr.Column(visible=False)]

    def done(self, request: gr.Request, asked: Order | None, reason: str) -> Iterator[list[Any]]:
        """Carry out what was asked, told part by part."""
        language, key = self.office.language(request), str(request.session_hash)
        order = asked.because(reason.strip()[:2000]) if asked else Order()
        if any(d.to == "rejected" and not d.reason for d in order.decisions):
            missing = told(say("ask_no_reason", language), False)
            yield [gr.skip(), gr.skip(), asked, gr.Column(visible=True), missing, gr.skip()]
            return
        closed = [None, gr.Column(visible=False), "", gr.skip()]
        halt = self.running[key] = Event()
        try:
            report = Report("bulk_deciding", 0, len(order.ids))
            for report in carried_out(self.office, order, self.office.visitor(request), halt.is_set):
                yield [progress(report, language), gr.Button(visible=True), *closed]
            said = outcome(self.office, order, report, language)
        except Exception as error:
            said = told(excuse(error, language), False)
        finally:
            self.running.pop(key, None)
        yield [said, gr.Button(visible=False), *closed]

    def stopped(self, request: gr.Request) -> gr.Button:
        """What is under way ends with the part that it is at."""
        if (halt := self.running.get(str(request.session_hash))) is not None:
            halt.set()
        return gr.Button(visible=False)

    def exported(self, request: gr.Request, *values: Any) -> list[Any]:
        """The filtered list as a workbook."""
        language = self.office.language(request)
        self.office.visitor(request)
        asked, order = wanted(list(values))
        path = Path(mkdtemp(dir=self.folder.name)) / f"pricedesk-{asked.status or 'all'}.xlsx"
        with self.office.database.reading() as session:
            lines = list(queue.every(session, asked, order))
            last = {
                n: p
                for part in queue.parts([one.id for one in lines])
                for n, p in queue.precedents(session, part).items()
            }
            write(path, lines, last, language)
        return [str(path), ""]


def _put(order: Order, text: str, *, reason: bool) -> list[Any]:
    """The question on the page; it can be answered with yes where there is something to do."""
    return [
        order, gr.Column(visible=True), text, gr.Textbox("", visible=reason and bool(order.ids)),
        gr.Button(visible=bool(order.ids)),
    ]  # fmt: skip


def _capped(picked: Picked, count: int, language: Language) -> str:
    full = len(picked) == MOST < count
    return say("picked_capped", language, n=f"{MOST:,}", count=f"{count:,}") if full else ""


def _empty(asked: Wanted, language: Language) -> str:
    plain = asked == Wanted(status=asked.status)
    return el("p", say("queue_empty" if plain else "queue_none_match", language), class_="pd-faint")
