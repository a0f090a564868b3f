"""The document that a browser asks for first: with our script before all of Gradio's, and compressed."""

import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD = b"<head>"
LEVEL = 6


class Document:
    """Puts a script at the top of the head of the page at "/"; every other answer passes as it is."""

    def __init__(self, app: ASGIApp, script: str) -> None:
        self.app = app
        self.script = HEAD + f"<script>{script}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        started: Message = {}
        body = bytearray()

        async def gathered(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                whole = self._whole(started, bytes(body), Headers(scope=scope))
                await send(started)
                await send({"type": "http.response.body", "body": whole})

        await self.app(scope, receive, gathered)

    def _whole(self, started: Message, body: bytes, asked: Headers) -> bytes:
        headers = MutableHeaders(scope=started)
        if "text/html" not in headers.get("content-type", "") or "content-encoding" in headers:
            return body
        body = body.replace(HEAD, self.script, 1)
        headers.add_vary_header("Accept-Encoding")
        if "gzip" in asked.get("accept-encoding", ""):
            body = gzip.compress(body, LEVEL, mtime=0)
            headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(body))
        return body
