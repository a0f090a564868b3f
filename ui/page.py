"""The page: its tabs, what happens when somebody arrives, and its place in the web application."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import gradio as gr
from fastapi import FastAPI
from gradio.components import Component

from agents.desk import Desk
from ui.approvals import Approvals
from ui.auditing import Auditing
from ui.banner import banner, opening
from ui.behind import Behind, Jobs
from ui.chat import Chat
from ui.document import Document
from ui.guard import OnlyFromHere
from ui.impact import Impact
from ui.importing import Importing
from ui.language import Wanted, translations
from ui.markup import el
from ui.office import ModelState, Office, StoreState, excuse
from ui.opportunities import Opportunities
from ui.panel import QUIET
from ui.products import Products
from ui.ruling import Ruling
from ui.settling import Settling
from ui.theme import theme
from ui.tour import tour
from ui.words import WORDS, say


class Tab(Protocol):
    """A page behind the chat, built where it stands, and filled by `listed` whenever somebody turns to it."""

    inputs: list[Component]
    outputs: list[Any]

    def __init__(self, office: Office, i18n: gr.I18n) -> None: ...

    def listed(self, *inputs: Any) -> list[Any] | Iterator[list[Any]]:
        """What the page shows to this visitor: the values of `inputs`, and the gr.Request. More than once where it
        takes long."""
        ...


TABS: tuple[tuple[str, type[Tab]], ...] = (
    ("approvals", Approvals), ("products", Products), ("opportunities", Opportunities), ("impact", Impact),
    ("audit", Auditing), ("rules", Ruling), ("import", Importing), ("settings", Settling),
)  # fmt: skip
HERE = Path(__file__).parent
EARLY, SCRIPTS = ("early.js", "door.js"), ("page.js", "desk.js")
SOON, LATER = 2.0, 15.0  # seconds between two looks at the state, while something opens and after


def mount(
    app: FastAPI,
    desk: Desk,
    model: Callable[[], ModelState],
    store: Callable[[], StoreState],
    language: Wanted = "auto",
    jobs: Jobs | None = None,
    behind: Behind | None = None,
) -> FastAPI:
    """Put the page at "/" of the app, behind a login. Routes that the app has already keep their paths."""
    office = Office(desk, model, store, language, jobs, behind or Behind())
    i18n = translations(language)
    page = build(office, i18n)
    app.add_middleware(Document, script="\n".join((HERE / name).read_text("utf-8") for name in EARLY))
    app.add_middleware(OnlyFromHere)
    scripts = "".join(f"<script>{(HERE / name).read_text('utf-8')}</script>" for name in SCRIPTS)
    mounted: FastAPI = gr.mount_gradio_app(
        app, page, "/", auth=office.admits, auth_message=_sign_in(language), i18n=i18n, theme=theme(),
        css_paths=sorted((HERE / "styles").glob("*.css")), head=scripts, footer_links=[],
        run_history=False, show_error=False, ssr_mode=False, enable_monitoring=False, pwa=False,
        mcp_server=False, allowed_paths=[], max_file_size="50mb",
    )  # fmt: skip
    return mounted


def _sign_in(language: Wanted) -> str:
    """What stands over the login form, and, hidden until somebody has guessed too often, how long to wait."""
    greeting, seconds, minutes = (_both(f"sign_in{part}", language) for part in ("", "_seconds", "_minutes"))
    held = el("strong", "", id="login-wait", role="alert", hidden="", data_seconds=seconds, data_minutes=minutes)
    return f"{greeting} {held}"


def _both(word: str, language: Wanted) -> str:
    english, chinese = WORDS[word]
    return {"en": english, "zh": chinese}.get(language, f"{english} {chinese}")


def build(office: Office, i18n: gr.I18n) -> gr.Blocks:
    """The tabs, joined to the office."""
    page: gr.Blocks = gr.Blocks(title="Pricedesk", analytics_enabled=False, fill_width=True)
    with page:
        with gr.Row(elem_classes="pd-top"):
            header = gr.HTML()
            gr.Button(i18n("sign_out"), link="/logout", size="sm", min_width=90, scale=0, elem_id="sign-out")
        state = gr.HTML(elem_id="banner")
        with gr.Tab(i18n("tab_chat"), id="chat"):
            chat = Chat(office, i18n)
        for name, made in TABS:
            with gr.Tab(i18n(f"tab_{name}"), id=name) as tab:
                desk = made(office, i18n)
            tab.select(desk.listed, desk.inputs, desk.outputs, **QUIET)
        clock, busy = gr.Timer(SOON), gr.State(True)
        suggested = [chat.chatbot, *chat.suggested]
        look = _look(office, chat)
        page.load(_greet(office), None, header, **QUIET)
        page.load(chat.arrive, chat.kept, [*chat.outputs, *chat.beside], **QUIET)
        page.load(look, busy, [state, clock, busy, *suggested], **QUIET)
        clock.tick(look, busy, [state, clock, busy, *suggested], **QUIET)
    page.queue(default_concurrency_limit=16, max_size=200)
    return page


def _greet(office: Office) -> Callable[[gr.Request], str]:
    def greet(request: gr.Request) -> str:
        language = office.language(request)
        try:
            actor = office.visitor(request)
        except Exception as error:
            return el("p", excuse(error, language), class_="pd-told pd-refused")
        who = el("span", f"{actor.name} · {say(f'role_{actor.role}', language)}", class_="pd-who")
        title, motto = el("h1", say("title", language)), el("p", say("motto", language))
        return el(
            "div", title, motto, who, tour(actor.name, language), class_="pd-head",
            data_language=office.chosen(request) or "", data_spoken="zh-CN" if language == "zh" else "en",
        )  # fmt: skip

    return greet


def _look(office: Office, chat: Chat) -> Callable[[bool, gr.Request], list[Any]]:
    """The state of store and model; first questions once the store is open, and not at every look again."""

    def look(busy: bool, request: gr.Request) -> list[Any]:
        now = opening(office.store())
        settled = not now and office.model().phase != "loading"
        suggested = chat.suggest(request) if busy else [gr.skip()] * (1 + len(chat.suggested))
        return [banner(office, office.language(request)), gr.Timer(LATER if settled else SOON), now, *suggested]

    return look
