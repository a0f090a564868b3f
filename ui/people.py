"""Who may sign in, and as what; for admins."""

from typing import Any

import gradio as gr
from sqlmodel import Session

from agents.rendering import Language
from db import users
from db.actors import Actor
from db.moves import NotAllowedError
from db.tables import User
from ui.markup import Html
from ui.office import Office
from ui.panel import QUIET
from ui.section import NotChosenError, deed
from ui.tables import table
from ui.words import say

COLUMNS = ("set_col_name", "set_role", "set_col_state")


class People:
    """Built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        with gr.Accordion(i18n("set_people"), open=False, visible=False, elem_id="set-people") as self.box:
            self.table = gr.HTML()
            told = gr.HTML(elem_id="set-people-told")
            with gr.Row(elem_classes="pd-filters"):
                self.person = gr.Dropdown([], label=i18n("set_person"), elem_id="set-person")
                self.role = gr.Dropdown(list(users.ROLES), label=i18n("set_role"), elem_id="set-role")
                change = gr.Button(i18n("set_change"), size="md", elem_id="set-change")
                close = gr.Button(i18n("set_close"), size="md", elem_id="set-close")
            with gr.Row(elem_classes="pd-filters"):
                name = gr.Textbox(label=i18n("set_name"), max_length=100, elem_id="set-name")
                fresh = gr.Dropdown(list(users.ROLES), label=i18n("set_role"), value="merchant", elem_id="set-new-role")
                password = gr.Textbox(label=i18n("set_first_password"), type="password", elem_id="set-first-password")
                create = gr.Button(i18n("set_open"), size="md", elem_id="set-open")
        self.roles = (self.role, fresh)
        self.outputs = [self.box, self.table, self.person, *self.roles, name, password]
        outputs = [told, *self.outputs]
        change.click(deed(office, self, _role), [self.person, self.role], outputs, **QUIET)
        close.click(deed(office, self, _close), [self.person], outputs, **QUIET)
        create.click(deed(office, self, _open), [name, fresh, password], outputs, **QUIET)

    def shown(self, session: Session, actor: Actor, language: Language) -> list[Any]:
        if actor.role != "admin":
            return [gr.Accordion(visible=False), *[gr.skip()] * 6]
        everyone = users.everyone(session)
        roles = [(say(f"role_{role}", language), role) for role in users.ROLES]
        return [
            gr.Accordion(visible=True), _table(everyone, language), gr.Dropdown([one.name for one in everyone]),
            gr.Dropdown(roles), gr.Dropdown(roles), "", "",
        ]  # fmt: skip


def _table(everyone: list[User], language: Language) -> Html:
    rows = ([one.name, say(f"role_{one.role}", language), _state(one, language)] for one in everyone)
    return table(say("set_people", language), [say(name, language) for name in COLUMNS], rows)


def _state(user: User, language: Language) -> str:
    return say("set_active" if user.active else "set_closed", language)


def _done(user: User, language: Language) -> str:
    role = say(f"role_{user.role}", language)
    return say("set_people_done", language, name=user.name, role=role, state=_state(user, language))


def _role(session: Session, actor: Actor, language: Language, name: str | None, role: str | None) -> str:
    _need(actor)
    return _done(users.change(session, _chosen(name, language), actor, role=role), language)


def _close(session: Session, actor: Actor, language: Language, name: str | None) -> str:
    _need(actor)
    user = users.get(session, _chosen(name, language))
    return _done(users.change(session, user.name, actor, active=not user.active), language)


def _open(session: Session, actor: Actor, language: Language, name: str, role: str, password: str) -> str:
    _need(actor)
    return _done(users.create(session, name or "", password or "", role, actor), language)


def _chosen(name: str | None, language: Language) -> str:
    if not name:
        raise NotChosenError(say("set_pick_person", language))
    return name


def _need(actor: Actor) -> None:
    if actor.role != "admin":
        raise NotAllowedError(f"Only an admin may change who signs in; {actor.name} is {actor.role}.")
