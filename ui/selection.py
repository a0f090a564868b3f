"""What is ticked in the queue: what it comes to, who may decide it, and the question before it is done."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from sqlmodel import Session

from agents.rendering import Language
from db import queue
from db.moves import Actor
from db.proposals import Decision
from db.stakes import cells, stakes
from ui.bulk import Order
from ui.markup import Html, el
from ui.stakes import short
from ui.words import say
from ui.worksheet import Reading

Kind = Literal["approve", "apply", "reject"]
Picked = dict[int, str]  # the content hash that was seen, by number
MOST = 20_000  # that are selected at once
SHOWN = 50  # rows of a file that cannot be done


def merged(picked: Mapping[int, str], marks: str) -> Picked:
    """The selection with the ticks of the page that is on the screen, as the browser tells them."""
    try:
        told = json.loads(marks or "{}")
        page = {int(one): str(seen)[:64] for one, seen in told.items()} if isinstance(told, dict) else {}
    except ValueError:
        page = {}
    whole = {**picked, **page}
    return {one: seen for one, seen in whole.items() if seen}


def bar(session: Session, picked: Picked, actor: Actor, language: Language, note: str = "") -> Html:
    """How many are ticked, what they come to, and which of them others sign."""
    if not picked:
        return el("p", say("picked_none", language), class_="pd-faint", role="status")
    ids = list(picked)
    barred = queue.hindrances(session, ids, actor)
    lines = [note] if note else []
    lines.append(
        f"{say('picked', language, n=f'{len(ids):,}')}: {short(stakes(cells(session, queue.Wanted(), ids)), language)}"
    )
    signable = say("bar_signable", language, n=f"{len(ids) - len(barred):,}")
    lines.append(" ".join([signable, *_why(barred, language)]))
    return el("div", *(el("p", line) for line in lines), class_="pd-picked", role="status")


def order_for(session: Session, kind: Kind, picked: Picked, actor: Actor) -> tuple[Order, dict[int, str]]:
    """What this person would do with the selection, and what stands in the way of the rest."""
    to = "rejected" if kind == "reject" else "approved"
    barred = queue.hindrances(session, list(picked), actor, to)
    ready = _approved(session, barred, actor) if kind == "apply" else []
    barred = {one: why for one, why in barred.items() if one not in ready}
    decided = [one for one in picked if one not in barred and one not in ready]
    decisions = tuple(Decision(one, to, picked[one]) for one in decided)
    return Order(decisions, tuple(one for one in picked if one not in barred) if kind == "apply" else ()), barred


def question(kind: Kind, order: Order, barred: Mapping[int, str], language: Language) -> Html:
    """What is about to be done, and what is not."""
    lines = [say(f"ask_{kind}", language, n=f"{len(order.ids):,}") if order.ids else say("ask_nothing", language)]
    if barred:
        lines.append(" ".join([say("ask_barred", language, n=f"{len(barred):,}"), *_why(barred, language)]))
    return el("div", *(el("p", line) for line in lines), class_="pd-ask-text")


def preview(read: Reading, language: Language) -> Html:
    """What a workbook would do."""
    said = say(
        "sheet_preview", language, approve=read.count("approved"), reject=read.count("rejected"), blank=read.blank,
        bad=len(read.bad),
    )  # fmt: skip
    rows = [
        el("li", f"{say('sheet_row', language, n=line)}: {say(key, language, said=what[:60])}")
        if key == "bad_decision"
        else el("li", f"{say('sheet_row', language, n=line)}: {say(key, language)}")
        for line, key, what in read.bad[:SHOWN]
    ]
    more = [el("li", "…")] if len(read.bad) > SHOWN else []
    return el("div", el("p", said), el("ul", *rows, *more), class_="pd-ask-text")


def _approved(session: Session, barred: Mapping[int, str], actor: Actor) -> list[int]:
    """Of those that cannot be approved: the ones that are already, and wait to be applied."""
    done = [one for one, why in barred.items() if why == "status"]
    held = queue.hindrances(session, done, actor, "applied")
    return [one for one in done if one not in held]


def _why(barred: Mapping[int, str], language: Language) -> list[str]:
    counted = Counter(barred.values())
    lines = [say(f"bar_{why}", language, n=f"{n:,}") for why, n in counted.most_common()]
    return [f"{'; '.join(lines)}{'。' if language == 'zh' else '.'}"] if lines else []
