"""What an indexing run has to do, and doing it: only texts that are new or rewritten are read and embedded."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from knowledge.chroma import Shelf
from knowledge.copies import Said, voices
from knowledge.embedding import Embedder
from knowledge.passage import Kind, ProductText, ReviewText
from knowledge.record import Metadata, Record, prepared, product_records, review_records

BATCH = 256  # texts embedded and written at a time: what an interruption can cost
Progress = Callable[[int, int], None]  # texts done, of how many
T = TypeVar("T")


@dataclass
class Plan:
    """The work in one collection."""

    kind: Kind
    fresh: list[Record] = field(default_factory=list)
    relabelled: list[Record] = field(default_factory=list)  # the same text under a new category, date, rating or voice
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def idle(self) -> bool:
        return not (self.fresh or self.relabelled or self.gone)


def plans(shelf: Shelf, products: Sequence[ProductText], reviews: Sequence[ReviewText]) -> tuple[Plan, Plan]:
    """Compare what shall be there with what is there, by hash."""
    names = {p.sku: f"{p.name} {p.brand}" for p in products}
    return (
        _plan(shelf, "product", product_records(products)),
        _plan(shelf, "review", review_records(reviews, names)),
    )


def _plan(shelf: Shelf, kind: Kind, records: Iterable[Record]) -> Plan:
    wanted = {record.id: record for record in records}
    known: dict[str, Metadata] = {}
    plan = Plan(kind)
    touched: set[str] = set()
    for name, metadata in shelf.metadata(kind):
        record = wanted.get(name)
        if record is None:
            plan.gone.append(name)
            touched.add(str(metadata["sku"]))
        elif record.metadata["hash"] == metadata["hash"]:
            known[name] = metadata
            touched |= {str(record.metadata["sku"]), str(metadata["sku"])} if _moved(record, metadata) else set()
    touched |= {str(record.metadata["sku"]) for name, record in wanted.items() if name not in known}
    labels = _voices(wanted.values(), touched) if kind == "review" else {}
    for name, record in wanted.items():
        label = labels.get(name, {})
        if name not in known:
            plan.fresh.append(replace(record, metadata={**record.metadata, **label}))
            continue
        plan.unchanged += 1
        told = {**known[name], **record.metadata, **label}
        if told != known[name]:
            plan.relabelled.append(replace(record, metadata=told))
    return plan


def _moved(record: Record, metadata: Metadata) -> bool:
    """Whether its product or its day is another one: it may then be a copy of others."""
    return any(record.metadata.get(key) != metadata.get(key) for key in ("sku", "day"))


def _voices(records: Iterable[Record], skus: set[str]) -> dict[str, Metadata]:
    """Who said it first and how many say it, for the reviews of products whose reviews have changed."""
    said: dict[str, list[Said]] = {sku: [] for sku in skus}
    for record in records:
        sku = str(record.metadata["sku"])
        if sku in said:
            said[sku].append(Said(record.id, date.fromordinal(int(record.metadata["day"])), record.text))
    return {
        name: {"voice": first, "copies": count}
        for reviews in said.values()
        for name, (first, count) in voices(reviews).items()
    }


def carry_out(shelf: Shelf, embedder: Embedder, work: Sequence[Plan], progress: Progress | None) -> None:
    """Batch by batch: a run that is cut short has done what it told."""
    total, done = sum(len(plan.fresh) for plan in work), 0
    for plan in work:
        for gone in parts(plan.gone):
            shelf.remove(plan.kind, gone)
        for moved in parts(plan.relabelled):
            shelf.relabel(plan.kind, moved)
        for batch in parts(plan.fresh):
            ready = [prepared(plan.kind, record) for record in batch]
            shelf.write(plan.kind, ready, embedder.embed([record.text for record in ready]))
            done += len(batch)
            if progress:
                progress(done, total)


def parts(things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[start : start + BATCH] for start in range(0, len(things), BATCH))
