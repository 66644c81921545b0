"""A server in front of the server, which can hand out a newer app, or an older server's headers."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

CONDITIONS = {"accept-encoding", "if-none-match", "if-modified-since"}
"""What may make an answer something else than the file as it is."""
OF_THE_WAY = {"content-length", "connection", "transfer-encoding"}
"""What is said anew of each way an answer goes."""


class Gateway(ThreadingHTTPServer):
    """Passes everything on to a port; `appended` is what it adds to a file of the app, by path.

    `cached` is the Cache-Control it says instead of the server's, by the beginning of a path.
    """

    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.behind, self.appended, self.cached = port, dict[str, bytes](), dict[str, str]()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_GET(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in CONDITIONS
        }
        behind = HTTPConnection("127.0.0.1", self.server.behind)
        behind.request(self.command, self.path, sent or None, headers)
        answer = behind.getresponse()
        body = answer.read() + self.server.appended.get(self.path.partition("?")[0], b"")
        behind.close()
        self.send_response(answer.status)
        cached = next((c for p, c in self.server.cached.items() if self.path.startswith(p)), None)
        for name, value in answer.getheaders():
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
