"""A place where a model answers, and how it is doing."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import httpx

Phase = Literal["loading", "ready", "degraded", "stopped"]


@dataclass(frozen=True)
class State:
    """`degraded`: it should answer and does not; `reason` says why, for a person."""

    phase: Phase
    reason: str = ""


class Endpoint(ABC):
    """An OpenAI-compatible server under watch, by a thread of its own: only `stop` and `wait_ready` take time."""

    def __init__(self, name: str, key: str) -> None:
        self.name = name
        self.key = key
        self._state = State("stopped", "not started")
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._suspected = threading.Event()
        self._thread: threading.Thread | None = None
        self.on_ready: Callable[[], None] = lambda: None  # called by the watching thread, at every time it gets ready

    @property
    @abstractmethod
    def url(self) -> str:
        """The address of its API, `/v1` included. It may change when a server is started again: ask each time."""

    @property
    def state(self) -> State:
        return self._state

    @property
    def ready(self) -> bool:
        return self._state.phase == "ready"

    def start(self) -> None:
        """Begin; a second call does nothing."""
        if self._thread and self._thread.is_alive():
            return
        self._stopping.clear()
        self._say("loading", "starting")
        self._thread = threading.Thread(target=self._run, name="model-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it, also while it loads; when this returns nothing of it is left."""
        self._stopping.set()
        self._wake.set()
        if self._thread:
            self._thread.join()
        self._say("stopped", "")

    def suspect(self) -> None:
        """A call to it has just failed: look at it now."""
        self._suspected.set()
        self._wake.set()

    def wait_ready(self, timeout: float) -> bool:
        """True as soon as it is ready; False after `timeout` seconds, or when it was stopped."""
        with self._changed:
            self._changed.wait_for(lambda: self._state.phase in ("ready", "stopped"), timeout)
        return self.ready

    def _say(self, phase: Phase, reason: str) -> None:
        with self._changed:
            self._state = State(phase, reason)
            self._changed.notify_all()
        if phase == "ready":
            self.on_ready()

    def _rest(self, seconds: float) -> bool:
        """Sleep, unless woken. True when it is time to go on, False when it is time to stop."""
        self._wake.wait(seconds)
        self._wake.clear()
        return not self._stopping.is_set()

    def _run(self) -> None:
        try:
            self._watch()
        except Exception as error:  # a watcher that died unseen would leave the last state standing
            self._say("degraded", f"the watcher of the model failed: {error}")
            raise

    @abstractmethod
    def _watch(self) -> None:
        """Say how it is doing until asked to stop."""


def client(key: str, timeout: float) -> httpx.Client:
    """For looking at a server: no proxy, no redirects."""
    return httpx.Client(timeout=timeout, trust_env=False, headers={"Authorization": f"Bearer {key}"} if key else {})


def answers(http: httpx.Client, url: str) -> bool:
    """Whether GET `url` succeeds."""
    try:
        return http.get(url).is_success
    except httpx.HTTPError:
        return False
