"""The server over HTTP on both databases, and beside it in the same run the machine's limit (`bare.py`)."""

import gzip
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice

import orjson
import psycopg
from psycopg import sql

from app.ids import new_id
from bench import bare
from bench.load import play, post
from bench.pulls import DELTA, deltas, nothing_new, request
from bench.report import print_row
from tests.device import SUMMARY, Device
from tests.postgres import free_port
from tests.serving import Running, await_answer, server

CLIENTS = 40
BATCHES = 15
BATCH = 100
FIRST_COPY = 10_000
PAGE = 5000
DELTAS = 200
ALONE = 500
CROWD = 500
EACH = 20
COMMUNITIES = 8
"""As many as the demo has in a street."""
SPREAD = f"push to {COMMUNITIES} communities"


def measure() -> None:
    """Measure on both databases and print the report."""
    with server("sqlite") as running:
        _measure("sqlite", running, {})
    with server("postgresql") as running, bare_server(running) as yardstick:
        limit = _measure_bare(yardstick)
        _measure("postgresql", running, limit)
    for report in (Report("sqlite", {}), Report("postgresql", limit)):
        with server(report.kind, "street") as running:
            _push(report, running, _spread(running), SPREAD)


Figures = dict[str, float]
"""Of the bare handler, by what was measured."""


def _measure(kind: str, running: Running, limit: Figures) -> None:
    report = Report(kind, limit)
    clients, bodies = _push(report, running, _workers(running), "push")
    again = [bodies_ for bodies_ in bodies for _ in range(2)]
    report.rate("resend", _records_a_second(running.port, again), "≥ 30,000")
    _first_copy(report, Device(running.port, running.of_role("community_secretary")[0]))
    _delta(report, clients[0], Device(running.port, _workers(running)[0]))
    _no_change(report, running.port, clients)
    print_row(
        f"{kind}: peak memory of a server process", f"{max(running.peak_mb()):.0f}", "MB", "≤ 250"
    )


@dataclass(frozen=True)
class Report:
    """Prints figures of one database, each with its share of the bare handler's where that was measured."""

    kind: str
    limit: Figures

    def rate(self, what: str, figure: float, aim: str) -> None:
        """More is better."""
        share = f"{figure / self.limit[what]:.2f} of bare" if what in self.limit else ""
        print_row(f"{self.kind}: {what}", f"{figure:,.0f}", f"/s {share}", aim)

    def seconds(self, what: str, figure: float, aim: str) -> None:
        """Less is better; the share is again of the bare handler's speed."""
        share = f"{self.limit[what] / figure:.2f} of bare" if what in self.limit else ""
        print_row(f"{self.kind}: {what}", f"{figure * 1000:.2f}", f"ms {share}", aim)


def _push(
    report: Report, running: Running, names: list[str], what: str
) -> tuple[list[Device], list[list[bytes]]]:
    """All that these phones send at once; the phones, and what each sent."""
    pairs = [_phone(running.port, name) for name in names]
    bodies = [sent for _, sent in pairs]
    rate = _records_a_second(running.port, bodies)
    report.rate(what, rate, "≥ 10,000 (SQLite ≥ 8,000)")
    return [client for client, _ in pairs], bodies


def _workers(running: Running) -> list[str]:
    return (running.of_role("grid_worker") * CLIENTS)[:CLIENTS]


