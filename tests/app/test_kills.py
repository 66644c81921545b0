"""The server is killed in the middle of pushes, again and again; nothing acknowledged is missing (P1, P2)."""

import logging
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPException
from itertools import cycle, islice
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, NullPool, create_engine, text

from tests.device import Device, Refused
from tests.knobs import ROUNDS
from tests.postgres import Cluster, free_port, running_cluster
from tests.serving import QIAOMEN, await_answer, data_directory, settle_town
from tests.town import community_of

log = logging.getLogger(__name__)
SEED = 20261124
BATCH = 5
SENDERS = ("worker", "mate", "second-worker", "harbour-worker")
BUSY = 503


class Sender(Thread):
    """A phone that sends its visits for ever, each batch until it is acknowledged."""

    def __init__(self, port: int, username: str, stop: Event) -> None:
        super().__init__(daemon=True)
        self._device, self._stop_sending = Device(port, username), stop
        self.acknowledged: list[str] = []
        self.interrupted = 0
        self.progress = Event()
        _, operations = self._device.bring_down()
        self._home = next(op["id"] for op in operations if op["type"] == "dwelling")

    def run(self) -> None:
        while not self._stop_sending.is_set():
            batch = self._device.visits(self._home, BATCH)
            answer = self._send(batch)
            assert {verdict["verdict"] for verdict in answer["verdicts"]} == {"applied"}
            self.acknowledged += [verdict["id"] for verdict in answer["verdicts"]]
            self.progress.set()
        self._device.close()

    def _send(self, batch: list[dict[str, Any]]) -> dict[str, Any]:
        while True:
            try:
                body = self._device.envelope(None, 1, mutations=batch)
                answer: dict[str, Any] = orjson.loads(self._device.post(body))
                return answer
            except (OSError, HTTPException, Refused) as failure:
                if getattr(failure, "status", BUSY) != BUSY:
                    raise
                self.interrupted += 1
                self._device.close()
                self._stop_sending.wait(0.02)


class Server:
    """A server in a process group of its own, and the ways in which it can die."""

    def __init__(self, env: dict[str, str], database: Cluster | None) -> None:
        self.env, self.port, self._database = env, free_port(), database
        self._random = Random(SEED)
        self.start()

    def start(self) -> None:
        with (Path(self.env["QIAOMEN_DATA_DIR"]) / "serve.log").open("ab") as log:
            command = [QIAOMEN, "serve", "--port", str(self.port)]
            self._master = subprocess.Popen(
                command, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        await_answer(self.port)

    def kill_all(self) -> None:
        """The machine loses its power."""
        os.killpg(self._master.pid, signal.SIGKILL)
        self._master.wait()

    def kill_all_and_start(self) -> None:
        self.kill_all()
        self.start()

    def kill_master(self) -> None:
        """The master dies alone, and its workers leave the port to the next one."""
        self._master.kill()
        self._master.wait()
        await_silence(self.port)
        self.start()

    def kill_worker(self) -> None:
        """One worker dies, and the master makes another."""
        os.kill(self._random.choice(self._workers()), signal.SIGKILL)

    def kill_database(self) -> None:
        """PostgreSQL dies and recovers, and the server goes on."""
        assert self._database
        self._database.crash()
        self._database.start()

    def _workers(self) -> list[int]:
        found = subprocess.run(
            ["pgrep", "-P", str(self._master.pid)], capture_output=True, text=True, check=True
        )
        return [int(pid) for pid in found.stdout.split()]


Kill = Callable[[Server], None]
KILLS: dict[str, list[Kill]] = {
    "sqlite": [Server.kill_all_and_start, Server.kill_master, Server.kill_worker],
    "postgresql": [
        Server.kill_all_and_start,
        Server.kill_master,
        Server.kill_worker,
        Server.kill_database,
    ],
}


def await_silence(port: int, seconds: float = 1) -> None:
    """Return once nobody listens on the port; processes without a master would keep it for ever."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)):
                return
    raise TimeoutError(f"somebody still listens on port {port} after {seconds} s")


@contextmanager
def served(kind: str) -> Iterator[Server]:
    """A server with the town in a fresh database of this kind."""
    with ExitStack() as until_end:
        env, cluster = until_end.enter_context(data_directory()), None
        if kind == "postgresql":
            cluster = until_end.enter_context(running_cluster())
            env["QIAOMEN_DATABASE_URL"] = f"{cluster.address}/postgres"
        settle_town(env)
        server = Server(env, cluster)
        until_end.callback(server.kill_all)
        yield server


@contextmanager
def sending(server: Server) -> Iterator[list[Sender]]:
    """Phones that send until the end, when each has been acknowledged its last batch."""
    stop = Event()
    senders = [Sender(server.port, name, stop) for name in SENDERS]
    for sender in senders:
        sender.start()
    yield senders
    stop.set()
    for sender in senders:
        sender.join(30)


def await_progress(senders: list[Sender]) -> None:
    """Return once each phone has been acknowledged a batch that it sent from now on, or sends just now."""
    for sender in senders:
        sender.progress.clear()
    assert all(sender.progress.wait(30) for sender in senders)


def kept(connection: Connection) -> dict[str, int]:
    """The applied mutations of the journal whose visit is there, with the visit's number in the feed."""
    rows = connection.execute(text("SELECT id, args FROM mutation WHERE verdict = 'applied'"))
    applied = {str(id_): orjson.loads(args)["id"] for id_, args in rows}
    visits = connection.execute(text("SELECT id, version FROM visit")).all()
    versions = {str(visit.id): visit.version for visit in visits}
    return {id_: versions[visit] for id_, visit in applied.items() if visit in versions}


def latest(connection: Connection) -> int:
    """The number of the latest change of the community in which all phones are."""
    ours = {"id": community_of("garden")}
    counter = text("SELECT version FROM feed_counter WHERE community_id = :id")
    return connection.scalar(counter, ours) or 0


@pytest.mark.parametrize("kind", list(KILLS))
def test_p1_nothing_acknowledged_is_missing_or_twice_after_kills_in_mid_push(kind: str) -> None:
    with served(kind) as server, looking_into(server) as database:
        with database() as connection:
            before = latest(connection)
        with sending(server) as senders:
            for kill in islice(cycle(KILLS[kind]), ROUNDS):
                await_progress(senders)
                kill(server)
            await_progress(senders)
        with database() as connection:
            there, after = kept(connection), latest(connection)
    acknowledged = [id_ for sender in senders for id_ in sender.acknowledged]
    interrupted = sum(sender.interrupted for sender in senders)
    missing = len(set(acknowledged) - set(there))
    told = "%s: %d kills, %d pushes interrupted, %d mutations acknowledged, %d missing"
    log.info(told, kind, ROUNDS, interrupted, len(acknowledged), missing)
    assert len(acknowledged) == len(set(acknowledged)) >= ROUNDS * BATCH * len(SENDERS)
    assert set(acknowledged) == set(there)
    # one that was applied twice would have been numbered twice, and left a gap
    assert sorted(there.values()) == list(range(before + 1, after + 1))
    assert interrupted >= ROUNDS


@contextmanager
def looking_into(server: Server) -> Iterator[Callable[[], Connection]]:
    """Connections to the server's database."""
    engine = create_engine(server.env["QIAOMEN_DATABASE_URL"], poolclass=NullPool)
    yield engine.connect
    engine.dispose()


def test_p1_a_master_that_was_killed_leaves_the_port_to_the_next_one_at_once() -> None:
    with served("sqlite") as server, closing(Device(server.port, "worker")) as phone:
        server.kill_master()
        phone.close()
        phone.post(phone.envelope())
