"""A platform that takes signed webhooks, on loopback.

`with WebhookReceiver() as receiver:` or the fixture `receiver`. `receiver.taken` is what it believed.
"""

import json
import threading
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.channels.webhook_signature import Unverified, verified

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LOST = "lost"
"""A fault: the event is taken, but the answer is lost."""


class WebhookReceiver:
    """Believes what is signed by one of `secrets`. `faults` befall the next calls, one by one."""

    def __init__(self, secret: str) -> None:
        self.secrets = [secret]
        self.taken: list[tuple[str, Any]] = []
        """The ids of what came, and the events."""
        self.signatures: list[list[str]] = []
        self.faults: deque[int | str] = deque()
        self.clock = lambda: datetime.now(UTC)
        self._server = _Server(("127.0.0.1", 0), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/events"

    def __enter__(self) -> "WebhookReceiver":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def types(self) -> list[str]:
        """What happened, as it was told."""
        return [event["type"] for _, event in self.taken]

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status to answer."""
        try:
            id_ = verified(self.secrets, headers, body, self.clock())
        except Unverified:
            return 401
        self.taken.append((id_, json.loads(body)))
        self.signatures.append(headers["webhook-signature"].split(" "))
        return 204


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], receiver: WebhookReceiver) -> None:
        self.receiver = receiver
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver = self.server.receiver
        fault = receiver.faults.popleft() if receiver.faults else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = fault if isinstance(fault, int) else receiver.take(headers, body)
        if fault == LOST:
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    """A receiver on loopback, for one test."""
    with WebhookReceiver(SECRET) as server:
        yield server
