"""Work that outlives the request that asked for it: how far it is, and how to end it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Path
from pydantic import Field

from db.dealings import Job
from serving.api import routing
from serving.api.backing import Back
from serving.api.problems import RefusedError
from serving.api.schemas import Shape
from serving.api.security import Caller, needs
from serving.jobs.runner import Jobs

router = routing.router("jobs")
Working = Annotated[Caller, Depends(needs("jobs"))]
JobKey = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["0f1e2d3c4b5a69788796a5b4c3d2e1f0"])]
JobStatus = Literal["waiting", "running", "done", "failed", "cancelled"]


class NoJobsError(RefusedError):
    """Background work is not there."""

    status = 503


def hands(back: Back) -> Jobs:
    """Raises NoJobsError."""
    if back.jobs is None:
        raise NoJobsError("This desk runs no background work. Start it by `pricedesk serve`.")
    return back.jobs


Hands = Annotated[Jobs, Depends(hands)]


class JobOut(Shape):
    """A job as it stands."""

    id: str
    kind: str = Field(examples=["propose_many"])
    status: JobStatus
    stage: str
    done: int
    total: int
    result: dict[str, Any] | None
    error: str
    author: str
    made_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> "JobOut":
        return cls.model_validate(job.model_dump())


class JobsOut(Shape):
    """The newest jobs, newest first."""

    items: list[JobOut]


@router.get("/jobs", summary="The newest jobs")
def list_jobs(caller: Working, work: Hands, status: JobStatus | None = None, mine: bool = False) -> JobsOut:
    """Everybody's, or only yours."""
    found = work.recent(50, (status,) if status else (), caller.actor.name if mine else None)
    return JobsOut(items=[JobOut.of(job) for job in found])


@router.get("/jobs/{job}", summary="One job")
def get_job(caller: Working, work: Hands, job: JobKey) -> JobOut:
    """With its progress, and its result once it is done."""
    return JobOut.of(work.status(job))


@router.delete("/jobs/{job}", summary="End a job before it is done")
def cancel_job(caller: Working, work: Hands, job: JobKey) -> JobOut:
    """It stops at its next item; what it has finished stands. Only who asked for it, or an admin, may."""
    return JobOut.of(work.cancel(job, caller.actor))
