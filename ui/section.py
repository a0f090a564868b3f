"""A part of the settings: what it shows, and deeds that end in a sentence."""

from collections.abc import Callable
from typing import Any, Protocol

import gradio as gr
from sqlmodel import Session

from agents.rendering import Language
from db.actors import Actor
from pricing.errors import PricingError
from ui.card import told
from ui.markup import Html
from ui.office import Office, excuse

Work = Callable[..., str | Html]


class NotChosenError(PricingError):
    """Nothing was chosen or typed that could be acted on."""


class Section(Protocol):
    """Built where it stands; `shown` fills `outputs` for one visitor."""

    outputs: list[Any]

    def shown(self, session: Session, actor: Actor, language: Language) -> list[Any]: ...


def deed(office: Office, section: Section, work: Work) -> Callable[..., list[Any]]:
    """`work(session, actor, language, *inputs)` in one transaction; then what it said, and the section anew."""

    def act(request: gr.Request, *inputs: Any) -> list[Any]:
        language = office.language(request)
        try:
            actor = office.visitor(request)
            with office.database.session() as session:
                said = work(session, actor, language, *inputs)
            with office.database.reading() as session:
                return [said if isinstance(said, Html) else told(said, True), *section.shown(session, actor, language)]
        except Exception as error:
            return [told(excuse(error, language), False), *[gr.skip()] * len(section.outputs)]

    return act
