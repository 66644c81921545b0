"""Many phones at once on PostgreSQL with fsync on: nothing lost, nothing twice, nobody deadlocked (P2, L2).

Sixteen devices write into two communities through eight server processes, four follow their cursors, and
dwellings change their grid meanwhile. `make hammer SECONDS=60` does so for longer.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event
from typing import Any
from uuid import uuid4

import orjson
import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.config import Config
from app.extensions import db, reading
from app.store import SqlStore
from app.windows import TABLES
from sync.cursor import decode
from sync.store import Changes, Progress
from tests.device import Device, now
from tests.knobs import SECONDS
from tests.phone import inside
from tests.postgres import Cluster, free_port, running_cluster
from tests.serving import await_answer, data_directory, running, settle_town
from tests.town import community_of, id_of

SEED = 20261125
log = logging.getLogger(__name__)
HOMES = {
    "worker": ["g1-101", "g1-102"],
    "mate": ["g1-101", "g1-102"],
    "leader": ["g1-101", "g1-102"],
    "second-worker": ["g2-101", "g2-102"],
    "secretary": ["g1-101", "g1-102", "g2-101", "g2-102"],
    "harbour-worker": ["h1-101"],
    "community-secretary": ["g1-101", "g2-101", "h1-101"],
    "stranger": ["n1-101"],
    "officer": [],
    "district-officer": [],
}
"""Who writes, and about which dwellings; an officer acts on cases only."""
WRITERS = [*HOMES, "worker", "second-worker", "stranger", "stranger", "district-officer", "officer"]
READERS = ["worker", "secretary", "community-secretary", "district-officer"]
MOVING = ("g1-102", "g2-102")
TWICE = 0.2
"""So many batches are sent in two copies at the same moment."""
ABOUT = {"unit_id": id_of("garden-1"), "text": "楼道"}
TAKEN = {"applied", "merged", "superseded"}
REFUSED = {"not_found", "not_allowed", "no_level_above", "nowhere_to_return"}
"""Why somebody who acts without looking may be refused."""


@dataclass
class Town:
    """A served town: its database's log, and the cases that everybody acts on, by community."""

    app: Flask
    port: int
    cluster: Cluster
    log: Path
    until_end: ExitStack
    cases: dict[str, list[str]] = field(default_factory=dict)
    over: Event = field(default_factory=Event)

    def device(self, name: str) -> Device:
        """A device of this person, signed in until the end."""
        return self.until_end.enter_context(closing(Device(self.port, name)))

    def twin(self, device: Device) -> Device:
        return self.until_end.enter_context(closing(device.twin()))


@pytest.fixture
def town() -> Iterator[Town]:
    with ExitStack() as until_end:
        env = until_end.enter_context(data_directory())
        cluster = until_end.enter_context(running_cluster())
        env["QIAOMEN_DATABASE_URL"] = f"{cluster.address}/postgres"
        settle_town(env)
        port, said = free_port(), Path(env["QIAOMEN_DATA_DIR"]) / "serve.log"
        processes = ("--workers", "8", "--threads", "4")
        until_end.enter_context(running(env, "serve", "--port", str(port), *processes))
        app = until_end.enter_context(in_app(env))
        await_answer(port)
        town = Town(app, port, cluster, said, until_end)
        climb(town)
        yield town


@contextmanager
def in_app(env: dict[str, str]) -> Iterator[Flask]:
    app = create_app(Config.from_environment(env))
    with app.app_context():
        yield app
        db.engine.dispose()


def climb(town: Town) -> None:
    """Three cases that have climbed to the district, and their like in the community beside."""
    ours, beside = str(community_of("garden")), str(community_of("next-yard"))
    ids, worker = [str(uuid4()) for _ in range(3)], town.device("worker")
    said = {"kind": "branch", "title": "楼道漏水", "place": ABOUT}
    send(worker, [worker.mutation("case.open", id=id_, **said) for id_ in ids])
    for name in ("secretary", "community-secretary", "officer"):
        holder = town.device(name)
        send(holder, [action(holder, "escalate", id_) for id_ in ids])
    with SqlStore().transaction([ours]) as transaction:
        climbed = transaction.find("case", ids)
    place = {"grid_id": id_of("next-yard-1"), "compound_id": id_of("next-yard")}
    likes = [replace(c.with_(**place), id=str(uuid4()), community_id=beside) for c in climbed]
    write(beside, likes)
    town.cases = {ours: ids, beside: [case.id for case in likes]}


