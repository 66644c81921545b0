"""Who may write on SQLite now, among threads and processes."""

import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

Writer = subprocess.Popen[str]
Begin = Callable[[], Writer]

WRITE = """
import sys
from flask import Flask
from app.extensions import db, in_turn

app = Flask("writer")
app.config["SQLALCHEMY_DATABASE_URI"] = sys.argv[1]
db.init_app(app)
with app.app_context():
    print("ready", flush=True)
    with in_turn():
        print("writing", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def begin(sqlite_url: str) -> Iterator[Begin]:
    """Starts a process that takes its turn and keeps it until it is told or killed."""
    with ExitStack() as started:

        def begin() -> Writer:
            writer = subprocess.Popen(
                [sys.executable, "-c", WRITE, sqlite_url],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            started.enter_context(writer)
            started.callback(writer.kill)
            assert _says(writer) == "ready"
            return writer

        yield begin


def _says(writer: Writer) -> str:
    assert writer.stdout
    return writer.stdout.readline().strip()


@pytest.mark.parametrize("end", [Writer.kill, lambda writer: writer.stdin.close()])
def test_a_process_waits_for_the_writer_of_another_and_goes_on_however_that_one_ends(
    begin: Begin, end: Callable[[Writer], None]
) -> None:
    first = begin()
    assert _says(first) == "writing"
    second = begin()
    assert second.stdout
    assert select.select([second.stdout], [], [], 0.3)[0] == []
    end(first)
    assert _says(second) == "writing"
