"""A server before the server, which can hand out a newer app, an older server's headers, or its own page."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

CONDITIONS = {"accept-encoding", "if-none-match", "if-modified-since"}
"""What may make an answer something else than the file as it is."""
PORTAL = "<!doctype html><title>上网认证</title><p>请先登录</p>".encode()
OF_THE_WAY = {"content-length", "connection", "transfer-encoding"}
"""What is said anew of each way an answer goes."""


class Gateway(ThreadingHTTPServer):
    """Passes everything on to a port; `appended` is what it adds to a file of the app, by path.

    `cached` is the Cache-Control it says instead of the server's, by the beginning of a path. Where a path
    begins as one of `portals` it answers with a page where one signs in to the network.
    """

    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.behind, self.appended, self.cached = port, dict[str, bytes](), dict[str, str]()
        self.portals = set[str]()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_GET(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith(tuple(self.server.portals)):
            self._answer(200, [("Content-Type", "text/html; charset=utf-8")], PORTAL)
            return
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in CONDITIONS
        }
        behind = HTTPConnection("127.0.0.1", self.server.behind)
        behind.request(self.command, self.path, sent or None, headers)
        answer = behind.getresponse()
        body = answer.read() + self.server.appended.get(self.path.partition("?")[0], b"")
        behind.close()
        self._answer(answer.status, answer.getheaders(), body)

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        cached = next((c for p, c in self.server.cached.items() if self.path.startswith(p)), None)
        for name, value in headers:
            if name.lower() not in OF_THE_WAY:
                self.send_header(name, (name.lower() == "cache-control" and cached) or value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def gateway(port: int) -> Iterator[Gateway]:
    """A gateway to what is served on a port."""
    with Gateway(port) as front:
        Thread(target=front.serve_forever, args=(0.02,), daemon=True).start()
        yield front
        front.shutdown()
