"""The language of the page: the browser's, or the one that the settings name."""

from typing import Literal

import gradio as gr

from agents.rendering import Language
from ui.words import STATIC, WORDS

Wanted = Literal["auto", "en", "zh"]
CHINESE = ("zh", "zh-CN", "zh-SG", "zh-HK", "zh-TW", "zh-Hans", "zh-Hant")


def translations(wanted: Wanted) -> gr.I18n:
    """The static labels for the browser's locale; of one language throughout where the settings name it."""
    english, chinese = ({key: WORDS[key][n] for key in STATIC} for n in (0, 1))
    if wanted == "zh":
        english = chinese
    elif wanted == "en":
        chinese = english
    return gr.I18n(en=english, **dict.fromkeys(CHINESE, chinese))


def spoken(wanted: Wanted, request: gr.Request) -> Language:
    """The language in which a text made on the server is written for this browser."""
    return wanted if wanted != "auto" else first(request.headers.get("accept-language", ""))


def first(accepted: str) -> Language:
    """The first of our languages that an Accept-Language header names; English where it names none."""
    for part in accepted.lower().split(","):
        tag = part.split(";")[0].strip().split("-")[0]
        if tag in ("en", "zh"):
            return "zh" if tag == "zh" else "en"
    return "en"