def _spread(running: Running) -> list[str]:
    """As many workers of all communities of a street."""
    names = running.of_role("grid_worker")
    return names[:: len(names) // CLIENTS][:CLIENTS]


def _phone(port: int, username: str) -> tuple[Device, list[bytes]]:
    """A phone that has everything, and the batches it will send."""
    client = Device(port, username)
    cursor, operations = client.bring_down()
    # the server does not wait for idle connections; this one is opened again when it is needed
    client.connection.close()
    home = next(op["id"] for op in operations if op["type"] == "dwelling")
    batches = [client.visits(home, BATCH) for _ in range(BATCHES)]
    return client, [request(client, client.envelope(cursor, 1, mutations=b)) for b in batches]


def _records_a_second(port: int, scripts: list[list[bytes]]) -> float:
    return sum(map(len, scripts)) * BATCH / play(port, scripts).seconds


def _first_copy(report: Report, client: Device) -> None:
    """The first 10,000 records of a secretary, in two pages."""
    seconds, packed, plain = [], b"", b""
    for _ in range(7):
        taken, packed, plain, cursor = 0.0, b"", b"", None
        for _ in range(FIRST_COPY // PAGE):
            body = request(client, client.envelope(cursor, PAGE))
            played = play(client.port, [[body]])
            (answer,) = played.answers
            taken += played.seconds
            packed += answer
            page = gzip.decompress(answer)
            plain += page
            cursor = orjson.loads(page)["cursor"]
        seconds.append(taken)
    report.seconds(f"first copy of {FIRST_COPY:,}", statistics.median(seconds), "≤ 300")
    share = f"{100 * len(packed) / len(plain):.0f} % of {len(plain):,}"
    print_row(f"{report.kind}: its bytes, gzip", f"{len(packed):,}", share, "≤ 20 %")


def _delta(report: Report, writer: Device, reader: Device) -> None:
    """20 new records for a phone that has all the others."""
    seconds = chain.from_iterable(islice(deltas(writer, reader), DELTAS // DELTA))
    report.seconds(f"delta of {DELTA}, median", statistics.median(seconds), "≤ 2.5")
    writer.connection.close()


def _no_change(report: Report, port: int, clients: list[Device]) -> None:
    requests = [nothing_new(client) for client in clients]
    alone = play(port, [[requests[0]] * ALONE]).waits
    report.seconds("no change, one client, median", statistics.median(alone), "≤ 1.5")
    crowd = [[requests[number % len(requests)]] * EACH for number in range(CROWD)]
    taken = play(port, crowd).seconds
    report.rate(f"no change, {CROWD} clients", CROWD * EACH / taken, "≥ 2,500")


@contextmanager
def bare_server(running: Running) -> Iterator[int]:
    """The bare handler on the same PostgreSQL; its port."""
    url = running.env["QIAOMEN_DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(bare.TABLES)
        # as PostgreSQL does by itself within a minute of loading, and never to a table that is empty: planned
        # for one, each statement of the first pushes would read all of what has just been written
        loaded = connection.execute("SELECT relname FROM pg_stat_user_tables WHERE n_live_tup > 0")
        for (table,) in loaded.fetchall():
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(port), url])
    try:
        await_answer(port, "/")
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _measure_bare(port: int) -> Figures:
    scripts = _bare_pushes(1)
    figures = {"push": _records_a_second(port, scripts)}
    figures["resend"] = _records_a_second(port, [s for s in scripts for _ in range(2)])
    pages = [_bare_pull(0, PAGE), _bare_pull(PAGE, PAGE)]
    figures[f"first copy of {FIRST_COPY:,}"] = statistics.median(
        sum(play(port, [[page]]).seconds for page in pages) for _ in range(7)
    )
    last = CLIENTS * BATCHES * BATCH
    delta = play(port, [[_bare_pull(last - DELTA, 1000)] * DELTAS])
    figures[f"delta of {DELTA}, median"] = statistics.median(delta.waits)
    alone = play(port, [[_bare_pull(last, 1000)] * ALONE])
    figures["no change, one client, median"] = statistics.median(alone.waits)
    crowd = play(port, [[_bare_pull(last, 1000)] * EACH] * CROWD)
    figures[f"no change, {CROWD} clients"] = CROWD * EACH / crowd.seconds
    figures[SPREAD] = _records_a_second(port, _bare_pushes(COMMUNITIES))
    return figures


def _bare_pushes(grids: int) -> list[list[bytes]]:
    """What each client sends; they are spread over so many grids."""
    return [[_bare_push(number % grids) for _ in range(BATCHES)] for number in range(CLIENTS)]


def _bare_push(grid: int) -> bytes:
    args = {"kind": "routine", "summary": SUMMARY, "dwelling_id": new_id()}
    rows = [{"id": new_id(), "args": {**args, "id": new_id()}} for _ in range(BATCH)]
    content = {"grid": grid, "after": 2**60, "limit": 1, "device_id": new_id(), "mutations": rows}
    return post("/sync", json.dumps(content, ensure_ascii=False).encode(), {})


def _bare_pull(after: int, limit: int) -> bytes:
    content = {"grid": 0, "after": after, "limit": limit, "mutations": []}
    return post("/sync", json.dumps(content).encode(), {"Accept-Encoding": "gzip"})
