"""Work in hand, as people see it: asked for, running, ended. What runs it is in serving/jobs."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import update
from sqlmodel import Session, col, select

from db import events
from db.dealings import Job
from db.moves import SYSTEM, Actor, NotAllowedError
from db.tables import now
from pricing.errors import PricingError

UNFINISHED = ("waiting", "running")
STATUSES = (*UNFINISHED, "done", "failed", "cancelled")


class UnknownJobError(PricingError):
    """No job has this number."""


class JobEndedError(PricingError):
    """The job has ended already."""


def create(session: Session, kind: str, args: Mapping[str, Any], actor: Actor) -> Job:
    """A job that waits; `args` is plain JSON."""
    job = Job(id=uuid4().hex, kind=kind, args=dict(args), author=actor.name, role=actor.role, made_at=now())
    session.add(job)
    session.flush()
    return job


def get(session: Session, job_id: str) -> Job:
    """Raises UnknownJobError."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise UnknownJobError(f"There is no job {job_id!r}. The list of jobs shows their numbers.")
    return job


def recent(session: Session, n: int = 50, statuses: Sequence[str] = (), author: str | None = None) -> list[Job]:
    """The newest `n`, newest first; of these statuses and this author where given."""
    wanted = select(Job).order_by(col(Job.made_at).desc(), col(Job.id)).limit(n)
    if statuses:
        wanted = wanted.where(col(Job.status).in_(statuses))
    if author is not None:
        wanted = wanted.where(Job.author == author)
    return list(session.exec(wanted))


def unfinished(session: Session) -> list[str]:
    """The numbers of all that wait or run, oldest first."""
    return list(session.exec(select(Job.id).where(col(Job.status).in_(UNFINISHED)).order_by(col(Job.made_at))))


def begin(session: Session, job_id: str) -> Job | None:
    """The job, now running (again, after a stop); None where it has ended or is not there."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None or job.status not in UNFINISHED:
        return None
    job.status, job.started_at = "running", job.started_at or now()
    session.flush()
    return job


def note(session: Session, job_id: str, stage: str, done: int, total: int) -> None:
    """How far a job is."""
    session.connection().execute(
        update(Job).where(col(Job.id) == job_id).values(stage=stage[:100], done=done, total=total)
    )


def end(session: Session, job_id: str, status: str, result: Mapping[str, Any] | None = None, error: str = "") -> bool:
    """End an unfinished job as done, failed or cancelled, and record the event; False where it had ended before."""
    ended = session.connection().execute(
        update(Job)
        .where(col(Job.id) == job_id, col(Job.status).in_(UNFINISHED))
        .values(status=status, result=None if result is None else dict(result), error=error, ended_at=now())
    )
    if not ended.rowcount:
        return False
    job = get(session, job_id)
    events.record(session, f"job.{status}", job_id, SYSTEM, {"kind": job.kind, "author": job.author, "error": error})
    return True


def cancel(session: Session, job_id: str, actor: Actor = SYSTEM) -> Job:
    """End a job before it is done; what it has finished stands.

    Raises UnknownJobError, JobEndedError, and NotAllowedError where `actor` neither asked for it nor is an admin.
    """
    job = get(session, job_id)
    if actor.role not in ("admin", "system") and actor.name != job.author:
        raise NotAllowedError(f"Only {job.author}, who asked for job {job_id}, or an admin may cancel it.")
    if not end(session, job_id, "cancelled", error=f"cancelled by {actor.name}"):
        raise JobEndedError(f"Job {job_id} is {job.status}: there is nothing left to cancel.")
    return get(session, job_id)
