"""A program that runs beside us, on a leash, with its output in a file."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")


@dataclass(frozen=True)
class Launch:
    """What to run: the command, and its whole environment."""

    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=lambda: dict(os.environ))


class Child:
    """Started when made. `end` is safe to call at any time, from any thread, more than once."""

    def __init__(self, launch: Launch, log: Path, grace: float = 10) -> None:
        self._grace = grace
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists():
            log.replace(log.with_name(f"{log.name}.1"))
        with log.open("wb") as out:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", str(GUARD), str(grace), *launch.command],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                env=launch.env,
                start_new_session=True,
            )

    @property
    def group(self) -> int:
        """The process group that holds everything it started."""
        return self._guard.pid

    def ended(self) -> int | None:
        """None while it runs, then its exit code."""
        return self._guard.poll()

    def end(self) -> None:
        """Ask, wait, kill; nothing of it is left when this returns."""
        if self._guard.stdin:
            self._guard.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._guard.wait(self._grace + 5)
        with suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)
        self._guard.wait()
