"""A small program with the face of a model server, for tests of whoever watches one.

`standin.py PORT FOLDER`. In FOLDER: `broken` makes it exit with 3, `slow` keeps it from ever answering, `stuck` makes
it accept completions and never answer them. It starts one helper that ignores SIGTERM.
"""

import json
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HELPER = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


class Handler(BaseHTTPRequestHandler):
    folder: Path

    def do_GET(self) -> None:
        self._reply({"data": [{"id": "standin"}]})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        while (self.folder / "stuck").exists():
            time.sleep(0.05)
        self._reply({"choices": [{"text": "1"}]})

    def _reply(self, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


def main(port: int, folder: Path) -> None:
    if (folder / "broken").exists():
        sys.exit(3)
    subprocess.Popen([sys.executable, "-S", "-c", HELPER])
    print("started", flush=True)
    while (folder / "slow").exists():
        time.sleep(0.05)
    Handler.folder = folder
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
