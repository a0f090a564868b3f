"""The tour: its words, which page.js shows step by step beside the tab that each speaks of."""

import json

from agents.rendering import Language
from ui.markup import Html, el
from ui.words import say

STEPS = ("chat", "approvals", "audit")  # the tab of each step


def tour(name: str, language: Language) -> Html:
    """Nothing to be seen; `name` is whose tour it is, so that each person is shown it once in a browser."""
    total = len(STEPS)
    steps = [
        {"tab": say(f"tab_{tab}", language), "text": say(f"tour_{n}", language),
         "count": say("tour_step", language, n=n, total=total)}
        for n, tab in enumerate(STEPS, 1)
    ]  # fmt: skip
    said = {key: say(f"tour_{key}", language) for key in ("title", "next", "back", "done", "skip")}
    return el("span", id="tour-words", hidden="", data_name=name, data_tour=json.dumps({**said, "steps": steps}))
