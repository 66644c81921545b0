"""Transactions that speak to the database's driver: for what every exchange asks and writes.

SQLAlchemy spends 100 to 300 µs around a statement and its transaction, more than most statements of an
exchange take. Here only its pool of connections is used; statements are our own text (`sql.py`) and rows
are plain tuples. Everything else goes through `extensions.reading` and `writing`.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol

import psycopg
from sqlalchemy import TextClause

from app.extensions import db, in_turn

NAME = re.compile(r"(?<![:\w]):(\w+)")
AWAY = (sqlite3.OperationalError, psycopg.OperationalError)
"""What the drivers say when the database cannot answer now."""

NOTHING: Mapping[str, Any] = {}


class Executes(Protocol):
    """A connection of ours or a session: what a statement can be run on."""

    def execute(self, statement: TextClause, parameters: Mapping[str, Any], /) -> Any:
        """Run a statement; what comes back gives its rows."""


class Connection:
    """A connection of the pool, in a transaction or with each statement by itself."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._worded = _for_psycopg if isinstance(driver, psycopg.Connection) else _as_it_is

    def execute(self, statement: TextClause, parameters: Mapping[str, Any] = NOTHING) -> Any:
        """Run a statement with its `:name` parameters; a cursor over its rows."""
        return self._driver.execute(self._worded(statement.text), parameters)


def _as_it_is(statement: str) -> str:
    return statement


@cache
def _for_psycopg(statement: str) -> str:
    return NAME.sub(r"%(\1)s", statement.replace("%", "%%"))


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
