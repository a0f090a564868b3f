"""What a caller may be permitted to do, and what each role permits at most."""

from typing import Literal

Scope = Literal[
    "ask", "read", "propose", "decide", "apply", "rules", "export", "import", "webhooks", "people", "jobs"
]  # fmt: skip
SCOPES = ("ask", "read", "propose", "decide", "apply", "rules", "export", "import", "webhooks", "people", "jobs")
_ASKING = frozenset({"ask", "read", "propose", "export", "jobs"})
BY_ROLE: dict[str, frozenset[str]] = {
    "merchant": _ASKING,
    "approver": _ASKING | {"decide", "apply"},
    "admin": frozenset(SCOPES),
}
