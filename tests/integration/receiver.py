"""A receiver of webhooks as a customer would write it: it verifies with the library, and fails where the test wants."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class Receiver:
    """`answers` are given one after the other, then 200 for ever; `delay` is waited before each."""

    def __init__(self) -> None:
        self.secret = ""
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}  # sent with each answer
        self.delay = 0.0
        self.got: list[dict[str, Any]] = []  # what was verified and accepted, in order
        self.tries: list[str] = []  # webhook-id of everything that came
        self.forged = 0
        self.url = ""

    def take(self, headers: dict[str, str], body: bytes) -> int:
        time.sleep(self.delay)
        try:
            event = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
            return 400
        self.tries.append(headers["webhook-id"])
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.got.append(event)
        return status

    @property
    def ids(self) -> list[int]:
        return [event["id"] for event in self.got]


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver on this machine, on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
