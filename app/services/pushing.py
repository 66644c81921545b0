"""Batches that wait for the same communities are taken in by one transaction, judged one after the other.

All phones of a community queue for its counter, and a commit costs much the same however much it keeps.
So in each process those that wait form a queue; its first leads, and takes the others with it when its
transaction has begun. What each is told is what it would be told if they had come one after the other,
each with a transaction of its own: the next is judged by what those before it have written (P2, L2),
which the database still writes meanwhile (`take` in `sync/push.py`).
"""

from dataclasses import dataclass, field
from threading import Event, Lock
from typing import NamedTuple

from sqlalchemy import Engine

from app.extensions import db
from app.schemas.exchange import MOST_MUTATIONS
from app.services.working_days import is_working_day
from app.store import SqlStore
from sync.errors import SequenceGap
from sync.judging import Batch
from sync.push import Received, partitions, push, take


class Key(NamedTuple):
    """What a queue waits for: these communities in this database."""

    database: Engine
    partitions: frozenset[str]


@dataclass(eq=False, slots=True)
class Waiting:
    """A batch in a queue. Woken, it leads, or has its `outcome`; without one it is taken in by itself."""

    batch: Batch
    woken: Event = field(default_factory=Event)
    leads: bool = False
    outcome: Received | SequenceGap | None = None

    def lead(self) -> None:
        """It is the first of its queue."""
        self.leads = True
        self.woken.set()


class Queues:
    """Who waits for what in this process. A queue is there for as long as somebody waits in it or leads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._queues: dict[Key, list[Waiting]] = {}

    def join(self, key: Key, mine: Waiting) -> None:
        """Wait behind the others, or lead where there are none."""
        with self._lock:
            queue = self._queues.setdefault(key, [])
            queue.append(mine)
            if len(queue) == 1:
                mine.lead()

    def group(self, key: Key) -> list[Waiting]:
        """The leader and those after it: together no more mutations than one batch may have."""
        with self._lock:
            queue, size = self._queues[key], 0
            for count, one in enumerate(queue):
                size += len(one.batch.mutations)
                if count and size > MOST_MUTATIONS:
                    return queue[:count]
            return queue[:]

    def leave(self, key: Key, group: list[Waiting]) -> None:
        """The group has been taken in, or was not; the next one leads."""
        with self._lock:
            rest = self._queues.pop(key)[len(group) :]
            if rest:
                self._queues[key] = rest
                rest[0].lead()
        for one in group:
            one.woken.set()


queues = Queues()


def take_in(store: SqlStore, batch: Batch) -> Received:
    """As `push`, in one transaction with others that wait for the same. Raises SequenceGap."""
    key, mine = Key(db.engine, frozenset(partitions(store, batch))), Waiting(batch)
    queues.join(key, mine)
    mine.woken.wait()
    if mine.leads:
        _lead(store, key, mine)
    if mine.outcome is None:
        return push(store, batch, is_working_day)
    if isinstance(mine.outcome, SequenceGap):
        raise mine.outcome
    return mine.outcome


def _lead(store: SqlStore, key: Key, mine: Waiting) -> None:
    """Take in a group. Raises what went wrong if nobody else was in it."""
    group = [mine]
    try:
        with store.transaction(key.partitions) as transaction:
            group = queues.group(key)
            outcomes = take(transaction, [one.batch for one in group], is_working_day)
        # not before the commit (P1)
        for one, outcome in zip(group, outcomes, strict=True):
            one.outcome = outcome
    except Exception:
        # whose fault it was is not known, and must not reach the others: each tries by itself. If all were
        # kept and only the answer was lost, they are resends then (P2)
        if len(group) == 1:
            raise
    finally:
        queues.leave(key, group)
