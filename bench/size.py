"""What a phone that has everything waits for where 10 thousand records are stored, and where 10 million (L6).

Both servers run side by side and are asked in turn, so that what else the machine does meets both alike.
"""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.filler import fill
from bench.load import play
from bench.pulls import DELTA, deltas, nothing_new
from bench.report import print_row
from tests.device import Device
from tests.serving import database, serve

ROUNDS = 15
ALONE = 300
SMALL = {"own": 3330, "elsewhere": 0}
LARGE = {"own": 33_330, "elsewhere": 153}
"""Visits in each of the three grids of the phone's community, and in each of the 65,090 of the city."""

Side = Iterator[list[float]]
"""Seconds of the answers of one server, a list for each round."""


def measure() -> None:
    """Measure on PostgreSQL and print the report."""
    with stored(**SMALL) as (few, small), stored(**LARGE) as (many, large):
        idle = [_no_change(port) for port in (small, large)]
        _print("no change, one client", (few, many), idle)
        changes = [deltas(Device(port, "mate"), Device(port, "worker")) for port in (small, large)]
        _print(f"delta of {DELTA}", (few, many), changes)


@contextmanager
def stored(own: int, elsewhere: int) -> Iterator[tuple[int, int]]:
    """Serve a filled database; how many records it stores, and the port."""
    with database("postgresql") as env:
        count = fill(env, own, elsewhere)
        with serve(env, []) as running:
            yield count, running.port


def _no_change(port: int) -> Side:
    request = nothing_new(Device(port, "worker"))
    while True:
        yield play(port, [[request] * ALONE]).waits


def _print(what: str, counts: Sequence[int], sides: Sequence[Side]) -> None:
    """The median of each side's rounds, and their ratio."""
    rounds = [[statistics.median(next(side)) for side in sides] for _ in range(ROUNDS)]
    figures = [statistics.median(side) for side in zip(*rounds, strict=True)]
    for count, figure in zip(counts, figures, strict=True):
        print_row(f"postgresql: {what}, {count:,} records", f"{figure * 1000:.2f}", "ms")
    small, large = figures
    print_row(f"postgresql: {what}, large to small", f"{large / small:.2f}", "", "≤ 1.2")
