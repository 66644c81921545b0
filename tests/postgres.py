"""A private PostgreSQL cluster on loopback, for as long as the tests run."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
SETTINGS = {"listen_addresses": "127.0.0.1", "max_connections": "200", "shared_buffers": "256MB"}


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def binaries() -> Path:
    """Where initdb and pg_ctl are."""
    found = [path for path in BINARIES if (path / "initdb").exists()]
    if not found:
        raise RuntimeError("PostgreSQL's server is missing: install Debian's package postgresql")
    return found[-1]


class Cluster:
    """A private PostgreSQL that can be crashed and started again on the same files."""

    def __init__(self, folder: Path, **settings: str) -> None:
        port = free_port()
        self.folder, self.address = folder, f"postgresql+psycopg://qiaomen@127.0.0.1:{port}"
        options = {
            **SETTINGS,
            "port": str(port),
            "unix_socket_directories": str(folder),
            **settings,
        }
        self._options = " ".join(f"-c {name}={value}" for name, value in options.items())
        self._run("initdb", "-U", "qiaomen", "-A", "trust", "-E", "UTF8", "--no-sync")

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self.folder / "server.log").read_text("utf-8")

    def start(self) -> None:
        log = str(self.folder / "server.log")
        self._run("pg_ctl", "-w", "-l", log, "-o", self._options, "start")

    def crash(self) -> None:
        """End every process at once, without a checkpoint: the next start recovers from the log."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def _run(self, binary: str, *arguments: str) -> None:
        """Run a server binary; PostgreSQL refuses root, so root runs it as the user who owns the cluster."""
        as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        data = ["-D", str(self.folder / "data")]
        command = [*as_owner, str(binaries() / binary), *data, *arguments]
        with (self.folder / "commands.log").open("a") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log, cwd=self.folder)


@contextmanager
def running_cluster(**settings: str) -> Iterator[Cluster]:
    """Start a cluster; stop and remove it after."""
    folder = Path(tempfile.mkdtemp(prefix="qiaomen-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        cluster = Cluster(folder, **settings)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.crash()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def cluster(**settings: str) -> Iterator[str]:
    """The same, for who needs no more than its address without a database name."""
    with running_cluster(**settings) as running:
        yield running.address
