"""A push service (RFC 8030) on loopback: checks pushes as the real ones do, reads them as a phone does.

`with PushService() as service:` or the fixture `push_service`. `service.new_subscription()` is what a
browser's `PushSubscription.toJSON()` gives; `service.received` is what arrived there, decrypted, and
`service.answered` when each came, by `time.monotonic`, and with which status it was answered.
"""

import json
import os
import sys
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import http_ece
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from app.keys import public_point

MOST_BYTES = 4096
URGENCIES = {"very-low", "low", "normal", "high"}


@dataclass(frozen=True)
class Received:
    """One push: the subscription's endpoint, the plaintext, and what came beside it."""

    endpoint: str
    plaintext: bytes
    headers: dict[str, str]
    claims: dict[str, Any]

    @property
    def payload(self) -> dict[str, Any]:
        """The decrypted JSON."""
        read: dict[str, Any] = json.loads(self.plaintext)
        return read


@dataclass(frozen=True)
class Answer:
    """What to answer a push with. `held` waits for `release`; `closes` hangs up without a word."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    held: bool = False
    closes: bool = False


class Subscribed:
    """The browser's half of one subscription."""

    def __init__(self, endpoint: str, server_key: str | None) -> None:
        self.endpoint, self.server_key = endpoint, server_key
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.answers: deque[Answer] = deque()
        self.always = Answer()

    def as_json(self) -> dict[str, Any]:
        keys = {"p256dh": public_point(self.key), "auth": _encoded(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def next_answer(self) -> Answer:
        return self.answers.popleft() if self.answers else self.always


class PushService:
    """Takes pushes at `/push/<id>`; `url` is its origin. What it refuses is in `refused`, as words."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answered: list[tuple[float, int]] = []
        self.refused: list[str] = []
        self.connections = 0
        self.delay = 0.0
        self.clock: Callable[[], datetime] = partial(datetime.now, UTC)
        self._arrived = threading.Condition()
        self._released = threading.Event()
        self._subscribed: dict[str, Subscribed] = {}
        self._server = _Server(("127.0.0.1", 0), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "PushService":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def new_subscription(self, server_key: str | None = None) -> dict[str, Any]:
        """A fresh subscription; with a `server_key` it takes pushes signed by that VAPID key only."""
        path = f"/push/{uuid4()}"
        self._subscribed[path] = Subscribed(self.url + path, server_key)
        return self._subscribed[path].as_json()

    def answer(self, subscription: dict[str, Any], *answers: Answer) -> None:
        """Answer the subscription's next pushes so, one by one, and those after with 201."""
        self._subscribed[urlsplit(subscription["endpoint"]).path].answers.extend(answers)

    def answer_always(self, subscription: dict[str, Any], answer: Answer) -> None:
        """Answer every push to the subscription so."""
        self._subscribed[urlsplit(subscription["endpoint"]).path].always = answer

    def release(self) -> None:
        """Let the held answers go."""
        self._released.set()

    def wait_for(self, count: int, seconds: float = 20) -> list[Received]:
        """Wait until so many pushes have arrived in all; what has arrived. Raises TimeoutError."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.received) >= count, seconds):
                raise TimeoutError(
                    f"{len(self.received)} of {count} pushes arrived; {self.refused}"
                )
            return list(self.received)

    def payloads(self, subscription: dict[str, Any]) -> list[dict[str, Any]]:
        """What arrived for one subscription."""
        return [r.payload for r in self.received if r.endpoint == subscription["endpoint"]]

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Judge one push as a push service would."""
        subscribed = self._subscribed.get(path)
        if subscribed is None:
            return Answer(404)
        try:
            claims = authorized(
                headers.get("authorization", ""), self.url, subscribed.server_key, self.clock()
            )
            received = read(subscribed, claims, headers, body)
        except Unacceptable as error:
            self.refused.append(error.words)
            return Answer(error.status)
        with self._arrived:
            self.received.append(received)
            answer = subscribed.next_answer()
            self.answered.append((time.monotonic(), answer.status))
            self._arrived.notify_all()
        if answer.held:
            self._released.wait()
        return answer


class Unacceptable(Exception):
    """A push that breaks an RFC."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


def read(
    subscribed: Subscribed, claims: dict[str, Any], headers: dict[str, str], body: bytes
) -> Received:
    """Check a push and decrypt it. Raises Unacceptable."""
    check(headers, body)
    return Received(subscribed.endpoint, decrypted(subscribed, body), headers, claims)


def check(headers: dict[str, str], body: bytes) -> None:
    """Hold what comes beside a push to the RFCs. Raises Unacceptable."""
    _require(headers.get("ttl", "").isdecimal(), 400, "TTL is missing (RFC 8030, 5.2)")
    _require(headers.get("urgency", "normal") in URGENCIES, 400, "no such Urgency (5.3)")
    topic = headers.get("topic", "")
    _require(len(topic) <= 32 and _is_base64url(topic), 400, "no such Topic (5.4)")
    _require(headers.get("content-encoding") == "aes128gcm", 415, "not aes128gcm (RFC 8291, 4)")
    _require(len(body) <= MOST_BYTES, 413, "longer than 4,096 bytes (7.2)")


def decrypted(subscribed: Subscribed, body: bytes) -> bytes:
    """What the browser would hand to the service worker."""
    try:
        plaintext: bytes = http_ece.decrypt(
            body, private_key=subscribed.key, auth_secret=subscribed.auth, version="aes128gcm"
        )
    except (http_ece.ECEException, ValueError) as error:
        raise Unacceptable(400, "cannot be decrypted (RFC 8291)") from error
    return plaintext


def authorized(header: str, origin: str, server_key: str | None, now: datetime) -> dict[str, Any]:
    """The claims of a VAPID header (RFC 8292) whose signature and claims are good."""
    scheme, _, rest = header.partition(" ")
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    _require(scheme.lower() == "vapid" and {"t", "k"} <= set(fields), 401, "no VAPID header (3)")
    _require(server_key in (None, fields["k"]), 403, "another server's subscription (4.2)")
    claims = _verified(fields["t"], fields["k"])
    left = claims.get("exp", 0) - now.timestamp()
    _require(claims.get("aud") == origin, 403, "aud is not this service (2)")
    _require(0 < left <= 24 * 3600, 403, "exp is past or over 24 hours away (2)")
    _require(str(claims.get("sub")).startswith(("mailto:", "https:")), 403, "no sub (2.1)")
    return claims


def _verified(token: str, key: str) -> dict[str, Any]:
    try:
        header, claims, signature = token.split(".")
        _require(json.loads(_decoded(header))["alg"] == "ES256", 403, "not ES256 (RFC 8292, 2)")
        raw = _decoded(signature)
        halves = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(key))
        public.verify(
            encode_dss_signature(*halves), f"{header}.{claims}".encode(), ec.ECDSA(SHA256())
        )
    except (ValueError, KeyError, InvalidSignature) as error:
        raise Unacceptable(403, "the VAPID token is not good (RFC 8292, 2)") from error
    decoded: dict[str, Any] = json.loads(_decoded(claims))
    return decoded


def _require(true: bool, status: int, words: str) -> None:
    if not true:
        raise Unacceptable(status, words)


def _is_base64url(text: str) -> bool:
    return text.replace("-", "").replace("_", "").isalnum() or not text


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], service: PushService) -> None:
        self.service = service
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A worker that is killed hangs up, which is none of our faults."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # the answer leaves in one packet, or Nagle's algorithm waits for the client's late ACK
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.service.connections += 1

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            # who sent it was killed in the middle
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.service.take(self.path, headers, body)
        threading.Event().wait(self.server.service.delay)
        if answer.closes:
            self.close_connection = True
            return
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {"Location": self.path, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def push_service() -> Iterator[PushService]:
    """A push service on loopback, for one test."""
    with PushService() as service:
        yield service
