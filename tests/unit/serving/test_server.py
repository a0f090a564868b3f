"""The watch over a model server, with a small real program in the server's place."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.llm.child import Launch
from serving.llm.endpoint import Phase, State
from serving.llm.external import ExternalServer
from serving.llm.server import ModelServer, Patience
from tests.unit.serving.processes import command, members, until

STANDIN = Path(__file__).with_name("standin.py")
QUICK = Patience(load=20, look=0.05, answer=0.5, silent=1.5, probe=600, pause=0.05, grace=0.5)


class Recorded(ModelServer):
    """Remembers what it said."""

    said: tuple[State, ...] = ()

    def _say(self, phase: Phase, reason: str) -> None:
        super()._say(phase, reason)
        self.said = (*self.said, self.state)

    def phases(self) -> list[str]:
        """Without repetitions."""
        phases = [state.phase for state in self.said]
        return [phase for i, phase in enumerate(phases) if i == 0 or phases[i - 1] != phase]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Recorded]:
    made = Recorded(
        lambda port, key: Launch((sys.executable, "-S", str(STANDIN), str(port), str(tmp_path))),
        tmp_path / "server.log",
        "standin",
        QUICK,
    )
    yield made
    made.stop()


def _running(server: ModelServer) -> int:
    """Its group, once it is ready."""
    assert server.wait_ready(30), server.state
    group = server.group
    assert group
    return group


def _pid(group: int, word: str) -> int:
    return next(pid for pid in members(group) if word in command(pid) and "guard.py" not in command(pid))


def test_a_server_that_answers_is_ready(server: Recorded) -> None:
    assert server.state.phase == "stopped"
    server.start()
    assert _running(server)
    assert server.phases() == ["loading", "ready"]
    assert server.log.read_text() == "started\n"


def test_whoever_listens_is_told_at_every_time_it_gets_ready(server: Recorded) -> None:
    addresses: list[str] = []
    server.on_ready = lambda: addresses.append(server.url)
    server.start()
    group = _running(server)
    os.kill(_pid(group, "standin.py"), signal.SIGKILL)
    assert until(lambda: len(addresses) == 2)
    assert addresses[-1] == server.url


def test_starting_twice_starts_one(server: Recorded) -> None:
    server.start()
    server.start()
    _running(server)
    assert server.starts == 1


def test_stopping_ends_also_a_helper_that_ignores_the_signal(server: Recorded) -> None:
    server.start()
    group = _running(server)
    assert _pid(group, "SIG_IGN")
    server.stop()
    assert members(group) == []
    assert server.state.phase == "stopped"


def test_stopping_while_it_loads_leaves_nothing(server: Recorded, tmp_path: Path) -> None:
    (tmp_path / "slow").touch()
    server.start()
    assert until(lambda: server.group and len(members(server.group)) == 3)
    group = server.group
    assert group
    assert server.state.phase == "loading"
    server.stop()
    assert members(group) == []
    assert server.phases() == ["loading", "stopped"]


def test_a_stopped_server_can_be_started_again(server: Recorded) -> None:
    server.start()
    _running(server)
    server.stop()
    server.start()
    assert _running(server)


def test_a_killed_server_is_degraded_and_then_ready_again(server: Recorded) -> None:
    server.start()
    group = _running(server)
    os.kill(_pid(group, "standin.py"), signal.SIGKILL)
    assert until(lambda: server.starts == 2 and server.ready), server.state
    assert server.phases() == ["loading", "ready", "degraded", "ready"]
    assert any("exit code 137" in state.reason for state in server.said)
    assert members(group) == []


def test_a_killed_guard_takes_its_child_with_it(server: Recorded) -> None:
    server.start()
    group = _running(server)
    os.kill(group, signal.SIGKILL)
    assert until(lambda: server.starts == 2 and server.ready), server.state
    assert members(group) == []


def test_a_frozen_server_is_started_again(server: Recorded) -> None:
    server.start()
    group = _running(server)
    os.kill(_pid(group, "standin.py"), signal.SIGSTOP)
    assert until(lambda: server.starts == 2 and server.ready), server.state
    assert any("hangs" in state.reason for state in server.said)
    assert members(group) == []


def test_a_healthy_face_before_a_stuck_engine_is_found_out_when_a_call_fails(server: Recorded, tmp_path: Path) -> None:
    server.start()
    _running(server)
    (tmp_path / "stuck").touch()
    server.suspect()
    assert until(lambda: server.state.phase == "degraded"), server.state
    (tmp_path / "stuck").unlink()
    assert server.wait_ready(30)


def test_a_program_that_dies_at_once_is_tried_again_and_its_exit_code_told(server: Recorded, tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    server.start()
    assert until(lambda: server.starts >= 3)
    assert not server.ready
    assert any("exit code 3" in state.reason and "server.log" in state.reason for state in server.said)
    (tmp_path / "broken").unlink()
    assert server.wait_ready(30)


def test_each_start_that_fails_waits_longer_than_the_one_before(server: Recorded, tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    server.start()
    assert until(lambda: server.starts >= 3)
    assert server._pause(1) < server._pause(2) < server._pause(3)
    assert server._pause(40) == QUICK.longest_pause


OWNER = """
import sys, time
from pathlib import Path
from serving.llm.child import Child, Launch
child = Child(Launch((sys.executable, "-S", sys.argv[1], "0", sys.argv[2])), Path(sys.argv[2]) / "log", grace=0.5)
print(child.group, flush=True)
time.sleep(600)
"""


def test_nothing_outlives_an_owner_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(STANDIN), str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        group = int(owner.stdout.readline())
        assert until(lambda: len(members(group)) == 3)
        owner.kill()
    assert until(lambda: members(group) == []), members(group)


def test_a_server_elsewhere_is_asked_for_its_model(server: Recorded) -> None:
    server.start()
    _running(server)
    elsewhere = ExternalServer(server.url, every=0.05)
    elsewhere.start()
    try:
        assert elsewhere.wait_ready(10)
        assert elsewhere.name == "standin"
        server.stop()
        assert until(lambda: elsewhere.state.phase == "degraded")
        assert "cannot be reached" in elsewhere.state.reason
    finally:
        elsewhere.stop()


def test_a_server_elsewhere_without_the_model_says_what_it_has(server: Recorded) -> None:
    server.start()
    _running(server)
    elsewhere = ExternalServer(server.url, "another", every=0.05)
    elsewhere.start()
    try:
        assert until(lambda: elsewhere.state.phase == "degraded")
        assert elsewhere.state.reason.endswith("does not serve another; it serves standin")
    finally:
        elsewhere.stop()
