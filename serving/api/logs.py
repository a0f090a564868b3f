"""What the desk logs: one line an event, with the request's number, as text for a person or JSON for a machine.

No line holds a secret or what a customer wrote: what looks like one is struck out of messages and tracebacks alike.
"""

import logging
import re
import sys
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor

Form = Literal["text", "json"]
STRUCK = "…"
SECRETS = (  # what goes before is kept, what matches after it is struck out
    re.compile(r"\b(pd_[0-9A-Za-z]{4})[0-9A-Za-z_-]+"),
    re.compile(r"\b(whsec_|shpat_|ck_|cs_)[0-9A-Za-z+/=_-]+"),
    re.compile(r"(?i)\b(bearer\s+|basic\s+)[^\s\"',;]+"),
    re.compile(r"(://[^\s/:@]*:)[^\s@]+(?=@)"),
    re.compile(r"(?i)(\b[\w-]*(?:password|secret|token|api[_-]?key|cookie|authorization)[\"']?\s*[=:]\s*)"
               r"(?:\"[^\"]*\"|'[^']*'|[^\s,;)}\]]+)"),
    re.compile(r"(?s)(\[parameters: ).*?(?=\]\n|\]$|\]\()"),  # what a statement of the database was given
    re.compile(r"(?s)(input_value=).*?(?=, input_type=)"),  # what a validator was given
    re.compile(r"(DETAIL:\s+)[^\n]*"),  # PostgreSQL names the row
)  # fmt: skip


def set_up(form: Form = "text", level: str = "WARNING", to: TextIO | None = None) -> None:
    """Every logger of the process, ours and the libraries', through one handler."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                discreet,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger(REQUESTS).setLevel(logging.INFO if form == "json" else level)


REQUESTS = "pricedesk.requests"
requests = logging.getLogger(REQUESTS)


def discreet(_logger: Any, _method: str, told: EventDict) -> EventDict:
    """A processor: the line without its secrets."""
    return {name: struck(value) if isinstance(value, str) else value for name, value in told.items()}


def struck(text: str) -> str:
    """The text with what looks like a secret, or like what somebody else wrote, struck out."""
    for secret in SECRETS:
        text = secret.sub(rf"\g<1>{STRUCK}", text)
    return text


def bind(request_id: str) -> None:
    """From here on every line of this request, in its threads too, carries its number."""
    structlog.contextvars.bind_contextvars(request_id=request_id)


def unbind() -> None:
    structlog.contextvars.unbind_contextvars("request_id")


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """A line about one request: the template of its route, never what was filled in."""
    requests.info("%s %s %d in %.3f s", method, route, status, seconds)
