"""Our server as a side of the measurements, and the phones that ask it."""

import gzip
import statistics

import orjson

from bench.load import play
from bench.pulls import deltas, nothing_new, request
from bench.works import (
    ALONE,
    BATCH,
    BATCHES,
    CROWD,
    EACH,
    FIRST_COPY,
    PAGE,
    records_a_second,
)
from tests.device import Device
from tests.serving import Running


class Ours:
    """A running server and its phones: of these workers, which push, and a secretary's, which is new."""

    def __init__(self, running: Running, workers: list[str]) -> None:
        self.port = running.port
        self.pushing = [_Pushing(Device(self.port, name)) for name in workers]
        self.sent: list[list[bytes]] = []
        self.secretary = Device(self.port, running.of_role("community_secretary")[0])
        reader = Device(self.port, workers[0])
        self.pages: list[bytes] = []
        self.changes = deltas(self.pushing[0].phone, reader)
        self.nothing_new: list[bytes] = []
        # the server does not wait for idle connections; each is opened again when it is needed
        for phone in (self.secretary, reader, *(pushing.phone for pushing in self.pushing)):
            phone.close()

    def push(self) -> float:
        self.sent = [pushing.batches() for pushing in self.pushing]
        return records_a_second(self.port, self.sent)

    def resend(self) -> float:
        return records_a_second(self.port, [bodies * 2 for bodies in self.sent])

    def first_copy(self) -> float:
        self.pages, seconds, cursor = [], 0.0, None
        while len(self.pages) < FIRST_COPY // PAGE:
            ask = request(self.secretary, self.secretary.envelope(cursor, PAGE))
            played = play(self.port, [[ask]])
            seconds += played.seconds
            self.pages += played.answers
            cursor = orjson.loads(gzip.decompress(self.pages[-1]))["cursor"]
        return seconds

    def delta(self) -> float:
        return statistics.median(next(self.changes))

    def alone(self) -> float:
        return statistics.median(play(self.port, [self._asks()[:1] * ALONE]).waits)

    def crowd(self) -> float:
        asks = self._asks()
        scripts = [[asks[number % len(asks)]] * EACH for number in range(CROWD)]
        return CROWD * EACH / play(self.port, scripts).seconds

    def _asks(self) -> list[bytes]:
        """What each phone asks once it has everything. Nothing may be pushed after it was first asked for."""
        self.nothing_new = self.nothing_new or [nothing_new(p.phone) for p in self.pushing]
        return self.nothing_new


class _Pushing:
    """A phone that has everything, and the visits it will send."""

    def __init__(self, phone: Device) -> None:
        self.phone = phone
        self.cursor, operations = phone.bring_down()
        self.home = next(op["id"] for op in operations if op["type"] == "dwelling")

    def batches(self) -> list[bytes]:
        sent = [self.phone.visits(self.home, BATCH) for _ in range(BATCHES)]
        return [request(self.phone, self.phone.envelope(self.cursor, 1, mutations=b)) for b in sent]
