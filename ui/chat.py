"""The chat: a question, the analysts' steps as they end, the answer, and the proposal beside it."""

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.events import Dependency

from agents.reply import Step
from tools.proposals import as_json
from ui.amounts import money
from ui.card import name_in
from ui.office import Office, excuse
from ui.panel import QUIET, Panel
from ui.questions import ASKED, first_questions
from ui.steps import Message, line, tongue, waiting
from ui.threads import current, fresh, keep
from ui.transcript import answer, past, place, question
from ui.words import say

KEY = "pricedesk-page"  # the browser keeps the name of a conversation, which is no secret: its owner alone can open it
TALL = "max(320px, calc(100vh - 440px))"  # leaves room for the question under it
TALKING = 8  # questions answered at the same time


class Chat:
    """The first tab, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        self.kept = gr.BrowserState({}, storage_key="pricedesk", secret=KEY)
        self.made = gr.State([])  # proposals of the last answer
        with gr.Row(elem_classes="pd-desk"):
            with gr.Column(scale=3, min_width=320):
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
                with gr.Row(elem_classes="pd-buttons"):
                    self.send = gr.Button(i18n("send"), variant="primary", size="md", min_width=120, elem_id="send")
                    self.stop = gr.Button(
                        i18n("stop"), variant="stop", size="md", min_width=120, visible=False, elem_id="stop"
                    )
                    self.renew = gr.Button(i18n("new_conversation"), size="md", min_width=120, elem_id="renew")
            with gr.Column(scale=2, min_width=320, visible=False) as self.side:
                self.picker = gr.Radio(label=i18n("pick_proposal"), visible=False, elem_id="picker")
                self.panel = Panel(office, i18n, "chat")
        self.outputs = [self.chatbot, self.text, self.kept, self.made, self.send, self.stop, self.suggesting]
        self.beside = [self.side, self.picker, *self.panel.outputs]
        self._wired()

    def _wired(self) -> None:
        talking: list[dict[str, Any]] = []
        for trigger, source in ((self.send.click, self.text), (self.text.submit, self.text)):
            talking.append(self._talks(trigger, source))
        talking += [self._talks(button.click, button) for button in self.suggested]
        self.stop.click(self.stopped, [self.chatbot, self.made], self.outputs, cancels=talking, queue=False, **QUIET)
        self.renew.click(self.begin, self.kept, [*self.outputs, *self.beside], cancels=talking, **QUIET)
        self.picker.input(self.picked, self.picker, self.panel.outputs, **QUIET)

    def _talks(self, trigger: Any, source: gr.Textbox | gr.Button) -> Dependency:
        talk: Dependency = trigger(
            self.talk, [source, self.chatbot, self.kept], self.outputs, concurrency_limit=TALKING,
            concurrency_id="talk", **QUIET,
        )  # fmt: skip
        talk.success(self.show, self.made, self.beside, **QUIET)
        return talk

    def talk(self, text: str, messages: list[Message], kept: object, request: gr.Request) -> Iterator[list[Any]]:
        """Each step of the answer as it ends; nothing for a blank question."""
        if not text.strip():
            yield [gr.skip() for _ in self.outputs]
            return
        language, where, made = tongue(text), place(), list[int]()
        messages = [*messages, question(text), waiting(language)]
        try:
            actor = self.office.visitor(request)
            thread = current(kept, actor.name)
            kept = keep(kept, actor.name, thread)
            yield self._state(messages, kept, made, busy=True)
            for event in self.office.desk.ask(text, thread, actor):
                if isinstance(event, Step):
                    messages = [*messages[:-1], line(event, where, language), waiting(language)]
                    yield self._state(messages, kept, made, busy=True)
                else:
                    messages = [*messages[:-1], answer(event, where)]
                    made = [int(row["id"]) for row in event.proposals]
        except Exception as error:
            messages = [*messages[:-1], {"role": "assistant", "content": excuse(error, language)}]
        yield self._state(messages, kept, made, busy=False)

    def _state(self, messages: list[Message], kept: object, made: list[int], *, busy: bool) -> list[Any]:
        """What is written in the box goes when work begins, and only then: a visitor may write while the page loads."""
        return [
            messages,
            gr.Textbox(value="", interactive=False) if busy else gr.Textbox(interactive=True),
            kept,
            made,
            gr.Button(visible=not busy),
            gr.Button(visible=busy),
            gr.Row(visible=not messages),
        ]

    def stopped(self, messages: list[Message], made: list[int], request: gr.Request) -> list[Any]:
        """What came so far stays; the work was called off."""
        language = self.office.language(request)
        done = [m for m in messages if (m.get("metadata") or {}).get("status") != "pending"]
        if len(done) < len(messages):
            done.append({"role": "assistant", "content": say("stopped", language)})
        return self._state(done, gr.skip(), made, busy=False)

    def show(self, made: list[int], request: gr.Request) -> list[Any]:
        """The proposals of the last answer, the first of them opened."""
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
        ]

    def picked(self, number: int | None, request: gr.Request) -> list[Any]:
        return self.panel.view(number, request)

    def begin(self, kept: object, request: gr.Request) -> list[Any]:
        """An empty conversation; the former one stays where it is kept."""
        language = self.office.language(request)
        try:
            user = self.office.visitor(request).name
        except Exception as error:
            failed: list[Message] = [{"role": "assistant", "content": excuse(error, language)}]
            return [*self._state(failed, kept, [], busy=False), *self.show([], request)]
        return [*self._state([], keep(kept, user, fresh(user)), [], busy=False), *self.show([], request)]

    def arrive(self, kept: object, request: gr.Request) -> list[Any]:
        """The conversation where it was left, with the proposal that it last spoke of."""
        user = self.office.visitor(request).name
        thread = current(kept, user)
        turns = self.office.desk.history(thread)
        made = turns[-1]["proposals"] if turns else []
        state = self._state(past(turns), keep(kept, user, thread), made, busy=False)
        return [*state, *self.show(made, request)]

    def suggest(self, request: gr.Request) -> list[Any]:
        """First questions on the buttons, and the welcome above them."""
        language = self.office.language(request)
        asked = first_questions(self.office.database, language)
        welcome = say("welcome" if asked or self.office.store().stage else "welcome_empty", language)
        texts = asked + [""] * (len(ASKED) - len(asked))
        return [gr.Chatbot(placeholder=welcome), *(gr.Button(text, visible=bool(text)) for text in texts)]
