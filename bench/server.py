"""The server over HTTP on both databases, and beside it in the same run the machine's limit (`limit.py`)."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg import sql

from bench.limit import limits
from bench.ours import Ours
from bench.report import print_row
from bench.works import CLIENTS, COPY, PULLS, PUSH, RESEND, Side, compare
from tests.serving import Running, server

COMMUNITIES = 8
"""As many as the demo has in a street."""


def measure() -> None:
    """Measure on both databases and print the report."""
    for kind in ("sqlite", "postgresql"):
        with server(kind) as running, _limits(running, 1) as beside:
            _measure_one_community(kind, running, beside)
    for kind in ("sqlite", "postgresql"):
        with server(kind, "street") as running, _limits(running, COMMUNITIES) as beside:
            names = running.of_role("grid_worker")
            spread = names[:: len(names) // CLIENTS][:CLIENTS]
            compare(f"{kind}, {COMMUNITIES} communities", PUSH, Ours(running, spread), beside)


def _measure_one_community(kind: str, running: Running, beside: Mapping[str, Side]) -> None:
    ours = Ours(running, (running.of_role("grid_worker") * CLIENTS)[:CLIENTS])
    for work in (PUSH, RESEND):
        compare(kind, work, ours, beside)
    _know_sizes(running)
    compare(kind, COPY, ours, beside)
    packed, plain = (
        sum(map(len, pages)) for pages in (ours.pages, map(gzip.decompress, ours.pages))
    )
    print_row(
        f"{kind}: its bytes", f"{packed:,}", f"{100 * packed / plain:.0f} % of {plain:,}", "≤ 20 %"
    )
    for work in PULLS:
        compare(kind, work, ours, beside)
    peak = max(running.peak_mb())
    print_row(f"{kind}: peak memory of a server process", f"{peak:.0f}", "MB", "≤ 250")


@contextmanager
def _limits(running: Running, grids: int) -> Iterator[Mapping[str, Side]]:
    """What ours is held against: nothing on SQLite, which the bare handler does not know."""
    url = _postgres(running)
    if not url:
        yield {}
        return
    _know_sizes(running)
    with limits(url, grids) as served:
        yield served


def _know_sizes(running: Running) -> None:
    """Let PostgreSQL look how much it holds, as by itself within a minute of loading.

    It never does so to a table that is empty: planned for one, each statement of the first pushes would read
    all of what has just been written.
    """
    url = _postgres(running)
    if not url:
        return
    with psycopg.connect(url, autocommit=True) as connection:
        loaded = connection.execute("SELECT relname FROM pg_stat_user_tables WHERE n_live_tup > 0")
        for (table,) in loaded.fetchall():
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


def _postgres(running: Running) -> str | None:
    """The address of its PostgreSQL, if it has one."""
    url = running.env["QIAOMEN_DATABASE_URL"].replace("+psycopg", "")
    return url if url.startswith("postgresql") else None
