"""What a caller may be permitted to do, and what each role permits at most.

A scope opens a door; whether this proposal may be signed or these rules changed, the rules themselves say behind it. So
a merchant may knock at decisions (the rules may let merchants sign small changes) and an approver at rules (the limits
of a product are an approver's). Merchants bring their data, approvers do not: who signs a price does not make the
figures that it rests on.
"""

from typing import Literal, get_args

Scope = Literal[
    "ask", "read", "propose", "decide", "apply", "rules", "export", "import", "webhooks", "people", "jobs", "metrics"
]  # fmt: skip
SCOPES: tuple[Scope, ...] = get_args(Scope)
_ASKING = frozenset({"ask", "read", "propose", "decide", "export", "jobs"})
BY_ROLE: dict[str, frozenset[str]] = {
    "merchant": _ASKING | {"import"},
    "approver": _ASKING | {"apply", "rules"},
    "admin": frozenset(SCOPES),
}
