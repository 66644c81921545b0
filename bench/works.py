"""What is asked of our server and of the bare handler alike, how often, and how they are compared."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bench.load import play
from bench.pulls import DELTA
from bench.report import print_row

CLIENTS = 40
BATCH = 100
BATCHES = 5
"""Of each client in a round."""
FIRST_COPY = 10_000
PAGE = 5000
ALONE = 100
CROWD = 500
EACH = 10


class Side(Protocol):
    """One server, and the clients that ask it; each method is one round of a work."""

    def push(self) -> float:
        """Records a second, all new."""

    def resend(self) -> float:
        """Records a second, of those that the last push has sent, all of them twice."""

    def first_copy(self) -> float:
        """Seconds for the first `FIRST_COPY` records, in pages of `PAGE`."""

    def delta(self) -> float:
        """Seconds, the median of `DELTA` answers with as many records after all the others."""

    def alone(self) -> float:
        """Seconds, the median of `ALONE` answers to one client that has everything."""

    def crowd(self) -> float:
        """Answers a second to `CROWD` clients that have everything, each asking `EACH` times."""


@dataclass(frozen=True)
class Work:
    """One kind of work: how many rounds of it, and what the median of them is to be."""

    name: str
    round: Callable[[Side], float]
    rounds: int
    aim: str
    is_rate: bool = True
    """More is better; otherwise these are seconds."""


PUSH = Work("push", lambda side: side.push(), 5, "≥ 10,000 (SQLite ≥ 8,000)")
RESEND = Work("resend", lambda side: side.resend(), 5, "≥ 30,000")
COPY = Work(
    f"first copy of {FIRST_COPY:,}, gzip", lambda side: side.first_copy(), 7, "≤ 300", False
)
PULLS = (
    Work(f"delta of {DELTA}", lambda side: side.delta(), 15, "≤ 2.5", False),
    Work("no change, one client", lambda side: side.alone(), 15, "≤ 1.5", False),
    Work(f"no change, {CROWD} clients", lambda side: side.crowd(), 5, "≥ 2,500"),
)


def compare(kind: str, work: Work, ours: Side, limits: Mapping[str, Side]) -> None:
    """Print the median of our rounds, and of our speed's share of each limit's.

    The sides take turns and a share is of one turn, so that what else the machine does meets all alike.
    """
    sides = [ours, *limits.values()]
    rounds = [[work.round(side) for side in sides] for _ in range(work.rounds)]
    figure = statistics.median(own for own, *_ in rounds)
    shares = [
        statistics.median(_share(work, turn[0], turn[number]) for turn in rounds)
        for number in range(1, len(sides))
    ]
    value, unit = (f"{figure:,.0f}", "/s") if work.is_rate else (f"{figure * 1000:.2f}", "ms")
    said = " · ".join(f"{share:.2f} {name}" for name, share in zip(limits, shares, strict=True))
    print_row(f"{kind}: {work.name}", value, f"{unit} {said}", work.aim)


def _share(work: Work, ours: float, limit: float) -> float:
    return ours / limit if work.is_rate else limit / ours


def records_a_second(port: int, scripts: list[list[bytes]]) -> float:
    """What clients reach that each send these batches one after the other."""
    return sum(map(len, scripts)) * BATCH / play(port, scripts).seconds
