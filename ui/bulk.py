"""Many decisions carried out in parts: how far it is, what came of each, and a way to stop."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agents.rendering import Language, told_in
from db import batches, proposals
from db.moves import Actor
from db.proposals import Decision
from db.queue import lines
from ui.markup import Html, el, flat, joined
from ui.office import Office
from ui.words import say

PART = 25  # decisions of one transaction: others get their turn to write
SENT = 100  # prices that are sent together
SHOWN = 200  # outcomes told one by one


@dataclass(frozen=True)
class Order:
    """What is to be done: decisions, and the proposals whose prices are then charged."""

    decisions: tuple[Decision, ...] = ()
    applying: tuple[int, ...] = ()

    @property
    def ids(self) -> list[int]:
        return list(dict.fromkeys([*(d.proposal_id for d in self.decisions), *self.applying]))

    def because(self, reason: str) -> "Order":
        """With one reason for each decision that has none."""
        return replace(self, decisions=tuple(replace(d, reason=d.reason or reason) for d in self.decisions))


@dataclass(frozen=True)
class Report:
    """How far it is. `refused` says why by number; what is in neither was not touched."""

    what: str  # a key of words
    done: int
    count: int
    finished: frozenset[int] = frozenset()
    refused: Mapping[int, str] = field(default_factory=dict)


def carried_out(office: Office, order: Order, actor: Actor, stopped: Callable[[], bool]) -> Iterator[Report]:
    """Decide, then charge; one report after each part, the last when all is done or it was stopped."""
    report = Report("bulk_deciding", 0, len(order.decisions))
    for report in _decided(office, order, actor, stopped):
        yield report
    applying = [one for one in order.applying if one not in report.refused]
    decided = {d.proposal_id for d in order.decisions}
    applying = [one for one in applying if one in report.finished or one not in decided]
    if applying:
        yield from _applied(office, applying, actor, stopped, replace(report, finished=report.finished - {*applying}))


def _decided(office: Office, order: Order, actor: Actor, stopped: Callable[[], bool]) -> Iterator[Report]:
    finished, refused = set[int](), dict[int, str]()
    for start in range(0, len(order.decisions), PART):
        if stopped():
            return
        part = order.decisions[start : start + PART]
        with office.database.session() as session:
            proposals.remember_rules(session, office.desk.shop.rules)
            outcomes = proposals.decide_many(session, part, actor)
        finished |= {o.proposal_id for o in outcomes if o.refusal is None}
        refused |= {o.proposal_id: str(o.refusal) for o in outcomes if o.refusal is not None}
        done, count = start + len(part), len(order.decisions)
        yield Report("bulk_deciding", done, count, frozenset(finished), dict(refused))


def _applied(
    office: Office, ids: Sequence[int], actor: Actor, stopped: Callable[[], bool], so_far: Report
) -> Iterator[Report]:
    finished, refused = set(so_far.finished), dict(so_far.refused)
    for start in range(0, len(ids), SENT):
        if stopped():
            return
        part = ids[start : start + SENT]
        items = batches.apply_many(office.database, office.desk.sinks, part, actor)
        finished |= {item.proposal for item in items if item.done}
        refused |= {item.proposal: item.text for item in items if not item.done}
        yield Report("bulk_applying", start + len(part), len(ids), frozenset(finished), dict(refused))


def progress(report: Report, language: Language) -> Html:
    """A line that is read aloud when it changes."""
    what = say("bulk_progress", language, what=say(report.what, language), done=report.done, count=report.count)
    bar = el("progress", value=str(report.done), max=str(max(1, report.count)), aria_label=say(report.what, language))
    return el("p", f"{what} ", bar, class_="pd-told pd-running", role="status")


def outcome(office: Office, order: Order, report: Report, language: Language) -> Html:
    """What came of each, the refused ones first."""
    ids, refused = order.ids, report.refused
    untouched = len([one for one in ids if one not in report.finished and one not in refused])
    said = [say("bulk_done", language, done=len(report.finished), count=len(ids))]
    said += [say("bulk_refused", language, n=len(refused))] if refused else []
    said += [say("bulk_cancelled", language, n=untouched)] if untouched else []
    good = not refused and not untouched
    line = el("p", " ".join(said), class_="pd-told" if good else "pd-told pd-refused", role="status")
    return joined(line, _items(office, [*refused, *(one for one in ids if one in report.finished)], report, language))


def _items(office: Office, ids: Sequence[int], report: Report, language: Language) -> Html:
    if not ids:
        return Html("")
    with office.database.reading() as session:
        found = lines(session, ids[:SHOWN])
    told = [_item(line.id, f"{line.sku} · {line.name}", line.status, report, language) for line in found]
    told += [_item(one, "", "", report, language) for one in ids[:SHOWN] if one not in {line.id for line in found}]
    more = len(ids) - SHOWN
    rest = el("p", say("bulk_more", language, n=more), class_="pd-faint") if more > 0 else Html("")
    head = el("summary", say("bulk_items", language, n=len(ids)))
    return el("details", head, el("ul", *told), rest, class_="pd-items", open="" if report.refused else None)


def _item(one: int, name: str, status: str, report: Report, language: Language) -> Html:
    number = f"{say('col_id', language)} {one}"
    if one in report.refused:
        why = told_in(report.refused[one], language) or say("bulk_item_refused", language)
        return el("li", el("b", flat(f"{number} {name}", 120)), f": {flat(why, 600)}", class_="pd-no")
    state = say(f"status_{status}", language) if status else ""
    return el("li", f"{flat(f'{number} {name}', 120)}: {state}")
