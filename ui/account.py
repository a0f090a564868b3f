"""One's own password and language."""

from typing import Any

import gradio as gr
from sqlmodel import Session

from agents.rendering import Language
from db import users
from db.actors import Actor
from ui.office import Office
from ui.panel import QUIET
from ui.section import NotChosenError, deed
from ui.words import say

LANGUAGES = ("browser", "en", "zh")


class Account:
    """Built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        with gr.Accordion(i18n("set_account"), open=True, elem_id="set-account"):
            self.language = gr.Radio(list(LANGUAGES), label=i18n("set_language"), elem_id="set-language")
            with gr.Row(elem_classes="pd-filters"):
                old, new = (
                    gr.Textbox(label=i18n(f"set_{which}"), type="password", elem_id=f"set-{which}")
                    for which in ("old", "new")
                )
                change = gr.Button(i18n("set_password"), size="md", min_width=140, elem_id="set-password")
            told = gr.HTML(elem_id="set-account-told")
            gr.Button(i18n("set_again"), size="md", min_width=140, scale=0, elem_id="tour-again")
        self.outputs = [self.language, old, new]
        change.click(deed(office, self, _password), [old, new], [told, *self.outputs], **QUIET)
        self.language.input(deed(office, self, _language), self.language, [told, *self.outputs], **QUIET).success(
            None, None, None, js="() => window.pricedesk.spoken()"
        )

    def shown(self, session: Session, actor: Actor, language: Language) -> list[Any]:
        choices = [(say(f"set_language_{one}", language), one) for one in LANGUAGES]
        return [gr.Radio(choices=choices, value=users.get(session, actor.name).language or "browser"), "", ""]


def _password(session: Session, actor: Actor, language: Language, old: str, new: str) -> str:
    if users.authenticate(session, actor.name, old or "") is None:
        raise NotChosenError(say("set_password_wrong", language))
    users.set_password(session, actor.name, new or "", actor)
    return say("set_password_done", language)


def _language(session: Session, actor: Actor, language: Language, wanted: str) -> str:
    users.change(session, actor.name, actor, language="" if wanted == "browser" else wanted)
    return say("set_language_done", language)
