"""The machine's limit: the bare handler (`bare.py`) on the same PostgreSQL, as a side of the measurements.

It is served twice: by gunicorn, with which a Flask application is usually served, and by Granian, as ours is.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from app.ids import new_id
from bench import bare
from bench.load import play, post
from bench.pulls import DELTA
from bench.works import (
    ALONE,
    BATCH,
    BATCHES,
    CLIENTS,
    CROWD,
    EACH,
    PAGE,
    Side,
    records_a_second,
)
from tests.device import SUMMARY
from tests.postgres import free_port
from tests.serving import await_answer

PROCESSES = ("--workers", "2", "--threads", "8")
"""As many as ours."""


class Bare:
    """The bare handler behind a port. What is pushed is spread over `grids`, the pulls are of the first."""

    def __init__(self, port: int, grids: range) -> None:
        self.port, self.grids = port, grids
        self.sent: list[list[bytes]] = []
        self.stored = 0

    def push(self) -> float:
        self.sent = [
            [_push(self.grids[number % len(self.grids)]) for _ in range(BATCHES)]
            for number in range(CLIENTS)
        ]
        self.stored += CLIENTS * BATCHES * BATCH // len(self.grids)
        return records_a_second(self.port, self.sent)

    def resend(self) -> float:
        return records_a_second(self.port, [bodies * 2 for bodies in self.sent])

    def first_copy(self) -> float:
        return sum(play(self.port, [[self._pull(after)]]).seconds for after in (0, PAGE))

    def delta(self) -> float:
        asks = [self._pull(self.stored - DELTA)] * DELTA
        return statistics.median(play(self.port, [asks]).waits)

    def alone(self) -> float:
        return statistics.median(play(self.port, [[self._pull(self.stored)] * ALONE]).waits)

    def crowd(self) -> float:
        scripts = [[self._pull(self.stored)] * EACH] * CROWD
        return CROWD * EACH / play(self.port, scripts).seconds

    def _pull(self, after: int) -> bytes:
        content = {"grid": self.grids[0], "after": after, "limit": PAGE, "mutations": []}
        return post("/sync", json.dumps(content).encode(), {"Accept-Encoding": "gzip"})


def _push(grid: int) -> bytes:
    args = {"kind": "routine", "summary": SUMMARY, "dwelling_id": new_id()}
    rows = [{"id": new_id(), "args": {**args, "id": new_id()}} for _ in range(BATCH)]
    content = {"grid": grid, "after": 2**60, "limit": 1, "device_id": new_id(), "mutations": rows}
    return post("/sync", json.dumps(content, ensure_ascii=False).encode(), {})


@contextmanager
def limits(url: str, grids: int) -> Iterator[dict[str, Side]]:
    """Serve the bare handler both ways on this PostgreSQL; what is pushed goes to so many grids."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(bare.TABLES)
    gunicorn, granian = free_port(), free_port()
    bind = ("--bind", f"127.0.0.1:{gunicorn}", "--log-level", "warning")
    with (
        _served(gunicorn, "gunicorn", *PROCESSES, *bind, f"bench.bare:bare({url!r})"),
        _served(granian, "bench.bare", str(granian), url),
    ):
        yield {
            "of bare on gunicorn": Bare(gunicorn, range(grids)),
            "on Granian": Bare(granian, range(grids, 2 * grids)),
        }


@contextmanager
def _served(port: int, module: str, *arguments: str) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", module, *arguments])
    try:
        await_answer(port, "/")
        yield
    finally:
        process.terminate()
        process.wait(30)
