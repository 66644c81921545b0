"""Two at once, in an order that a test sets: one halts on its way, and the other comes meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event, Lock
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.extensions import db, reading

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""Where several write at once: on SQLite they take turns."""

WAITING = text(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
SOON = 0.02
"""Seconds between two looks."""


class Halt:
    """A place in the code: whoever comes there first halts until the other has come, those after pass."""

    def __init__(self) -> None:
        self._first, self._reached, self._over = Lock(), Event(), Event()

    def here(self, *_given: Any, **_named: Any) -> None:
        """The place."""
        if self._first.acquire(blocking=False):
            self._reached.set()
            assert self._over.wait(30)

    def after(self, done: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, with the place right after it."""

        def done_and_halted(*given: Any, **named: Any) -> Any:
            outcome = done(*given, **named)
            self.here()
            return outcome

        return done_and_halted

    def meanwhile(
        self, app: Flask, first: Callable[[], Any], second: Callable[[], Any]
    ) -> tuple[Any, Any]:
        """What both come to. The first halts until the second has ended, or waits for a lock of the first."""
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(_in_context, app, first)
            while not self._reached.wait(SOON):
                assert not one.done(), one.result()
            other = pool.submit(_in_context, app, second)
            while not (other.done() or _waits_for_a_lock()):
                wait([other], SOON)
            self._over.set()
            return one.result(30), other.result(30)


def _in_context(app: Flask, task: Callable[[], Any]) -> Any:
    with app.app_context():
        return task()


def _waits_for_a_lock() -> bool:
    if db.engine.dialect.name == "sqlite":
        return False
    with reading() as session:
        return session.execute(WAITING).first() is not None
