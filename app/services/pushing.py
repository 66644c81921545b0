"""Batches that wait for the same communities are taken in by one transaction, judged one after the other.

All phones of a community queue for its counter, and a commit costs much the same however much it keeps.
What each is told is what it would be told if they had come one after the other, each with a transaction of
its own: the next is judged by what those before it have written (P2, L2), which the database still writes
meanwhile (`take` in `sync/push.py`).
"""

from typing import NamedTuple

from sqlalchemy import Engine

from app.extensions import db
from app.queues import Gather, Queues
from app.schemas.exchange import MOST_MUTATIONS
from app.services.working_days import is_working_day
from app.store import SqlStore
from sync.batch import Batch
from sync.errors import SequenceGap
from sync.push import Received, partitions, take


class Key(NamedTuple):
    """What a batch waits for: these communities in this database."""

    database: Engine
    partitions: frozenset[str]


queues = Queues[Batch, Received | SequenceGap](lambda batch: len(batch.mutations), MOST_MUTATIONS)
"""A group has no more mutations than one batch may have."""


def take_in(store: SqlStore, batch: Batch) -> Received:
    """As `push`, in one transaction with others that wait for the same. Raises SequenceGap."""
    key = Key(db.engine, frozenset(partitions(store, batch)))

    def push_all(gather: Gather[Batch]) -> list[Received | SequenceGap]:
        # if only the answer of the commit is lost, all are resends when each tries by itself (P2)
        with store.transaction(key.partitions) as transaction:
            return take(transaction, gather(), is_working_day)

    outcome = queues.get(key, batch, push_all)
    if isinstance(outcome, SequenceGap):
        raise outcome
    return outcome
