"""The work behind each kind of job."""

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agents.batching import Wish, every_sku, gone_from, propose_once
from agents.proposing import Asked
from agents.rendering import Language
from db.users import ROLES
from db.versions import known_as
from pricing.errors import PricingError
from pricing.optimise import Goal
from serving.jobs.kinds import Kind
from serving.jobs.run import Run
from tools.context import Context
from tools.engines import Engine
from tools.refresh import Progress, refresh

Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Sku = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Contexts = Callable[[], Context]
Index = Callable[[Progress], object]
Load = Callable[[Path, str, str, Progress], object]
Look = Callable[[], int]  # for alarms; how many are new
KEEPERS = ("approver", "admin", "system")
IMPORTERS = ("merchant", "admin", "system")  # who signs prices does not bring the data that they rest on


class NoSuchUploadError(PricingError):
    """There is no such file among those that were handed in."""


class _Args(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BatchArgs(_Args):
    """Prices of many products; of the whole catalogue where none is named."""

    skus: list[Sku] = Field(default=[], max_length=100_000)
    goal: Goal = "profit"
    weeks: int = Field(default=4, ge=1, le=26)
    max_change_pct: Percent | None = None
    min_margin_pct: Percent | None = Field(default=None, lt=100)
    tests: bool = False
    language: Language = "en"
    thread: str = Field(default="", max_length=64)


class RefreshArgs(_Args):
    """All fits anew; those that stand are left alone unless `again`."""

    engine: Engine = "local"
    again: bool = False


class ImportArgs(_Args):
    """A store folder or file below the folder of uploads; the texts and fits follow it."""

    file: str = Field(min_length=1, max_length=500)
    format: str = Field(default="auto", max_length=40)
    currency: str = Field(default="", max_length=3)


def batch(contexts: Contexts, lasting: timedelta) -> Kind:
    """Result: {"batch", "proposed", "kept", "refused", "rows"}; the batch of its proposals is the job's number."""

    def work(run: Run) -> Mapping[str, Any]:
        args = BatchArgs.model_validate(run.args)
        wish = Wish(args.goal, args.weeks, args.max_change_pct, args.min_margin_pct, args.tests, args.language)
        asked = Asked(run.actor.name, args.thread, run.id, lasting)
        plan = run.once("catalogue", lambda: _plan(contexts(), args.skus))

        def one(sku: str) -> dict[str, Any]:
            return plan["gone"].get(sku) or propose_once(contexts(), sku, wish, asked)

        rows = run.each("proposals", plan["skus"], one)
        return {"batch": run.id, **Counter(proposed=0, kept=0, refused=0), **Counter(map(_came, rows)), "rows": rows}

    return Kind("propose_many", work, BatchArgs, (*ROLES, "system"))


def _plan(context: Context, skus: Sequence[str]) -> dict[str, Any]:
    if skus:
        with context.database.reading() as session:
            meant = known_as(session, list(dict.fromkeys(skus)))
        return {"skus": list(dict.fromkeys(meant.get(sku, sku) for sku in skus)), "gone": {}}
    return {"skus": every_sku(context), "gone": gone_from(context)}


def _came(row: Mapping[str, Any]) -> str:
    if row.get("id") is not None:
        return "proposed"
    kept = row.get("proposed_price") is not None and row["proposed_price"] == row.get("current_price")
    return "kept" if kept else "refused"


def refreshing(contexts: Contexts, look: Look) -> Kind:
    """Result: what was fitted, and how many `alarms` are new."""

    def work(run: Run) -> Mapping[str, Any]:
        args = RefreshArgs.model_validate(run.args)
        told = run.once("refresh", lambda: asdict(refresh(contexts(), run.tell, args.engine, again=args.again)))
        return {**told, "alarms": run.once("alarms", look)}

    return Kind("refresh", work, RefreshArgs, KEEPERS)


def indexing(index: Index) -> Kind:
    def work(run: Run) -> Mapping[str, Any]:
        return _as_dict(run.once("texts", lambda: _as_dict(index(run.tell))))

    return Kind("index", work, roles=KEEPERS)


def importing(contexts: Contexts, index: Index, load: Load, uploads: Path, look: Look = lambda: 0) -> Kind:
    def work(run: Run) -> Mapping[str, Any]:
        args = ImportArgs.model_validate(run.args)
        try:
            report = run.once("import", lambda: load(_below(uploads, args.file), args.format, args.currency, run.tell))
        except PricingError:
            _drop(uploads, args.file)
            raise
        _drop(uploads, args.file)
        run.once("texts", lambda: _as_dict(index(run.tell)))
        fits = run.once("refresh", lambda: asdict(refresh(contexts(), run.tell)))
        return {"import": report, "refresh": fits, "alarms": run.once("alarms", look)}

    return Kind("import", work, ImportArgs, IMPORTERS)


def _drop(uploads: Path, name: str) -> None:
    """What was read, or refused, is kept no longer: the folder of the upload, or the file where it has none."""
    try:
        found = _below(uploads, name)
    except NoSuchUploadError:  # dropped already, before a stop
        return
    top = uploads.resolve() / found.relative_to(uploads.resolve()).parts[0]
    if top.is_dir():
        shutil.rmtree(top, ignore_errors=True)
    else:
        top.unlink(missing_ok=True)


def chore(name: str, work: Callable[[Progress], object]) -> Kind:
    """Periodic work, asked for now."""

    def run_it(run: Run) -> Mapping[str, Any]:
        return _as_dict(run.once(name, lambda: _as_dict(work(run.tell))))

    return Kind(name, run_it)


def _below(folder: Path, name: str) -> Path:
    """Raises NoSuchUploadError for what is not there, and for what lies outside, wherever links lead."""
    found = (folder / name).resolve()
    if not found.is_relative_to(folder.resolve()) or found == folder.resolve() or not found.exists():
        raise NoSuchUploadError(f"There is no uploaded file {name!r}. Hand it in first, then import it by its name.")
    return found


def _as_dict(made: object) -> dict[str, Any]:
    if isinstance(made, Mapping):
        return dict(made)
    if is_dataclass(made) and not isinstance(made, type):
        return asdict(made)
    return {} if made is None else {"result": made}