def write(community_id: str, records: list[Any]) -> None:
    """Change records as the server itself does, by no phone's mutation."""
    progress = Progress(str(uuid4()), 0, datetime.now(UTC), 0)
    with SqlStore().transaction([community_id]) as transaction:
        transaction.write(Changes(community_id, progress, records=records))


def action(device: Device, verb: str, case_id: str) -> dict[str, Any]:
    words = {"reason": "请帮忙"} if verb in ("escalate", "return") else {"text": "看过了"}
    return device.mutation(f"case.{verb}", id=case_id, event_id=str(uuid4()), **words)


def send(device: Device, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    verdicts: list[dict[str, Any]] = orjson.loads(
        device.post(device.envelope(None, 1, mutations=batch))
    )["verdicts"]
    return verdicts


class Writer:
    """A device that records, edits and acts without looking, some batches in two copies at once."""

    def __init__(self, town: Town, name: str, number: int) -> None:
        self._town, self._random = town, Random(f"{SEED}/{number}")
        self._device, self._homes = town.device(name), [id_of(h) for h in HOMES[name]]
        self._twin = town.twin(self._device)
        self._residents = [id_of(f"r-{h}") for h in HOMES[name]]
        self._cases = [case for cases in town.cases.values() for case in cases]
        self.verdicts: dict[str, dict[str, Any]] = {}
        self.sent_twice = 0

    def write(self) -> None:
        while not self._town.over.is_set():
            batch = [self._mutation() for _ in range(self._random.randint(1, 6))]
            with ThreadPoolExecutor() as pool:
                copies = [self._device, self._twin][: 1 + (self._random.random() < TWICE)]
                self._remember(list(pool.map(send, copies, [batch] * len(copies))))
            # a server closes what has been idle for long
            self._twin.close()

    def _remember(self, answers: list[list[dict[str, Any]]]) -> None:
        firsts = [v for verdicts in answers for v in verdicts if not v.get("duplicate")]
        assert len(firsts) == len(answers[0])
        self.sent_twice += len(answers) - 1
        assert {v["verdict"] for v in firsts if v["code"] is None} <= TAKEN
        assert {v["code"] for v in firsts if v["code"]} <= REFUSED
        self.verdicts |= {verdict["id"]: verdict for verdict in firsts}

    def _mutation(self) -> dict[str, Any]:
        device, pick = self._device, self._random.choice
        kind = pick(["visit", "dwelling", "resident", "case"]) if self._homes else "case"
        if kind == "visit":
            return device.visits(pick(self._homes), 1)[0]
        if kind == "dwelling":
            said = {"note": now(), "occupancy": pick(["owner", "tenant", "vacant"])}
            return device.mutation("dwelling.edit", id=pick(self._homes), changes=said)
        if kind == "resident":
            known = {"phone": pick("123456"), "care_needs": [pick(["disabled", "pregnant"])]}
            return device.mutation("resident.edit", id=pick(self._residents), changes=known)
        verb = pick(["note", "note", "accept", "return", "escalate", "resolve"])
        return action(device, verb, pick(self._cases))


class Reader:
    """A device that follows its cursor and remembers every version it was brought."""

    def __init__(self, town: Town, name: str) -> None:
        self._town, self.device = town, town.device(name)
        self.cursor: str | None = None
        self.brought: Counter[tuple[str, str, int]] = Counter()
        self.copy: dict[tuple[str, str], Any] = {}
        self._versions: dict[tuple[str, str], int] = {}

    def follow(self) -> None:
        while not self._town.over.is_set():
            self.page()

    def page(self) -> bool:
        """Whether another page waits."""
        before = decode(inside(self.cursor)).marks if self.cursor else {}
        answer = orjson.loads(self.device.post(self.device.envelope(self.cursor, 37)))
        assert answer["reset"] is None
        self.cursor = answer["cursor"]
        after = decode(inside(self.cursor)).marks
        assert all(after[partition] >= mark for partition, mark in before.items())
        for operation in answer["patch"]:
            self._take(operation)
        return bool(answer["more"])

    def _take(self, operation: dict[str, Any]) -> None:
        key = operation["type"], operation["id"]
        if operation["op"] == "del":
            self.copy.pop(key, None)
            return
        assert operation["version"] > self._versions.get(key, 0)
        self._versions[key] = operation["version"]
        self.brought[*key, operation["version"]] += 1
        self.copy[key] = operation["version"], operation["value"]


def move_to_and_fro(town: Town) -> None:
    """Dwellings change their grid, as the server's own changes do."""
    community_id, grids = str(community_of("garden")), [id_of("garden-1"), id_of("garden-2")]
    with town.app.app_context():
        while not town.over.wait(0.05):
            with SqlStore().transaction([community_id]) as transaction:
                homes = transaction.find("dwelling", [id_of(home) for home in MOVING])
                progress = Progress(str(uuid4()), 0, datetime.now(UTC), 0)
                moved = [home.with_(grid_id=grids[home.grid_id == grids[0]]) for home in homes]
                transaction.write(Changes(community_id, progress, records=moved))


def numbers(community_id: str) -> list[int]:
    """The numbers given in a community's feed to what is there and to what has left a place."""
    tables = [*TABLES, "departure"]
    query = " UNION ALL ".join(
        f'SELECT version FROM "{table}" WHERE community_id = :id' for table in tables
    )
    with reading() as session:
        return list(session.scalars(text(query), {"id": community_id}))


def journal() -> dict[str, tuple[str, str | None]]:
    with reading() as session:
        rows = session.execute(text("SELECT id, verdict, code FROM mutation")).all()
    return {str(row.id): (row.verdict, row.code) for row in rows}


def test_sixteen_writers_and_four_readers_lose_nothing_and_see_nothing_twice(town: Town) -> None:
    before, quiet = set(journal()), len(town.cluster.log)
    writers = [Writer(town, name, number) for number, name in enumerate(WRITERS)]
    readers = [Reader(town, name) for name in READERS]
    with ThreadPoolExecutor(len(writers) + len(readers) + 1) as pool:
        work = [pool.submit(writer.write) for writer in writers]
        work += [pool.submit(reader.follow) for reader in readers]
        work.append(pool.submit(move_to_and_fro, town))
        until_over(town, work)

    sent = {id_: verdict for writer in writers for id_, verdict in writer.verdicts.items()}
    kept = {id_: verdict for id_, verdict in journal().items() if id_ not in before}
    assert kept == {id_: (v["verdict"], v["code"]) for id_, v in sent.items()}
    for community_id in town.cases:
        assert max(Counter(numbers(community_id)).values()) == 1
    for reader in readers:
        while reader.page():
            pass
        fresh = Reader(town, READERS[readers.index(reader)])
        while fresh.page():
            pass
        assert (reader.copy, max(reader.brought.values())) == (fresh.copy, 1)
    twice = sum(writer.sent_twice for writer in writers)
    verdicts = Counter(verdict["verdict"] for verdict in sent.values())
    log.info("seed %s: %s, %s batches sent twice", SEED, dict(verdicts), twice)
    assert twice
    assert set(verdicts) >= TAKEN
    assert "ERROR" not in town.cluster.log[quiet:]
    assert "ERROR" not in town.log.read_text("utf-8")


def until_over(town: Town, work: list[Future[None]]) -> None:
    """Let them work for so long, or until one of them fails; raise what it failed by."""
    failed = Event()
    for task in work:
        task.add_done_callback(lambda _: failed.set())
    failed.wait(SECONDS)
    town.over.set()
    for task in work:
        task.result()
