"""Addresses that are told of events; for admins."""

from typing import Any

import gradio as gr
from sqlmodel import Session

from agents.rendering import Language
from db import webhooks
from db.actors import Actor
from db.moves import NotAllowedError
from db.webhooks import KINDS, Standing
from ui.keyring import once
from ui.markup import Html, el, flat
from ui.office import Office
from ui.panel import QUIET
from ui.section import NotChosenError, deed
from ui.tables import table
from ui.words import known, say

COLUMNS = ("set_hook", "set_kinds", "set_col_state", "set_col_waiting", "set_col_answer")


class Hooks:
    """Built where it stands."""

    def __init__(self, office: Office, i18n: gr.I18n) -> None:
        self.office = office
        with gr.Accordion(i18n("set_hooks"), open=False, visible=False, elem_id="set-hooks") as self.box:
            self.table = gr.HTML()
            told = gr.HTML(elem_id="set-hooks-told")
            with gr.Row(elem_classes="pd-filters"):
                url = gr.Textbox(label=i18n("set_url"), max_length=1000, elem_id="set-url")
                self.kinds = gr.Dropdown([], multiselect=True, label=i18n("set_kinds"), elem_id="set-kinds")
                add = gr.Button(i18n("set_add_hook"), size="md", min_width=90, scale=0, elem_id="set-add-hook")
            with gr.Row(elem_classes="pd-filters"):
                self.hook = gr.Dropdown([], label=i18n("set_hook"), elem_id="set-hook")
                ping = gr.Button(i18n("set_ping"), size="md", min_width=90, elem_id="set-ping")
                toggle = gr.Button(i18n("set_toggle_hook"), size="md", min_width=90, elem_id="set-toggle-hook")
                since = gr.Number(1, label=i18n("set_replay"), precision=0, minimum=1, elem_id="set-replay")
                replay = gr.Button(i18n("set_replay_now"), size="md", min_width=90, elem_id="set-replay-now")
        self.outputs = [self.box, self.table, self.kinds, self.hook]
        outputs = [told, *self.outputs]
        add.click(deed(office, self, self._add), [url, self.kinds], outputs, **QUIET)
        ping.click(deed(office, self, self._ping), [self.hook], outputs, **QUIET)
        toggle.click(deed(office, self, _toggle), [self.hook], outputs, **QUIET)
        replay.click(deed(office, self, _replay), [self.hook, since], outputs, **QUIET)

    def shown(self, session: Session, actor: Actor, language: Language) -> list[Any]:
        if actor.role != "admin":
            return [gr.Accordion(visible=False), *[gr.skip()] * 3]
        standing = webhooks.everyone(session)
        kinds = [(f"{known(f'event_{kind}', language, kind)} · {kind}", kind) for kind in KINDS]
        choices = [(f"{one.webhook.id} · {one.webhook.url}"[:80], one.webhook.id or 0) for one in standing]
        return [
            gr.Accordion(visible=True), _table(standing, language), gr.Dropdown(kinds, value=[]), gr.Dropdown(choices),
        ]  # fmt: skip

    def _add(self, session: Session, actor: Actor, language: Language, url: str, kinds: list[str] | None) -> Html:
        _, secret = webhooks.create(session, (url or "").strip(), kinds or [], actor, self.office.behind.reach)
        return once("set_secret_shown", secret, language)

    def _ping(self, session: Session, actor: Actor, language: Language, number: int | None) -> str:
        if actor.role != "admin":
            raise NotAllowedError(f"Only an admin may ping a webhook; {actor.name} is {actor.role}.")
        webhook = webhooks.get(session, _chosen(number, language))
        if self.office.behind.ping is None:
            raise NotChosenError(say("set_no_ping", language))
        return say("set_pinged", language, status=self.office.behind.ping(webhook).status)


def _toggle(session: Session, actor: Actor, language: Language, number: int | None) -> str:
    webhook = webhooks.get(session, _chosen(number, language))
    active = webhooks.change(session, webhook.id or 0, actor, active=not webhook.active).active
    return say("set_hook_done", language, state=say("set_running" if active else "set_paused", language))


def _replay(session: Session, actor: Actor, language: Language, number: int | None, since: float | None) -> str:
    told = webhooks.replay(session, _chosen(number, language), int(since or 1), actor)
    return say("set_replayed", language, n=told)


def _chosen(number: int | None, language: Language) -> int:
    if not number:
        raise NotChosenError(say("set_pick_hook", language))
    return int(number)


def _table(standing: list[Standing], language: Language) -> Html:
    if not standing:
        return el("p", say("set_no_hooks", language), class_="pd-empty")
    rows = (
        [
            f"{one.webhook.id} · {one.webhook.url}", ", ".join(one.webhook.kinds) or say("audit_everything", language),
            say("set_running" if one.webhook.active else "set_paused", language), f"{one.waiting} / {one.dead}",
            flat(one.answer, 120),
        ]
        for one in standing
    )  # fmt: skip
    return table(say("set_hooks", language), [say(name, language) for name in COLUMNS], rows)
