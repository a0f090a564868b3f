"""The job library (DBOS): its queue, its memory of finished steps, its recovery. Nothing else here imports it.

DBOS is one per process. The first `Member` that joins has it on its own database; any further one in the same process
(as in tests) is served by it too, and takes it over when the first leaves.
"""

import json
import logging
from collections.abc import Callable
from threading import RLock
from typing import Any, Protocol

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID

from serving.jobs.locks import Locks

QUEUE = "pricedesk"
AT_ONCE = 2  # jobs that run at the same time in one process
ATTEMPTS = 5  # a job in which the process dies so often is given up
FAILED = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED")


class Member(Protocol):
    """Something that has jobs to do."""

    @property
    def key(self) -> str: ...

    @property
    def system_url(self) -> str: ...

    @property
    def locks(self) -> Locks: ...

    @property
    def poll(self) -> float: ...

    def perform(self, job_id: str) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


class _Json(Serializer):
    """Plain JSON instead of DBOS's pickle, which runs what it reads."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, ensure_ascii=False, default=repr)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "json"


_members: list[Member] = []
_guard = RLock()


@DBOS.workflow(name="job", max_recovery_attempts=ATTEMPTS)
def _job(key: str, job_id: str) -> None:
    with _guard:
        member = next((one for one in _members if one.key == key), None)
    if member is not None:
        member.perform(job_id)


def join(member: Member) -> None:
    """Serve the jobs of `member` from now on."""
    with _guard:
        _members.append(member)
        if len(_members) == 1:
            _launch(member)
        member.resume()


def leave(member: Member) -> None:
    """Serve them no more; the last to leave stops it all."""
    with _guard:
        if member not in _members:
            return
        leading = member is _members[0]
        member.pause()
        _members.remove(member)
        if not leading:
            return
        for other in _members:
            other.pause()
        DBOS.destroy()
        member.locks.drop(_slot)
        if _members:
            _launch(_members[0])
        for other in _members:
            other.resume()


def enqueue(member: Member, job_id: str) -> None:
    """Put a job into the queue; one that is there already stays as it is."""
    with SetWorkflowID(job_id):
        DBOS.enqueue_workflow(QUEUE, _job, member.key, job_id)


def again(member: Member, job_id: str) -> None:
    """The same from its beginning, where DBOS took it for done."""
    DBOS.delete_workflows([job_id])
    enqueue(member, job_id)


def state(job_id: str) -> str | None:
    """What DBOS says of a job: ENQUEUED, PENDING, SUCCESS, one of FAILED; None where it does not know it."""
    known = DBOS.get_workflow_status(job_id)
    return None if known is None else str(known.status)


def step(name: str, work: Callable[[], Any]) -> Any:
    """Within a job: do the work, or tell what came of it before a stop."""
    return DBOS.run_step({"name": name}, work)


def adopt(member: Member) -> None:
    """Let the jobs of processes that have died be taken up: those whose lock can be had."""
    if member is not _members[0]:
        return
    for other in {str(one.executor_id) for one in _pending()} - {_slot}:
        if member.locks.take(other):
            try:
                left = [one.workflow_id for one in _pending() if one.executor_id == other]
                DBOS.resume_workflows(left, queue_name=QUEUE)
            finally:
                member.locks.drop(other)


def forget(job_ids: list[str]) -> None:
    """Drop what is remembered of jobs that ended."""
    DBOS.delete_workflows(job_ids)


def ended(before: str, n: int = 500) -> list[str]:
    """Jobs that DBOS has done with, begun before this moment (ISO 8601)."""
    known = DBOS.list_workflows(
        status=["SUCCESS", *FAILED], end_time=before, limit=n, load_input=False, load_output=False
    )
    return [one.workflow_id for one in known]


def _pending() -> list[Any]:
    return DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)


_slot = ""


def _launch(leader: Member) -> None:
    """Start DBOS under the first name that no living process has, so that it takes up what the last one of that name
    has left."""
    global _slot  # noqa: PLW0603 - as one per process as DBOS itself
    _slot = next(name for name in (f"desk-{n}" for n in range(1000)) if leader.locks.take(name))
    config: DBOSConfig = {
        "name": "pricedesk",
        "system_database_url": leader.system_url,
        "dbos_system_schema": "pricedesk_jobs",
        "application_version": "pricedesk",
        "executor_id": _slot,
        "log_level": "ERROR",
        "enable_otlp": False,
        "serializer": _Json(),
        "sys_db_pool_size": 5,
        "scheduler_polling_interval_sec": 3600.0,
        "use_listen_notify": False,  # its messages are not used, and waiting for them costs 100 looks a second
        "notification_listener_polling_interval_sec": 0.25,  # which is how long a stop waits for it
    }
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=leader.poll)
    logging.getLogger("dbos").setLevel(logging.ERROR)
