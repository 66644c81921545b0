"""Transactions that speak to the database's driver: for what every exchange asks and writes.

SQLAlchemy spends 100 to 300 µs around a statement and its transaction, more than most statements of an
exchange take. Here only its pool of connections is used; statements are our own text (`sql.py`) and rows
are plain tuples. Everything else goes through `extensions.reading` and `writing`.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import TextClause
from sqlalchemy.orm import Session

from app.extensions import db, in_turn
from app.sql import Row

NAME = re.compile(r"(?<![:\w]):(\w+)")
AWAY = (sqlite3.OperationalError, psycopg.OperationalError)
"""What the drivers say when the database cannot answer now."""

NOTHING: Mapping[str, Any] = {}

Found = tuple[Any, ...]


class Connection:
    """A connection of the pool, in a transaction or with each statement by itself."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._run = _on_psycopg if isinstance(driver, psycopg.Connection) else _on_sqlite

    def execute(
        self, statement: TextClause, parameters: Mapping[str, Any] | Sequence[Row] = NOTHING
    ) -> Any:
        """Run a statement with its `:name` parameters, or on SQLite for each row of them; a cursor over its
        rows."""
        return self._run(self._driver, statement.text, parameters)


def _on_sqlite(driver: Any, statement: str, parameters: Any) -> Any:
    run = driver.execute if isinstance(parameters, Mapping) else driver.executemany
    return Rows(run(statement, parameters).fetchall())


class Rows:
    """The rows of a statement of SQLite, all read when it has run.

    One left half read keeps its connection at what it saw, beyond its transaction; once somebody else has
    committed, no write can begin there.
    """

    def __init__(self, rows: Sequence[Found]) -> None:
        self._rows = iter(rows)

    def __iter__(self) -> Iterator[Found]:
        return self._rows

    def fetchone(self) -> Found | None:
        return next(self._rows, None)

    def fetchall(self) -> list[Found]:
        return list(self._rows)


def _on_psycopg(driver: Any, statement: str, parameters: Any) -> Any:
    numbered, names = _numbered(statement)
    # prepared at once: planning a statement anew takes longer than running it
    given = [parameters[name] for name in names]
    return Answer(psycopg.RawCursor(driver).execute(numbered, given, prepare=True))


class Answer:
    """A cursor's rows, which psycopg makes faster all at once than one by one, read when asked for."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self.fetchone, self.fetchall = cursor.fetchone, cursor.fetchall

    def __iter__(self) -> Iterator[Any]:
        yield from self.fetchall()


@cache
def _numbered(statement: str) -> tuple[bytes, list[str]]:
    """A statement with PostgreSQL's own `$1` for its parameters, which psycopg need not look through, and
    their names."""
    names = list(dict.fromkeys(NAME.findall(statement)))
    return NAME.sub(lambda name: f"${names.index(name[1]) + 1}", statement).encode(), names


@contextmanager
def reading() -> Iterator[Connection]:
    """Reads, each statement by itself: it sees what is committed when it begins."""
    with _checked_out() as driver:
        if isinstance(driver, sqlite3.Connection):
            yield Connection(driver)
            return
        driver.autocommit = True
        try:
            yield Connection(driver)
        finally:
            if not driver.closed:
                driver.autocommit = False


@contextmanager
def writing() -> Iterator[Connection]:
    """A transaction that writes, committed at the end; as `extensions.writing`."""
    with in_turn(), _checked_out() as driver:
        if isinstance(driver, sqlite3.Connection):
            driver.execute("BEGIN IMMEDIATE")
            yield Connection(driver)
            driver.commit()
            return
        # what nobody waits for goes out together, the writes with their COMMIT
        with driver.pipeline():
            yield Connection(driver)
            driver.commit()


def within(session: Session) -> Connection:
    """The connection of a session, in its transaction."""
    return Connection(session.connection().connection.driver_connection)


@contextmanager
def _checked_out() -> Iterator[Any]:
    """The driver's connection, from the pool, which rolls back what was not committed.

    One that broke does not go back, nor do the others from before.
    """
    pooled = db.engine.raw_connection()
    driver: Any = pooled.driver_connection
    try:
        yield driver
    except psycopg.Error as error:
        if driver.closed:
            pooled.invalidate(error)
            db.engine.dispose(close=False)
        raise
    finally:
        pooled.close()
