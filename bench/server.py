"""The server over HTTP: pushing, first pulls, pulls without change, memory."""

import gzip
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

import orjson

from bench.report import print_row
from tests.serving import PASSWORD, Running, server

CLIENTS = 20
BATCHES = 10
BATCH = 100
SUMMARY = "灯泡坏了，已经记下，答应周三来换。" * 10


class Client:
    """One signed-in device over one connection."""

    def __init__(self, running: Running, username: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", running.port, timeout=60)
        self.device_id, self.seq = str(uuid4()), 0
        device = {"id": self.device_id, "name": "bench", "platform": "bench"}
        content = {"username": username, "password": PASSWORD, "device": device}
        self.connection.request("POST", "/api/v1/session", orjson.dumps(content), self._headers())
        response = self.connection.getresponse()
        response.read()
        self.cookie = response.headers["Set-Cookie"].partition(";")[0]

    def _headers(self, **more: str) -> dict[str, str]:
        return {"Content-Type": "application/json", "X-Qiaomen": "1", **more}

    def post(self, body: bytes, packed: bool = False) -> bytes:
        """Send a prepared body; the answer's bytes as they came."""
        extra = {"Accept-Encoding": "gzip"} if packed else {}
        headers = self._headers(Cookie=self.cookie, **extra)
        self.connection.request("POST", "/api/v1/sync", body, headers)
        response = self.connection.getresponse()
        data = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {data[:200]!r}")
        return data

    def envelope(self, cursor: str | None = None, limit: int = 1000, **more: Any) -> bytes:
        now = datetime.now(UTC).isoformat()
        sent = {"protocol": 1, "device_id": self.device_id, "sent_at": now}
        return orjson.dumps({**sent, "cursor": cursor, "limit": limit, **more})

    def bring_down(self, limit: int = 5000) -> tuple[str, list[dict[str, Any]]]:
        """Pull everything; the last cursor and all operations."""
        cursor, operations, more = None, [], True
        while more:
            page = orjson.loads(self.post(self.envelope(cursor, limit)))
            cursor, more = page["cursor"], page["more"]
            operations += page["patch"]
        return cursor or "", operations

    def visits(self, dwelling_id: str, cursor: str) -> bytes:
        """A body of one batch of visits of about 600 bytes each."""
        mutations = []
        for _ in range(BATCH):
            self.seq += 1
            args = {
                "id": str(uuid4()),
                "dwelling_id": dwelling_id,
                "kind": "routine",
                "occurred_at": datetime.now(UTC).isoformat(),
                "summary": SUMMARY,
            }
            mutation = {
                "id": str(uuid4()),
                "seq": self.seq,
                "at": args["occurred_at"],
                "base": None,
            }
            mutations.append({**mutation, "name": "visit.record", "args": args})
        return self.envelope(cursor, 1, mutations=mutations)


def measure() -> None:
    """Measure on both databases and print the report."""
    for kind in ("sqlite", "postgresql"):
        with server(kind) as running:
            _push(kind, running)
            _first_pull(kind, running)
            _no_change(kind, running)
            memory = max(running.resident_mb())
            print_row(f"{kind}: resident memory of a server process", f"{memory:.0f}", "MB")


def _push(kind: str, running: Running) -> None:
    names = (running.of_role("grid_worker") * CLIENTS)[:CLIENTS]
    clients = [Client(running, name) for name in names]
    bodies = [_bodies(client) for client in clients]
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(_send, clients, bodies))
    rate = CLIENTS * BATCHES * BATCH / (time.perf_counter() - start)
    what = f"{kind}: push, {BATCH} visits a batch, {CLIENTS} clients"
    print_row(what, f"{rate:.0f}", "records/s", "aim ≥ 2,000 on PostgreSQL")


def _bodies(client: Client) -> list[bytes]:
    cursor, operations = client.bring_down()
    home = next(op["id"] for op in operations if op["type"] == "dwelling")
    return [client.visits(home, cursor) for _ in range(BATCHES)]


def _send(client: Client, bodies: list[bytes]) -> None:
    for body in bodies:
        client.post(body)


def _first_pull(kind: str, running: Running) -> None:
    client = Client(running, running.of_role("community_secretary")[0])
    seconds, plain, packed = [], b"", b""
    for _ in range(5):
        start = time.perf_counter()
        first = client.post(client.envelope(None, 5000), packed=True)
        cursor = orjson.loads(gzip.decompress(first))["cursor"]
        second = client.post(client.envelope(cursor, 5000), packed=True)
        seconds.append(time.perf_counter() - start)
        packed, plain = first + second, gzip.decompress(first) + gzip.decompress(second)
    what = f"{kind}: first pull of 10,000 records, two pages"
    print_row(what, f"{statistics.median(seconds):.2f}", "s")
    print_row(f"{kind}: its bytes, plain", f"{len(plain):,}", "bytes")
    share = 100 * len(packed) / len(plain)
    print_row(f"{kind}: its bytes, gzip ({share:.0f} %)", f"{len(packed):,}", "bytes")


def _no_change(kind: str, running: Running) -> None:
    client = Client(running, running.of_role("grid_worker")[0])
    cursor, _ = client.bring_down()
    seconds = []
    for _ in range(500):
        body = client.envelope(cursor)
        start = time.perf_counter()
        client.post(body)
        seconds.append(time.perf_counter() - start)
    p95 = statistics.quantiles(seconds, n=20)[-1] * 1000
    median = statistics.median(seconds) * 1000
    print_row(f"{kind}: no-change pull, median", f"{median:.2f}", "ms", "aim ≤ 5 ms")
    print_row(f"{kind}: no-change pull, p95", f"{p95:.2f}", "ms")
