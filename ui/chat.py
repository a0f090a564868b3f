"""The chat: a question, the analysts' steps as they end, the answer, and the proposal beside it."""

import logging
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import Dependency

from agents.reply import Step
from db import talks
from pricing.errors import PricingError
from tools.proposals import as_json
from ui.amounts import money
from ui.attaching import ENDINGS, imported, told
from ui.card import name_in
from ui.markup import plain
from ui.office import Office, excuse
from ui.panel import QUIET, Panel
from ui.questions import ASKED, first_questions
from ui.steps import Message, line, tongue, waiting
from ui.talklist import TalkList
from ui.threads import current, fresh, keep, mine
from ui.transcript import answer, past, place, question
from ui.words import say

log = logging.getLogger(__name__)
KEY = "pricedesk-page"  # the browser keeps the name of a conversation, which is no secret: its owner alone can open it
TALL = "max(320px, calc(100vh - 440px))"  # leaves room for the question under it
TALKING = 8  # questions answered at the same time
IMPORTING = 2  # files read at the same time


class Chat:
    """The first tab, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        self.kept = gr.BrowserState({}, storage_key="pricedesk", secret=KEY)
        self.made, self.last = gr.State([]), gr.State("")  # proposals of the last answer; the last question
        with gr.Row(elem_classes="pd-desk"):
            with gr.Column(scale=3, min_width=320):
                self.talks = TalkList(office, i18n)
                self.chatbot = gr.Chatbot(
                    label=i18n("conversation"), show_label=False, elem_id="conversation", height=TALL,
                    buttons=["copy"], sanitize_html=True, allow_tags=False, latex_delimiters=[], layout="bubble",
                )  # fmt: skip
                with gr.Row(elem_classes="pd-questions") as self.suggesting:
                    self.suggested = [gr.Button("", size="sm", visible=False, min_width=140) for _ in ASKED]
                self.text = gr.Textbox(
                    label=i18n("ask_label"), placeholder=i18n("ask_hint"), lines=1, max_lines=6, elem_id="question",
                    autofocus=True,
                )  # fmt: skip
                self._buttons(i18n)
                self.rejects = gr.File(
                    label=i18n("rejects"), visible=False, interactive=False, file_count="multiple", elem_id="rejects"
                )
            with gr.Column(scale=2, min_width=320, visible=False) as self.side:
                self.picker = gr.Radio(label=i18n("pick_proposal"), visible=False, elem_id="picker")
                self.panel = Panel(office, i18n, "chat")
        self.outputs = [
            self.chatbot, self.text, self.kept, self.made, self.send, self.stop, self.suggesting, self.last, self.again,
            self.attach,
        ]  # fmt: skip
        self.beside = [self.side, self.picker, *self.panel.outputs, *self.talks.outputs]
        self._wired()

    def _buttons(self, i18n: gr.I18n) -> None:
        shape: dict[str, Any] = {"size": "md", "min_width": 120}
        with gr.Row(elem_classes="pd-buttons"):
            self.send = gr.Button(i18n("send"), variant="primary", elem_id="send", **shape)
            self.stop = gr.Button(i18n("stop"), variant="stop", visible=False, elem_id="stop", **shape)
            self.again = gr.Button(i18n("again"), visible=False, elem_id="again", **shape)
            self.renew = gr.Button(i18n("new_conversation"), elem_id="renew", **shape)
            self.attach = gr.UploadButton(
                str(i18n("attach")), file_types=list(ENDINGS), type="filepath", elem_id="attach", **shape
            )

    def _wired(self) -> None:
        talking: list[dict[str, Any]] = []
        sources = [(self.send.click, self.text), (self.text.submit, self.text), (self.again.click, self.last)]
        sources += [(button.click, button) for button in self.suggested]
        talking += [self._talks(trigger, source) for trigger, source in sources]
        talking.append(
            self.attach.upload(
                self.attached, [self.attach, self.chatbot, self.kept, self.last], [*self.outputs, self.rejects],
                concurrency_limit=IMPORTING, concurrency_id="attach", **QUIET,
            )
        )  # fmt: skip
        everything = [*self.outputs, *self.beside]
        self.stop.click(
            self.stopped, [self.chatbot, self.made, self.last], self.outputs, cancels=talking, queue=False, **QUIET
        )
        self.renew.click(self.begin, self.kept, everything, cancels=talking, **QUIET)
        self.picker.input(self.picked, self.picker, self.panel.outputs, **QUIET)
        self.talks.list.input(self.opened, [self.talks.list, self.kept], everything, cancels=talking, **QUIET)
        titled = [self.talks.title, self.kept]
        self.talks.rename.click(self.renamed, titled, self.talks.outputs, **QUIET)
        self.talks.title.submit(self.renamed, titled, self.talks.outputs, **QUIET)
        self.talks.remove.click(self.removed, self.kept, everything, cancels=talking, **QUIET)

    def _talks(self, trigger: Any, source: Any) -> Dependency:
        talk: Dependency = trigger(
            self.talk, [source, self.chatbot, self.kept], self.outputs, concurrency_limit=TALKING,
            concurrency_id="talk", **QUIET,
        )  # fmt: skip
        talk.success(self.show, [self.made, self.kept], self.beside, **QUIET)
        return talk

    def talk(self, text: str, messages: list[Message], kept: object, request: gr.Request) -> Iterator[list[Any]]:
        """Each step of the answer as it ends; nothing for a blank question."""
        if not text.strip():
            yield [gr.skip() for _ in self.outputs]
            return
        language, where, made, steps = tongue(text), place(), list[int](), tuple[Step, ...]()
        messages = [*messages, question(text), waiting(language)]
        try:
            actor = self.office.visitor(request)
            thread = current(kept, actor.name)
            kept = keep(kept, actor.name, thread)
            yield self._state(messages, kept, made, text, busy=True)
            for event in self.office.desk.ask(text, thread, actor):
                if isinstance(event, Step):
                    messages = [*messages[:-1], line(event, where, language), waiting(language)]
                    yield self._state(messages, kept, made, text, busy=True)
                else:
                    messages = [*messages[:-1], answer(event, where)]
                    made, steps = [int(row["id"]) for row in event.proposals], event.steps
        except Exception as error:
            messages = [*messages[:-1], {"role": "assistant", "content": excuse(error, language)}]
        yield self._state(messages, kept, made, text, busy=False)
        if steps:
            self._remember(thread, actor.name, steps)

    def _remember(self, thread: str, user: str, steps: tuple[Step, ...]) -> None:
        """List the conversation, and keep the steps of the turn that has just ended. The answer stands without it."""
        asked = self.office.desk.history(thread)[-1]["text"]
        try:
            with self.office.database.session() as session:
                talks.note(session, thread, user, asked)
                talks.remember(session, thread, asked, [asdict(step) for step in steps])
        except PricingError as refusal:
            log.warning("conversation %s is not listed: %s", thread, refusal)

    def _state(self, messages: list[Message], kept: object, made: list[int], last: str, *, busy: bool) -> list[Any]:
        """What is written in the box goes when work begins, and only then: a visitor may write while the page loads."""
        return [
            messages,
            gr.Textbox(value="", interactive=False) if busy else gr.Textbox(interactive=True),
            kept,
            made,
            gr.Button(visible=not busy),
            gr.Button(visible=busy),
            gr.Row(visible=not messages),
            last,
            gr.Button(visible=bool(last) and not busy),
            gr.UploadButton(interactive=not busy),
        ]

    def stopped(self, messages: list[Message], made: list[int], last: str, request: gr.Request) -> list[Any]:
        """What came so far stays; the work was called off."""
        language = self.office.language(request)
        done = [m for m in messages if (m.get("metadata") or {}).get("status") != "pending"]
        if len(done) < len(messages):
            done.append({"role": "assistant", "content": say("stopped", language)})
        return self._state(done, gr.skip(), made, last, busy=False)

    def attached(
        self, path: str | None, messages: list[Message], kept: object, last: str, request: gr.Request
    ) -> Iterator[list[Any]]:
        """A file becomes rows of the store; what was turned away can be fetched."""
        if not path:
            yield [gr.skip() for _ in [*self.outputs, self.rejects]]
            return
        language, file = self.office.language(request), Path(path)
        doing = say("attaching", language, name=file.name)
        pending: Message = {"role": "assistant", "content": "", "metadata": {"title": doing, "status": "pending"}}
        messages = [*messages, question(file.name), pending]
        rejects: tuple[str, ...] = ()
        yield [*self._state(messages, kept, gr.skip(), last, busy=True), gr.File(visible=False)]
        try:
            report = imported(self.office, file, self.office.visitor(request), language)
            said, rejects = told(report, language), report.rejects_files
        except Exception as error:
            said = plain(excuse(error, language))
        messages = [*messages[:-1], {"role": "assistant", "content": said}]
        found = [one for one in rejects if Path(one).exists()]
        yield [
            *self._state(messages, kept, gr.skip(), last, busy=False),
            gr.File(value=found or None, visible=bool(found)),
        ]

    def show(self, made: list[int], kept: object, request: gr.Request) -> list[Any]:
        """The proposals of the last answer, the first of them opened; and the list of conversations."""
        language = self.office.language(request)
        rows = as_json(self.office.database, made)
        choices = [
            (f"{name_in(row, language)} → {money(row['proposed_price'], row['currency'], language)}", row["id"])
            for row in rows
        ]
        first = rows[0]["id"] if rows else None
        return [
            gr.Column(visible=bool(rows)),
            gr.Radio(choices=choices, value=first, visible=len(rows) > 1),
            *self.panel.view(first, request),
            *self._listed(kept, request),
        ]

    def _listed(self, kept: object, request: gr.Request) -> list[Any]:
        try:
            user = self.office.visitor(request).name
            return self.talks.listed(user, current(kept, user), self.office.language(request))
        except Exception as error:
            excuse(error, self.office.language(request))
            return [gr.skip() for _ in self.talks.outputs]

    def picked(self, number: int | None, request: gr.Request) -> list[Any]:
        return self.panel.view(number, request)

    def begin(self, kept: object, request: gr.Request) -> list[Any]:
        """An empty conversation; the former one stays where it is kept."""
        language = self.office.language(request)
        try:
            user = self.office.visitor(request).name
        except Exception as error:
            failed: list[Message] = [{"role": "assistant", "content": excuse(error, language)}]
            return [*self._state(failed, kept, [], "", busy=False), *self.show([], kept, request)]
        kept = keep(kept, user, fresh(user))
        return [*self._state([], kept, [], "", busy=False), *self.show([], kept, request)]

    def opened(self, thread: str | None, kept: object, request: gr.Request) -> list[Any]:
        """Another conversation of this person's list."""
        user = self.office.visitor(request).name
        if thread and mine(thread, user):
            kept = keep(kept, user, thread)
        return self.arrive(kept, request)

    def renamed(self, title: str, kept: object, request: gr.Request) -> list[Any]:
        user = self.office.visitor(request).name
        self.talks.renamed(user, current(kept, user), title)
        return self._listed(kept, request)

    def removed(self, kept: object, request: gr.Request) -> list[Any]:
        """The conversation goes from the list, and an empty one takes its place."""
        user = self.office.visitor(request).name
        self.talks.removed(user, current(kept, user))
        return self.begin(kept, request)

    def arrive(self, kept: object, request: gr.Request) -> list[Any]:
        """The conversation where it was left, with the proposal that it last spoke of."""
        user = self.office.visitor(request).name
        thread = current(kept, user)
        turns = self.office.desk.history(thread)
        with self.office.database.reading() as session:
            worked = talks.worked(session, thread)
        made = turns[-1]["proposals"] if turns else []
        kept, last = keep(kept, user, thread), turns[-1]["text"] if turns else ""
        return [*self._state(past(turns, worked), kept, made, last, busy=False), *self.show(made, kept, request)]

    def suggest(self, request: gr.Request) -> list[Any]:
        """First questions on the buttons, and the welcome above them."""
        language = self.office.language(request)
        asked = first_questions(self.office.database, language)
        welcome = say("welcome" if asked or self.office.store().stage else "welcome_empty", language)
        texts = asked + [""] * (len(ASKED) - len(asked))
        return [gr.Chatbot(placeholder=welcome), *(gr.Button(text, visible=bool(text)) for text in texts)]
