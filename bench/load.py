"""Many clients from one thread: prepared requests go out, answers come back, and little is spent between."""

import selectors
import socket
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

END = b"\r\n\r\n"
DONE = (b"200", b"204")


@dataclass(frozen=True)
class Played:
    """How long it all took, how long each answer did, and the last answer of each client."""

    seconds: float
    waits: list[float]
    answers: list[bytes]


@dataclass
class Client:
    """One connection that sends its requests one after the other."""

    requests: deque[bytes]
    socket: socket.socket
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def send(self) -> None:
        self.began = time.perf_counter()
        self.received.clear()
        self.socket.sendall(self.requests.popleft())

    def take(self) -> bytes | None:
        """What has arrived of an answer; its body once it is whole."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise ConnectionError("the server closed a connection in the middle of an answer")
        self.received += part
        head, found, body = self.received.partition(END)
        if not found or len(body) < _length(head):
            return None
        status = head.split(b" ", 2)[1]
        if status not in DONE:
            raise RuntimeError(f"{status.decode()}: {bytes(body[:200])!r}")
        return bytes(body)


def _length(head: bytearray) -> int:
    _, _, rest = bytes(head).lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0] or 0)


def get(path: str, headers: dict[str, str]) -> bytes:
    """A question as it goes over the wire."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A request as it goes over the wire."""
    own = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": len(body)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**own, **headers}.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def play(port: int, scripts: Sequence[Iterable[bytes]]) -> Played:
    """Let one client for each script send its requests, each after the answer to the one before.

    Raises RuntimeError for a refusal, ConnectionError when the server went away.
    """
    clients = [Client(deque(s), socket.create_connection(("127.0.0.1", port))) for s in scripts]
    with selectors.DefaultSelector() as waiting:
        for client in clients:
            client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting.register(client.socket, selectors.EVENT_READ, client)
        start = time.perf_counter()
        for client in clients:
            client.send()
        waits, answers = _until_all_is_answered(waiting)
        return Played(time.perf_counter() - start, waits, answers)


def _until_all_is_answered(waiting: selectors.BaseSelector) -> tuple[list[float], list[bytes]]:
    waits, answers = [], []
    while waiting.get_map():
        for key, _ in waiting.select():
            client: Client = key.data
            answer = client.take()
            if answer is None:
                continue
            waits.append(time.perf_counter() - client.began)
            if client.requests:
                client.send()
            else:
                answers.append(answer)
                waiting.unregister(client.socket)
                client.socket.close()
    return waits, answers
