"""Exchanges at the same moment: they take turns at every look into the store, as the dice say."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar, copy_context
from random import Random
from typing import Any, cast

from greenlet import getcurrent, greenlet

from sync.store import Store, Transaction


class ServerDied(Exception):
    """The server's process ended in the middle of a transaction, and in the midst of this."""


class Doom:
    """A server that is about to end: so many looks into its store, or so many writes, from now."""

    def __init__(self, doing: str, left: int) -> None:
        self._doing, self._left = doing, left

    def nearer(self, doing: str) -> None:
        """One more. Raises ServerDied when it was the last."""
        self._left -= doing == self._doing
        if self._left < 0:
            raise ServerDied(doing)


DOOM: ContextVar[Doom | None] = ContextVar("doom", default=None)
"""What awaits the server in the transaction under way; None for nothing."""


def nearer(doing: str) -> None:
    """The server does one thing more in its transaction."""
    doom = DOOM.get()
    if doom:
        doom.nearer(doing)


class Turns:
    """Lets several tasks run by turns, in one thread, so that a seed repeats every interleaving."""

    def __init__(self, dice: Random, one_lock: bool = False) -> None:
        self._dice, self._one_lock = dice, one_lock
        self._conductor: Any = None
        self.held: dict[str, object] = {}
        self.waits = 0

    def play(self, tasks: list[Callable[[], Any]]) -> None:
        """Run the tasks to their ends, changing between them wherever they `pause`."""
        self._conductor = getcurrent()
        playing = [greenlet(task) for task in tasks]
        for task in playing:
            task.gr_context = copy_context()
        while playing:
            task = self._dice.choice(playing)
            task.switch()
            playing = [task for task in playing if not task.dead]
        self._conductor = None

    def pause(self) -> None:
        """Let others go on; nothing when nobody else plays."""
        if self._conductor is not None:
            self._conductor.switch()

    @contextmanager
    def holding(self, partitions: Collection[str]) -> Iterator[None]:
        """Hold these partitions alone, taken in key order, as the database's row locks do (L2).

        A store with one lock for all writers, as SQLite's, has only that to hold.
        """
        mine = ["all"] if self._one_lock else sorted(set(partitions))
        for partition in mine:
            while partition in self.held:
                self.waits += 1
                self.pause()
            self.held[partition] = self
        try:
            yield
        finally:
            for partition in mine:
                del self.held[partition]


class Served:
    """The store as one exchange meets it: others take turns, and the server may die before the commit."""

    locking = True

    def __init__(
        self, store: Store, turns: Turns, doom: Doom | None, committed: Callable[[], None]
    ):
        self._store, self._turns, self._doom, self._committed = store, turns, doom, committed

    @contextmanager
    def transaction(self, partitions: Collection[str]) -> Iterator[Transaction]:
        lock = self._turns.holding(partitions) if self.locking else nullcontext()
        self._turns.pause()
        with lock:
            DOOM.set(self._doom)
            try:
                with self._store.transaction(partitions) as transaction:
                    yield cast(Transaction, Paced(transaction, self._turns))
                    if self._doom:
                        raise ServerDied("before the commit")
            finally:
                DOOM.set(None)
            self._committed()

    def __getattr__(self, name: str) -> Any:
        return getattr(Paced(self._store, self._turns), name)


class Paced:
    """Anything whose calls each wait for a turn."""

    def __init__(self, inner: object, turns: Turns) -> None:
        self._inner, self._turns = inner, turns

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._inner, name)

        def in_turn(*args: Any) -> Any:
            self._turns.pause()
            nearer("writing" if name == "write" else "reading")
            return call(*args)

        return in_turn
