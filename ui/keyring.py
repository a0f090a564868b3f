"""Keys for programs: made and shown once, listed, revoked. An admin sees everybody's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import gradio as gr
from sqlmodel import Session

from agents.rendering import Language
from db import keys
from db.actors import Actor
from db.dealings import ApiKey
from db.tables import now
from ui.amounts import day
from ui.card import told as as_told
from ui.markup import Html, el
from ui.office import Office
from ui.panel import QUIET
from ui.section import NotChosenError, deed
from ui.tables import table
from ui.words import say

COLUMNS = ("set_col_name", "set_col_owner", "set_col_scopes", "set_col_expires", "set_col_used", "set_col_state")
LONGEST = 3650  # days


class Keyring:
    """Built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        with gr.Accordion(i18n("set_keys"), open=False, elem_id="set-keys"):
            self.table = gr.HTML()
            told = gr.HTML(elem_id="set-keys-told")
            with gr.Row(elem_classes="pd-filters"):
                name = gr.Textbox(label=i18n("set_key_name"), max_length=100, elem_id="set-key-name")
                days = gr.Number(90, label=i18n("set_days"), precision=0, elem_id="set-days")
            self.scopes = gr.CheckboxGroup([], label=i18n("set_scopes"), elem_id="set-scopes")
            make = gr.Button(i18n("set_make_key"), size="md", scale=0, min_width=140, elem_id="set-make-key")
            with gr.Row(elem_classes="pd-filters"):
                self.key = gr.Dropdown([], label=i18n("set_key"), elem_id="set-key")
                revoke = gr.Button(i18n("set_revoke"), size="md", variant="stop", elem_id="set-revoke")
        self.outputs = [self.table, self.scopes, self.key]
        outputs = [told, *self.outputs]
        make.click(self._making(office), [name, days, self.scopes], [*outputs, name], **QUIET)
        revoke.click(deed(office, self, _revoke), [self.key], outputs, **QUIET)

    def _making(self, office: Office) -> Callable[..., list[Any]]:
        """The name goes once its key is made; turning to the page leaves what is being typed."""
        act = deed(office, self, self._make)

        def make(request: gr.Request, *inputs: Any) -> list[Any]:
            said, *shown = act(request, *inputs)
            return [said, *shown, "" if isinstance(shown[0], Html) else gr.skip()]

        return make

    def shown(self, session: Session, actor: Actor, language: Language) -> list[Any]:
        mine = keys.listed(session, None if actor.role == "admin" else actor.name)
        live = [(f"{key.name} ({key.owner})", key.id) for key in mine if keys.alive(key, now())]
        allowed = sorted(self.office.behind.scopes.get(actor.role, ()))
        return [_table(mine, language), gr.CheckboxGroup(allowed, value=[]), gr.Dropdown(live, value=None)]

    def _make(
        self, session: Session, actor: Actor, language: Language, name: str, days: float | None, scopes: list[str]
    ) -> Html:
        if days is None or not 0 <= days <= LONGEST:
            raise NotChosenError(say("set_bad_days", language))
        permitted = [one for one in scopes or [] if one in self.office.behind.scopes.get(actor.role, ())]
        until = now() + timedelta(days=int(days)) if days else None
        _, whole = keys.create(session, name or "", actor.name, permitted, actor, expires_at=until)
        return once("set_key_shown", whole, language)


def once(key: str, secret: str, language: Language) -> Html:
    """A secret that is shown this one time."""
    before, _, after = say(key, language).partition("{key}")
    return el("p", before, el("code", secret, class_="pd-secret"), after, class_="pd-told", role="status")


def _table(some: list[ApiKey], language: Language) -> Html:
    if not some:
        return el("p", say("set_no_keys", language), class_="pd-empty")
    rows = (
        [
            key.name, key.owner, ", ".join(key.scopes), _day(key.expires_at, language), _day(key.used_at, language),
            say(_state(key), language),
        ]
        for key in some
    )  # fmt: skip
    return table(say("set_keys", language), [say(name, language) for name in COLUMNS], rows)


def _day(at: Any, language: Language) -> str:
    return day(at.isoformat(), language) if at else say("set_never", language)


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "set_taken_back"
    return "set_valid" if keys.alive(key, now()) else "set_expired"


def _revoke(session: Session, actor: Actor, language: Language, key_id: str | None) -> Html:
    keys.revoke(session, key_id or "", actor, None if actor.role == "admin" else actor.name)
    return as_told(say("set_revoked", language), True)
