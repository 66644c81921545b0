"""Requests that come at once are recognised by one statement, and each by its own session."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from threading import Event
from typing import Any

import orjson
import psycopg
import pytest

from app import direct
from app.services import recognising
from tests.device import Device
from tests.waiting import Watched, watch


class Broken:
    """A connection that was lost."""

    def execute(self, *_given: object) -> Any:
        raise psycopg.OperationalError("the server closed the connection unexpectedly")


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return watch(monkeypatch, recognising)


AtOnce = Callable[..., list[Any]]


@pytest.fixture
def at_once(queues: Watched, monkeypatch: pytest.MonkeyPatch) -> AtOnce:
    """Let these devices ask while the first of them still waits for a connection; what each is told.

    `meanwhile` is done once all wait. The first connections got are those of `broken`.
    """
    reading = direct.reading

    def ask(
        devices: Sequence[Device],
        meanwhile: Callable[[], object] = lambda: None,
        broken: Sequence[Broken] = (),
    ) -> list[Any]:
        given, all_wait = iter(broken), Event()

        @contextmanager
        def slow() -> Iterator[Any]:
            assert all_wait.wait(30)
            with reading() as connection:
                yield next(given, connection)

        monkeypatch.setattr(direct, "reading", slow)
        with ThreadPoolExecutor(len(devices)) as pool:
            told = []
            for device in devices:
                told.append(pool.submit(partial(said_to, device)))
                assert queues.joined.acquire(timeout=30)
            meanwhile()
            all_wait.set()
            answers = [future.result() for future in told]
        monkeypatch.setattr(direct, "reading", reading)
        return answers

    return ask


def said_to(device: Device) -> Any:
    """Whom the server takes this device's owner for, or the status of a refusal."""
    connection = HTTPConnection("127.0.0.1", device.port, timeout=60)
    connection.request("GET", "/api/v1/session", headers=device.headers())
    response = connection.getresponse()
    said = response.read()
    connection.close()
    return orjson.loads(said)["person"]["username"] if response.status == 200 else response.status


def sign_out(device: Device) -> None:
    device.connection.request("DELETE", "/api/v1/session", headers=device.headers())
    assert device.connection.getresponse().read() == b""


def test_those_who_come_at_once_share_a_statement_and_each_is_known_by_their_own_session(
    port: int, at_once: AtOnce, queues: Watched
) -> None:
    names = ["worker", "mate", "worker", "secretary", "community-secretary"]
    devices = [Device(port, name) for name in names]
    assert at_once(devices) == names
    assert queues.groups == [5]


def test_who_has_no_session_is_signed_out_and_holds_up_none_of_the_others(
    port: int, at_once: AtOnce, queues: Watched
) -> None:
    gone, *others = [Device(port, name) for name in ("worker", "mate", "secretary")]
    gone.cookie = "qiaomen_session=unknown"
    assert at_once([gone, *others]) == [401, "mate", "secretary"]
    assert queues.groups == [3]


def test_a_session_that_ended_while_its_request_waited_is_over(
    port: int, at_once: AtOnce, queues: Watched
) -> None:
    leaving, staying = Device(port, "worker"), Device(port, "mate")
    assert at_once([staying, leaving], meanwhile=lambda: sign_out(leaving)) == ["mate", 401]
    assert queues.groups == [2]


def test_when_the_connection_of_several_breaks_each_asks_by_itself(
    port: int, at_once: AtOnce, queues: Watched
) -> None:
    names = ["worker", "mate", "secretary"]
    assert at_once([Device(port, name) for name in names], broken=[Broken()]) == names
    assert queues.groups == [3]
