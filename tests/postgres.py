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


def _run(folder: Path, *command: str) -> None:
    """Run a server binary; PostgreSQL refuses root, so root runs it as the user who owns the cluster."""
    as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with (folder / "commands.log").open("a") as log:
        subprocess.run([*as_owner, *command], check=True, stdout=log, stderr=log, cwd=folder)


@contextmanager
def cluster(**settings: str) -> Iterator[str]:
    """Start a cluster and give its address without a database name; stop and remove it after."""
    folder = Path(tempfile.mkdtemp(prefix="qiaomen-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    port, data = free_port(), folder / "data"
    options = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder), **settings}
    server = " ".join(f"-c {name}={value}" for name, value in options.items())
    pg_ctl = str(binaries() / "pg_ctl")
    try:
        initdb = str(binaries() / "initdb")
        _run(
            folder,
            initdb,
            "-D",
            str(data),
            "-U",
            "qiaomen",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )
        log = str(folder / "server.log")
        _run(folder, pg_ctl, "-D", str(data), "-w", "-l", log, "-o", server, "start")
        try:
            yield f"postgresql+psycopg://qiaomen@127.0.0.1:{port}"
        finally:
            _run(folder, pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
