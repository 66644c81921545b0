"""The server is killed in the middle of pushes, again and again; nothing acknowledged is missing (P1, P2)."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orjson
import pytest
from sqlalchemy import create_engine, text

from tests.device import Device
from tests.postgres import free_port
from tests.serving import QIAOMEN, await_answer, database, settle

ROUNDS = 10
BATCH = 5
PHONES = 4


class Sender(Thread):
    """A phone that sends its visits for ever, each batch until it is acknowledged."""

    def __init__(self, port: int, username: str, stop: Event) -> None:
        super().__init__(daemon=True)
        self._device, self._stop_sending = Device(port, username), stop
        self.acknowledged: list[str] = []
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
        self._device.connection.close()

    def _send(self, batch: list[dict[str, Any]]) -> dict[str, Any]:
        while True:
            try:
                body = self._device.envelope(None, 1, mutations=batch)
                answer: dict[str, Any] = orjson.loads(self._device.post(body))
                return answer
            except (OSError, HTTPException):
                self._device.connection.close()
                self._stop_sending.wait(0.02)


@contextmanager
def served(env: dict[str, str], port: int) -> Iterator[int]:
    """A server in a process group of its own; its group id, by which all of it can be killed at once."""
    with (Path(env["QIAOMEN_DATA_DIR"]) / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            [QIAOMEN, "serve", "--port", str(port)],
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    await_answer(port)
    yield process.pid
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kept(url: str) -> list[str]:
    """The ids of the journal's mutations that were applied and whose visit is there."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, args FROM mutation WHERE verdict = 'applied'"))
        applied = {str(id_): orjson.loads(args)["id"] for id_, args in rows}
        visits = {str(id_) for id_ in connection.scalars(text("SELECT id FROM visit"))}
    engine.dispose()
    return [id_ for id_, visit_id in applied.items() if visit_id in visits]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_p1_nothing_acknowledged_is_missing_after_the_server_was_killed_in_mid_push(
    kind: str,
) -> None:
    with database(kind) as env:
        accounts, port, stop = settle(env), free_port(), Event()
        names = [a["username"] for a in accounts if a["role"] == "grid_worker"][:PHONES]
        with served(env, port):
            senders = [Sender(port, name, stop) for name in names]
        for sender in senders:
            sender.start()
        for _ in range(ROUNDS):
            with served(env, port):
                for sender in senders:
                    sender.progress.clear()
                assert all(sender.progress.wait(30) for sender in senders)
        with served(env, port):
            stop.set()
            for sender in senders:
                sender.join(30)
        folder = env["QIAOMEN_DATA_DIR"]
        there = kept(env.get("QIAOMEN_DATABASE_URL", f"sqlite:///{folder}/qiaomen.db"))
    acknowledged = [id_ for sender in senders for id_ in sender.acknowledged]
    assert len(acknowledged) == len(set(acknowledged)) >= ROUNDS * BATCH * PHONES
    assert set(acknowledged) == set(there)
