"""A real server on a fresh database with a demo community, for browser tests and measurements."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask_migrate import upgrade

from app import create_app
from app.config import ALLOWED_NETWORKS, Config
from app.extensions import db
from tests.loopback import SAID
from tests.postgres import cluster, free_port
from tests.town import PASSWORD, settle_in_database

QIAOMEN = str(Path(sys.executable).parent / "qiaomen")
COMMUNITY = "370602003001"


@dataclass(frozen=True)
class Running:
    """A server with a demo: its port, its master's pid and the demo's accounts."""

    port: int
    pid: int
    accounts: list[dict[str, str]]
    env: dict[str, str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def named_address(self) -> str:
        """The same by a name, for passkeys belong to names."""
        return f"http://localhost:{self.port}"

    def of_role(self, role: str, unit_code: str = "") -> list[str]:
        """The user names of everybody in a role at units whose code begins so."""
        return [
            account["username"]
            for account in self.accounts
            if account["role"] == role and account["unit_code"].startswith(unit_code)
        ]

    def peak_mb(self) -> list[float]:
        """The most memory that each server process has held so far."""
        workers = subprocess.run(
            ["pgrep", "-P", str(self.pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in workers]
        return [int(status.split("VmHWM:")[1].split()[0]) / 1024 for status in statuses]


@contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """The environment of a fresh data directory on SQLite or on a private PostgreSQL with fsync on."""
    if kind == "sqlite":
        with data_directory() as env:
            yield env
        return
    with data_directory() as env, cluster() as address:
        yield {**env, "QIAOMEN_DATABASE_URL": f"{address}/postgres"}


@contextmanager
def data_directory() -> Iterator[dict[str, str]]:
    """The environment of a fresh data directory, with SQLite in it."""
    with tempfile.TemporaryDirectory(prefix="qiaomen-bench-") as folder:
        url = f"sqlite:///{folder}/qiaomen.db"
        settings = {ALLOWED_NETWORKS: SAID, "QIAOMEN_QUIET_HOURS": "0"}
        yield {**os.environ, **settings, "QIAOMEN_DATA_DIR": folder, "QIAOMEN_DATABASE_URL": url}


@contextmanager
def server(kind: str, size: str = "community") -> Iterator[Running]:
    """Serve a demo of this size with two processes of eight threads."""
    with database(kind) as env, serve(env, settle(env, size)) as served:
        yield served


@contextmanager
def serve(env: dict[str, str], accounts: list[dict[str, str]]) -> Iterator[Running]:
    """Serve what is in a database; `accounts` are those of its demo, if it has one."""
    port = free_port()
    with running(env, "serve", "--port", str(port)) as process:
        await_answer(port)
        yield Running(port, process.pid, accounts, env)


def settle(env: dict[str, str], size: str = "community") -> list[dict[str, str]]:
    """Fill a fresh database with the demo community, or its whole street; the accounts."""
    qiaomen(env, "upgrade")
    qiaomen(env, "import", "units", "app/data/yantai_units.csv")
    where = ("--community", COMMUNITY, "--size", size)
    built = qiaomen(env, "demo", *where, "--seed", "1", "--password", PASSWORD, "--json")
    accounts: list[dict[str, str]] = json.loads(built)["accounts"]
    return accounts


def settle_town(env: dict[str, str]) -> None:
    """Fill a fresh database with the small town of the tests, which takes a second instead of ten."""
    app = create_app(Config.from_environment(env))
    with app.app_context():
        upgrade()
        settle_in_database()
        db.engine.dispose()


@contextmanager
def running(env: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `qiaomen` command that runs until it is no longer needed; its log stays in the data directory."""
    with (Path(env["QIAOMEN_DATA_DIR"]) / f"{arguments[0]}.log").open("ab") as log:
        process = subprocess.Popen([QIAOMEN, *arguments], env=env, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def await_answer(port: int, path: str = "/api/v1/openapi.json", seconds: float = 30) -> None:
    """Return once the server answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5)
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise TimeoutError(f"no answer on port {port} within {seconds} s")


def qiaomen(env: dict[str, str], *arguments: str) -> str:
    """Run a `qiaomen` command to its end; what it prints."""
    done = subprocess.run(
        [QIAOMEN, *arguments], env=env, check=True, capture_output=True, text=True
    )
    return done.stdout
