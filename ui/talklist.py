"""A person's conversations, as a list to open, rename and remove from."""

from typing import Any

import gradio as gr

from agents.rendering import Language
from db import talks
from db.dealings import Talk
from ui.amounts import day
from ui.markup import flat
from ui.office import Office

LONGEST = 60  # characters of a title in the list


class TalkList:
    """Built where it stands; what opening one does is the chat's to say."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        with gr.Accordion(i18n("talks"), open=False, elem_id="talks") as self.box:
            self.list = gr.Radio(label=i18n("talks_list"), show_label=False, elem_id="talk-list")
            self.none = gr.Markdown(i18n("talks_none"), elem_classes="pd-faint")
            with gr.Row(elem_classes="pd-buttons") as self.changing:
                self.title = gr.Textbox(
                    label=i18n("talk_title"), max_lines=1, max_length=talks.TITLE, min_width=200, scale=3,
                    elem_id="talk-title",
                )  # fmt: skip
                self.rename = gr.Button(i18n("talk_rename"), size="md", min_width=100, elem_id="talk-rename")
                self.remove = gr.Button(i18n("talk_remove"), size="md", min_width=100, elem_id="talk-remove")
        self.outputs = [self.list, self.none, self.changing, self.title]

    def listed(self, user: str, thread: str, language: Language) -> list[Any]:
        """The list as it is now, this thread chosen."""
        with self.office.database.reading() as session:
            every = talks.every(session, user)
        here = next((talk for talk in every if talk.id == thread), None)
        return [
            gr.Radio(choices=[(_name(talk, language), talk.id) for talk in every], value=here.id if here else None),
            gr.Markdown(visible=not every),
            gr.Row(visible=here is not None),
            here.title if here else "",
        ]

    def renamed(self, user: str, thread: str, title: str) -> None:
        """Raises UnknownTalkError."""
        with self.office.database.session() as session:
            talks.rename(session, thread, user, title)

    def removed(self, user: str, thread: str) -> None:
        """Raises UnknownTalkError."""
        with self.office.database.session() as session:
            talks.hide(session, thread, user)


def _name(talk: Talk, language: Language) -> str:
    return f"{flat(talk.title, LONGEST)} · {day(talk.used_at.isoformat(), language)}"
