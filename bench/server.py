"""The server over HTTP: pushing, first pulls, pulls without change, memory."""

import gzip
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import orjson

from bench.report import print_row
from tests.device import Device
from tests.serving import Running, server

CLIENTS = 20
BATCHES = 10
BATCH = 100


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
    clients = [Device(running.port, name) for name in names]
    bodies = [_bodies(client) for client in clients]
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(_send, clients, bodies))
    rate = CLIENTS * BATCHES * BATCH / (time.perf_counter() - start)
    what = f"{kind}: push, {BATCH} visits a batch, {CLIENTS} clients"
    print_row(what, f"{rate:.0f}", "records/s", "aim ≥ 2,000 on PostgreSQL")


def _bodies(client: Device) -> list[bytes]:
    cursor, operations = client.bring_down()
    home = next(op["id"] for op in operations if op["type"] == "dwelling")
    batches = [client.visits(home, BATCH) for _ in range(BATCHES)]
    return [client.envelope(cursor, 1, mutations=batch) for batch in batches]


def _send(client: Device, bodies: list[bytes]) -> None:
    for body in bodies:
        client.post(body)


def _first_pull(kind: str, running: Running) -> None:
    client = Device(running.port, running.of_role("community_secretary")[0])
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
    client = Device(running.port, running.of_role("grid_worker")[0])
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
