"""The server's processes as a phone and the one who starts them meet them: over HTTP, and by signals."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from select import select
from typing import Any

import orjson
import pytest

from app.serving import GRACE
from tests.device import Device
from tests.postgres import free_port
from tests.serving import QIAOMEN, await_answer, data_directory, running, settle_town


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    """A fresh data directory with the town in it."""
    with data_directory() as env:
        settle_town(env)
        yield env


@contextmanager
def served(env: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A server of this data directory: its port and its master."""
    port = free_port()
    with running(env, "serve", "--port", str(port)) as master:
        await_answer(port)
        yield port, master


def visit_of(phone: Device) -> bytes:
    """An exchange that brings one visit."""
    _, operations = phone.bring_down()
    home = next(op["id"] for op in operations if op["type"] == "dwelling")
    return phone.envelope(None, 1, mutations=phone.visits(home, 1))


def verdicts(body: bytes) -> list[str]:
    return [verdict["verdict"] for verdict in orjson.loads(body)["verdicts"]]


def test_a_second_server_on_a_port_in_use_is_told_so_instead_of_sharing_the_phones(
    env: dict[str, str],
) -> None:
    with served(env) as (port, _):
        second = subprocess.run(
            [QIAOMEN, "serve", "--port", str(port)],
            env=env,
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert second.returncode == 1
    assert f"port {port} already" in second.stderr


def test_a_server_told_to_stop_first_answers_what_it_has_in_hand(env: dict[str, str]) -> None:
    with served(env) as (port, master), closing(Device(port, "worker")) as phone:
        body = visit_of(phone)
        database = env["QIAOMEN_DATABASE_URL"].removeprefix("sqlite:///")
        with ThreadPoolExecutor(1) as sender, closing(sqlite3.connect(database)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            answer = sender.submit(phone.post, body)
            with pytest.raises(TimeoutError):
                answer.result(0.5)
            master.terminate()
            with pytest.raises(TimeoutError):
                answer.result(0.5)
            somebody.rollback()
            assert verdicts(answer.result(10)) == ["applied"]
        phone.close()
        assert master.wait(10) == 0


def test_ctrl_c_that_reaches_every_process_of_a_server_ends_none_before_its_master_says_so(
    env: dict[str, str],
) -> None:
    with served(env) as (_, master), ExitStack() as ends:
        pids = map(int, subprocess.check_output(["pgrep", "--parent", str(master.pid)]).split())
        processes = {pid: os.pidfd_open(pid) for pid in pids}
        for pid, end in processes.items():
            ends.callback(os.close, end)
            os.kill(pid, signal.SIGINT)
        ended, _, _ = select(list(processes.values()), [], [], 1)
        assert (len(processes), ended) == (2, [])
        master.send_signal(signal.SIGINT)
        assert master.wait(GRACE / 2) == 0


SETTLING = """
import sys, time
from app.serving import serve_with

def settle_in():
    print("settling in", flush=True)
    time.sleep(60)

serve_with(settle_in, int(sys.argv[1]), workers=2, threads=1)
"""


def test_a_server_told_to_stop_before_it_serves_does_not_wait_for_what_it_has_in_hand() -> None:
    command = [sys.executable, "-c", SETTLING, str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as master:
        assert master.stdout
        assert [master.stdout.readline() for _ in range(2)] == [b"settling in\n"] * 2
        master.terminate()
        assert master.wait(GRACE / 2) == 0


@contextmanager
def both_running(env: dict[str, str], database: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """What `make run` starts: the worker and the server, in a group of their own."""
    data, port = Path(env["QIAOMEN_DATA_DIR"]), free_port()
    (data / "demo.txt").write_text("the accounts of the data directory's own database")
    path = f"{Path(QIAOMEN).parent}{os.pathsep}{env['PATH']}"
    with (data / "run.log").open("ab") as log:
        script = subprocess.Popen(
            ["deploy/run", str(port)],
            env={**env, "PATH": path, "QIAOMEN_DATABASE_URL": database},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        await_answer(port, seconds=120)
        yield script
    finally:
        with suppress(ProcessLookupError):
            os.killpg(script.pid, signal.SIGKILL)
        script.wait()


def left_of(script: subprocess.Popen[bytes], seconds: float = 10) -> list[str]:
    """What still runs of a group some time after its first has ended."""
    script.wait(seconds)
    deadline = time.monotonic() + seconds
    while True:
        group = ["pgrep", "--list-full", "--pgroup", str(script.pid)]
        left = subprocess.run(group, capture_output=True, text=True, check=False).stdout
        if not left or time.monotonic() > deadline:
            return left.splitlines()
        time.sleep(0.05)


def test_a_run_that_is_told_to_stop_leaves_no_server_that_goes_on_without_its_worker(
    env: dict[str, str],
) -> None:
    with both_running(env) as script:
        script.terminate()
        assert left_of(script) == []


def test_a_run_on_another_database_fills_that_one_and_tells_its_accounts(
    env: dict[str, str],
) -> None:
    data = Path(env["QIAOMEN_DATA_DIR"])
    with both_running(env, f"sqlite:///{data / 'another.db'}"):
        said = (data / "run.log").read_text("utf-8").rpartition("Built ")[2]
    assert "Password of every account" in said
    assert "the data directory's own" not in said
    with closing(sqlite3.connect(data / "another.db")) as another:
        assert another.execute("SELECT count(*) > 0 FROM person").fetchone() == (1,)


def test_a_run_whose_worker_died_does_not_go_on_serving_without_it(env: dict[str, str]) -> None:
    with both_running(env) as script:
        worker = ["pgrep", "--parent", str(script.pid), "--full", "qiaomen worker"]
        os.kill(int(subprocess.check_output(worker)), signal.SIGKILL)
        assert left_of(script) == []


Send = Callable[[HTTPConnection, Device, bytes], None]


def in_pieces(connection: HTTPConnection, phone: Device, body: bytes) -> None:
    """As a proxy does that does not wait for the end."""
    pieces = (body[at : at + 100] for at in range(0, len(body), 100))
    connection.request("POST", "/api/v1/sync", pieces, phone.headers(), encode_chunked=True)


def broken_off(connection: HTTPConnection, phone: Device, body: bytes) -> None:
    """As a phone does that loses its signal."""
    connection.putrequest("POST", "/api/v1/sync")
    for name, value in {**phone.headers(), "Content-Length": str(len(body))}.items():
        connection.putheader(name, value)
    connection.endheaders(body[: len(body) // 2])
    connection.sock.shutdown(1)


@pytest.mark.parametrize(("send", "status"), [(in_pieces, 200), (broken_off, 400)])
def test_an_exchange_that_comes_in_pieces_is_taken_and_one_that_breaks_off_is_not(
    env: dict[str, str], send: Send, status: int
) -> None:
    with served(env) as (port, _), closing(Device(port, "worker")) as phone:
        body = visit_of(phone)
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            send(connection, phone, body)
            response = connection.getresponse()
            answer: dict[str, Any] = orjson.loads(response.read())
        assert response.status == status, answer
        assert verdicts(phone.post(body)) == ["applied"]
        assert orjson.loads(phone.post(body))["received_through"] == phone.seq
