"""The questions that open apps ask every few seconds, whether there is news."""

import itertools
import statistics

from bench.load import get, play
from bench.report import print_row
from tests.device import Device
from tests.serving import server

CLIENTS = 100
EACH = 100
"""Questions of each: with those asked alone fewer than a phone may ask within a minute."""

ROUNDS = 3


def measure() -> None:
    """Measure on both databases, for phones that have been told everything, and print the report."""
    for kind in ("sqlite", "postgresql"):
        with server(kind) as running:
            names = itertools.islice(itertools.cycle(running.of_role("grid_worker")), CLIENTS)
            asks = [_nothing_new(Device(running.port, name)) for name in names]
            alone = statistics.median(play(running.port, [asks * ROUNDS]).waits)
            print_row(f"{kind}: no news, one by one, median", f"{alone * 1000:.2f}", "ms", "≤ 1.5")
            seconds = play(running.port, [[ask] * EACH for ask in asks]).seconds
            rate = CLIENTS * EACH / seconds
            print_row(f"{kind}: no news, {CLIENTS} phones", f"{rate:,.0f}", "/s", "≥ 900")


def _nothing_new(phone: Device) -> bytes:
    phone.close()
    return get("/api/v1/notices?after=0", phone.headers())
