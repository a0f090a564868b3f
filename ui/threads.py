"""Which conversation a person is in. The browser keeps its name; only its owner can open it."""

import hashlib
import re
from uuid import uuid4

Kept = dict[str, str]  # what the browser holds: user → thread
HEX = re.compile(r"[0-9a-f]{32}")


def fresh(user: str) -> str:
    """A new thread of this user; at most 64 characters, as the proposals have room for."""
    return f"{_mark(user)}-{uuid4().hex}"


def current(kept: object, user: str) -> str:
    """The thread that the browser kept for this user, or a new one where it kept none of theirs."""
    thread = kept.get(user) if isinstance(kept, dict) else None
    return thread if isinstance(thread, str) and mine(thread, user) else fresh(user)


def mine(thread: str, user: str) -> bool:
    mark, _, name = thread.rpartition("-")
    return mark == _mark(user) and HEX.fullmatch(name) is not None


def keep(kept: object, user: str, thread: str) -> Kept:
    former = kept if isinstance(kept, dict) else {}
    return {str(name): str(value) for name, value in former.items()} | {user: thread}


def _mark(user: str) -> str:
    return "ui" + hashlib.sha256(user.encode()).hexdigest()[:16]
