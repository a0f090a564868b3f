"""What is sent twice under one Idempotency-Key is done once, also where the process dies in between."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlmodel import Session, select, update

from db.dealings import Replay
from db.engine import Database
from db.tables import StoreInfo, now
from pricing.errors import PricingError
from serving.api import idempotency
from serving.api.routing import router as routes
from serving.api.routing import shown_once
from tests.integration.api import Api, api_on, bare_api, bare_desk

__all__ = ["bare_api"]
Deed = Callable[[], None]


def nothing() -> None:
    """Between the change and the answer."""


def count(session: Session) -> int:
    """Do the deed: one more."""
    row = session.get(StoreInfo, "done") or StoreInfo(key="done", value="0")
    row.value = str(int(row.value) + 1)
    session.add(row)
    return int(row.value)


def done(database: Database) -> int:
    with database.reading() as session:
        row = session.get(StoreInfo, "done")
    return int(row.value) if row else 0


def offer(app: FastAPI, database: Database, before: Deed = nothing, after: Deed = nothing) -> None:
    """Routes that change something, at /deeds."""
    router = routes("deeds")

    @router.post("/deeds", status_code=201)
    def deed(body: dict[str, Any]) -> dict[str, Any]:
        before()
        with database.session() as session:
            number = count(session)
        after()
        return {"number": number, **body}

    @router.post("/deeds/refused")
    def refused(body: dict[str, Any]) -> None:
        if body.get("late"):
            with database.session() as session:
                count(session)
        raise PricingError("The deed is refused. Ask for another.")

    @router.post("/deeds/broken")
    def broken(body: dict[str, Any]) -> None:
        if body.get("late"):
            with database.session() as session:
                count(session)
        raise RuntimeError("a fault")

    @router.post("/deeds/streamed")
    def streamed() -> StreamingResponse:
        def parts() -> Iterator[str]:
            yield "data: first\n\n"
            with database.session() as session:
                yield f"data: {count(session)}\n\n"

        return StreamingResponse(parts(), media_type="text/event-stream")

    @router.post("/deeds/secret")
    @shown_once
    def secret() -> dict[str, str]:
        with database.session() as session:
            count(session)
        return {"secret": "open sesame"}

    app.include_router(router)


def send(api: Api, path: str = "/deeds", key: str = "k1", body: Any = None, name: str = "mei") -> Any:
    return api.as_(name).post(path, json=body or {"a": 1}, headers={"Idempotency-Key": key})


def test_the_second_time_the_same_answer_is_given_and_nothing_done(bare_api: Api) -> None:
    offer(bare_api.app, bare_api.database)
    first, second = send(bare_api), send(bare_api)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json() == {"number": 1, "a": 1}
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert done(bare_api.database) == 1


def test_a_key_is_its_callers_own_and_for_one_request(bare_api: Api) -> None:
    offer(bare_api.app, bare_api.database)
    send(bare_api)
    other = send(bare_api, body={"a": 2})
    assert (other.status_code, other.json()["type"]) == (422, "/problems/reused-replay-key")
    assert send(bare_api, "/deeds/refused").status_code == 422
    assert send(bare_api, name="ann").json()["number"] == 2
    assert send(bare_api, key="k2").json()["number"] == 3
    for key in ("x" * 256, ""):
        assert send(bare_api, key=key).status_code == 422
    assert done(bare_api.database) == 3


def test_twenty_at_once_do_it_once(bare_api: Api) -> None:
    slow = threading.Event()
    offer(bare_api.app, bare_api.database, before=lambda: (slow.wait(0.2), None)[1])
    bare_api.as_("mei")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: send(bare_api), range(20)))
    assert done(bare_api.database) == 1
    assert {a.json()["number"] for a in answers if a.status_code == 201} == {1}
    late = [a for a in answers if a.status_code != 201]
    assert all(a.status_code == 409 and a.headers["retry-after"] for a in late)
    assert send(bare_api).json()["number"] == 1


def test_a_refusal_that_changed_nothing_leaves_the_key_free(bare_api: Api) -> None:
    offer(bare_api.app, bare_api.database)
    assert send(bare_api, "/deeds/refused").json()["type"] == "/problems/pricing"
    assert send(bare_api, "/deeds").json()["number"] == 1


def test_a_refusal_that_left_a_mark_is_given_again(bare_api: Api) -> None:
    offer(bare_api.app, bare_api.database)
    first, second = (send(bare_api, "/deeds/refused", body={"late": 1}) for _ in range(2))
    assert first.json()["detail"] == second.json()["detail"] == "The deed is refused. Ask for another."
    assert second.headers["idempotent-replayed"] == "true"
    assert done(bare_api.database) == 1


def test_after_a_fault_the_key_is_free_only_if_nothing_was_done(bare_api: Api) -> None:
    offer(bare_api.app, bare_api.database)
    assert [send(bare_api, "/deeds/broken", "early").status_code for _ in range(2)] == [500, 500]
    assert [send(bare_api, "/deeds/broken", "late", {"late": 1}).status_code for _ in range(2)] == [500, 409]
    assert done(bare_api.database) == 1


def test_a_stream_is_given_again_whole(bare_api: Api) -> None:
    offer(bare_api.app, bare_api.database)
    first, second = send(bare_api, "/deeds/streamed"), send(bare_api, "/deeds/streamed")
    assert first.text == second.text == "data: first\n\ndata: 1\n\n"
    assert second.headers["content-type"].startswith("text/event-stream")
    assert done(bare_api.database) == 1


def test_an_answer_with_a_secret_is_not_kept(bare_api: Api) -> None:
    offer(bare_api.app, bare_api.database)
    assert send(bare_api, "/deeds/secret").json() == {"secret": "open sesame"}
    again = send(bare_api, "/deeds/secret")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/answer-lost")
    with bare_api.database.reading() as session:
        assert "sesame" not in repr(session.exec(select(Replay)).all())
    assert done(bare_api.database) == 1


def test_after_a_day_a_key_is_new_again(bare_api: Api) -> None:
    offer(bare_api.app, bare_api.database)
    send(bare_api)
    with bare_api.database.session() as session:
        session.exec(update(Replay).values(made_at=now() - timedelta(hours=24, seconds=1)))
    assert send(bare_api, body={"a": 2}).json()["number"] == 2


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def serve_once(url: str, folder: Path, when: str) -> None:
    """One request in a process that is killed before its change, or after it and before its answer is kept."""
    database = Database(url)
    with bare_desk(database, folder, people=()) as desk, api_on(desk) as api:
        offer(api.app, database, **{when: die})
        send(api, key=when)


def serve_and_die(url: str, folder: Path) -> None:
    """Both, each in a process of its own; the imports are paid for once."""
    for when in ("before", "after"):
        child = os.fork()
        if not child:
            serve_once(url, folder, when)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.slow
def test_a_kill_in_between_neither_loses_nor_doubles(
    bare_api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    served = multiprocessing.get_context("spawn").Process(target=serve_and_die, args=(bare_api.database.url, folder))
    served.start()
    served.join(120)
    assert served.exitcode == 0
    assert done(bare_api.database) == 1
    offer(bare_api.app, bare_api.database)
    for when in ("before", "after"):
        assert send(bare_api, key=when).json()["type"] == "/problems/still-running"
    monkeypatch.setattr(idempotency, "LEASE", timedelta(0))
    assert send(bare_api, key="before").json()["number"] == 2
    assert send(bare_api, key="after").json()["type"] == "/problems/answer-lost"
    assert done(bare_api.database) == 2


def test_whoever_was_taken_over_changes_nothing(bare_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that slept through its lease wakes up and finds that another one has done its work."""
    other = idempotency.Replays(bare_api.database)
    offer(bare_api.app, bare_api.database, before=lambda: elsewhere(lambda: taken_over(bare_api, other)))
    monkeypatch.setattr(idempotency, "LEASE", timedelta(0))
    told = send(bare_api)
    assert (told.status_code, told.json()["type"]) == (409, "/problems/taken-over")
    assert done(bare_api.database) == 0


def elsewhere(deed: Deed) -> None:
    """Do it outside this request."""
    thread = threading.Thread(target=deed)
    thread.start()
    thread.join()


def taken_over(api: Api, other: idempotency.Replays) -> None:
    with api.database.session() as session:
        row = session.exec(select(Replay)).one()
        row.body = f"{other.process}.taken"
