"""Long lists in pages: an opaque cursor says where the next one begins."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from serving.api.problems import RefusedError

T = TypeVar("T")
R = TypeVar("R")
Key = str | int
MOST = 200


class BadCursorError(RefusedError):
    """This cursor came from no page of ours."""


class Page(BaseModel, Generic[T]):
    """A piece of a list. `next` is the cursor of the piece after it; null at the end."""

    items: list[T]
    next: str | None = Field(default=None, description="Give it as `cursor` to get what follows.")


@dataclass(frozen=True)
class Window:
    """Which piece is wanted: `limit` items after the one whose key is `after` (None: from the start).

    A route asks the database for `limit + 1` rows; the one too many tells that there is more.
    """

    after: Key | None
    limit: int

    def number(self) -> int | None:
        """`after` where keys are numbers. Raises BadCursorError for another kind of key."""
        if self.after is None or (isinstance(self.after, int) and abs(self.after) < 2**63):
            return self.after
        raise _bad()

    def text(self) -> str | None:
        """`after` where keys are texts. Raises BadCursorError for another kind of key."""
        if self.after is None or isinstance(self.after, str):
            return self.after
        raise _bad()

    def page(self, rows: Sequence[R], key: Callable[[R], Key | None], shown: Callable[[R], T]) -> Page[T]:
        """The page of `rows` (up to limit + 1 of them), each as `shown` makes it."""
        kept = rows[: self.limit]
        last = key(kept[-1]) if len(rows) > self.limit else None
        return Page(items=[shown(row) for row in kept], next=None if last is None else encode(last))


def encode(key: Key) -> str:
    return urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def decode(cursor: str) -> Key:
    """Raises BadCursorError."""
    try:
        key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise _bad() from None
    if isinstance(key, bool) or not isinstance(key, str | int) or "\0" in str(key):
        raise _bad()
    return key


def _bad() -> BadCursorError:
    return BadCursorError("This cursor is none of ours. Take the `next` of a page, or leave it out.")


def window(
    cursor: Annotated[str | None, Query(max_length=1000, description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="items on a page")] = 50,
) -> Window:
    """Raises BadCursorError."""
    return Window(None if cursor is None else decode(cursor), limit)


Paging = Annotated[Window, Depends(window)]
