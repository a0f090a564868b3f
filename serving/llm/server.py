"""Our own model server: a child that is watched, started again when it dies or hangs, and stopped with all its own."""

import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from serving.llm.child import Child, Launch
from serving.llm.endpoint import Endpoint, answers, client

Starter = Callable[[int, str], Launch]
"""How to start a server on a port of 127.0.0.1 that wants a key."""


@dataclass(frozen=True)
class Patience:
    """In seconds."""

    load: float = 600  # from start to ready
    look: float = 1  # between two looks
    answer: float = 15  # for the answer to a look
    silent: float = 45  # without an answer, while it runs: a hang
    probe: float = 60  # between two probes: one generated token, which a stuck engine cannot give
    pause: float = 1  # before the first new start; doubles with each start that never got ready
    longest_pause: float = 300
    grace: float = 10  # from SIGTERM to SIGKILL


class ModelServer(Endpoint):
    """The state goes loading → ready; degraded while it fails and until it is ready again; stopped after `stop`."""

    def __init__(self, starter: Starter, log: Path, name: str = "pricedesk", patience: Patience | None = None) -> None:
        super().__init__(name, secrets.token_urlsafe(24))
        self._starter = starter
        self._patience = patience or Patience()
        self._port = _free_port()
        self._child: Child | None = None
        self.log = log
        self.starts = 0

    @property
    def url(self) -> str:
        return f"{self._root}/v1"

    @property
    def group(self) -> int | None:
        """The process group of the running child."""
        return self._child.group if self._child else None

    @property
    def _root(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def _watch(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            reason, was_ready = self._live()
            failures = 0 if was_ready else failures + 1
            pause = self._pause(failures)
            if not self._stopping.is_set():
                self._say("degraded", f"{reason}; starting it again in {pause:.0f} s (log: {self.log.name})")
                self._stopping.wait(pause)

    def _pause(self, failures: int) -> float:
        """Before the next start, after so many in a row that never got ready. In seconds."""
        return float(min(self._patience.pause * 2**failures, self._patience.longest_pause))

    def _live(self) -> tuple[str, bool]:
        """One life of the child: why it ended, and whether it ever got ready."""
        self._port = self._port if _free(self._port) else _free_port()
        self._child = Child(self._starter(self._port, self.key), self.log, self._patience.grace)
        self.starts += 1
        try:
            with client(self.key, self._patience.answer) as http:
                trouble = self._load(http, self._child)
                if trouble is not None:
                    return trouble, False
                self._say("ready", "")
                return self._tend(http, self._child), True
        finally:
            self._child.end()
            self._child = None

    def _load(self, http: httpx.Client, child: Child) -> str | None:
        """Wait until it generates. None when it does, else why it will not."""
        deadline = time.monotonic() + self._patience.load
        while self._rest(self._patience.look):
            code = child.ended()
            if code is not None:
                return f"the model server ended while loading (exit code {code})"
            if answers(http, f"{self._root}/health") and self._generates(http):
                return None
            if time.monotonic() > deadline:
                return f"the model server did not load within {self._patience.load:.0f} s"
        return ""

    def _tend(self, http: httpx.Client, child: Child) -> str:
        """Watch it until it ends, hangs, or we are asked to stop: why it must go."""
        heard = probed = time.monotonic()
        while True:
            if not self._rest(self._patience.look):
                return ""
            suspected = self._suspected.is_set()
            self._suspected.clear()
            code = child.ended()
            if code is not None:
                return f"the model server ended (exit code {code})"
            well = answers(http, f"{self._root}/health")
            if well and (not self.ready or suspected or time.monotonic() - probed > self._patience.probe):
                probed, well = time.monotonic(), self._generates(http)
            if well:
                heard = time.monotonic()
                self._say("ready", "")
            else:
                self._say("degraded", "the model server does not answer")
            if time.monotonic() - heard > self._patience.silent:
                return f"the model server hangs (no answer for {self._patience.silent:.0f} s)"

    def _generates(self, http: httpx.Client) -> bool:
        ask = {"model": self.name, "prompt": "1", "max_tokens": 1, "temperature": 0}
        try:
            return http.post(f"{self.url}/completions", json=ask).is_success
        except httpx.HTTPError:
            return False


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
