"""A leash for one child: when its owner goes away, however it goes, the child and all that it started go too.

Run as a program by `serving.llm.child`, in a session of its own: `guard.py GRACE COMMAND...`. Its standard input is a
pipe that the owner holds open; the end of that pipe, a SIGTERM or the child's own death starts the clean-up: SIGTERM
to the session, up to GRACE seconds to leave, then SIGKILL. It imports next to nothing and has one thread, so that
it starts at once and dies last.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from types import FrameType

PR_SET_CHILD_SUBREAPER = 36
LOOK = 0.2  # seconds


class Asked(BaseException):
    """Somebody wants this to end."""


def main() -> None:
    grace, command = float(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":  # grandchildren whose parent died become ours, so that they can be waited for
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _asked)
    code = 0
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        code = _watch(child)
    except Asked:
        pass
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _clear(grace)
    os._exit(code)


def _asked(_signal: int, _frame: FrameType | None) -> None:
    raise Asked


def _watch(child: "subprocess.Popen[bytes]") -> int:
    """The child's exit code, 128 + n where a signal n ended it. Returns 0 when the owner is gone."""
    owner = os.getppid()
    while os.getppid() == owner:
        code = child.poll()
        if code is not None:
            return code if code >= 0 else 128 - code
        readable, _, _ = select.select([sys.stdin.fileno()], [], [], LOOK)
        if readable and not os.read(sys.stdin.fileno(), 1024):
            return 0
    return 0


def _clear(grace: float) -> None:
    """End what this process started, and what that started, and reap it: asked first, killed after `grace`."""
    os.killpg(0, signal.SIGTERM)
    if _reaped(grace):
        return
    for _ in range(20):  # a killed parent hands its children to us, so more than one round may be needed
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
        if _reaped(LOOK):
            return
    os.killpg(0, signal.SIGKILL)


def _reaped(seconds: float) -> bool:
    """Whether no child is left, waiting so long for it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            reaped, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if not reaped:
            time.sleep(LOOK / 4)
    return False


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as listed:
            return [int(pid) for pid in listed.read().split()]
    except OSError:
        return []


if __name__ == "__main__":
    main()
