"""The settings: one's account, people, keys, webhooks, and what stands behind the desk."""

from typing import Any

import gradio as gr
from gradio.components import Component

from ui.account import Account
from ui.card import told
from ui.deskfacts import deskfacts
from ui.hooks import Hooks
from ui.keyring import Keyring
from ui.office import Office, excuse
from ui.people import People
from ui.section import Section


class Settling:
    """A page, built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        self.told = gr.HTML(elem_id="set-told")
        sections: list[Section] = [
            Account(office, i18n), People(office, i18n), Keyring(office, i18n), Hooks(office, i18n),
        ]  # fmt: skip
        self.sections = sections
        with gr.Accordion(i18n("set_desk"), open=True, elem_id="set-desk"):
            self.desk = gr.HTML()
        self.inputs: list[Component] = []
        self.outputs = [self.told, *(output for section in sections for output in section.outputs), self.desk]

    def listed(self, request: gr.Request) -> list[Any]:
        """What this visitor may see and change."""
        language = self.office.language(request)
        try:
            actor = self.office.visitor(request)
            with self.office.database.reading() as session:
                parts = [part for section in self.sections for part in section.shown(session, actor, language)]
                return ["", *parts, deskfacts(self.office, session, language)]
        except Exception as error:
            return [told(excuse(error, language), False), *[gr.skip()] * (len(self.outputs) - 1)]
