"""A device's batch is taken in. The steps are those of PROTOCOL.md, Pushing."""

from collections.abc import Iterable, Sequence

from sync.batch import EVER, Batch
from sync.deadlines import WorkingDay
from sync.errors import SequenceGap
from sync.judging import Judging
from sync.loading import Key, main_ids
from sync.mutation import Mutation
from sync.scope import Scope
from sync.store import Progress, Store, Transaction
from sync.verdict import Verdict

Received = tuple[int, list[Verdict]]
"""How far the device's outbox has been received, and a verdict for each mutation."""


def push(store: Store, batch: Batch, is_working: WorkingDay) -> Received:
    """Take a batch in and say `received_through` and a verdict for each mutation, all durable (P1).

    Raises SequenceGap when mutations before or between these are missing; nothing is applied then.
    """
    with store.transaction(partitions(store, batch)) as transaction:
        (outcome,) = take(transaction, [batch], is_working)
        if isinstance(outcome, SequenceGap):
            raise outcome
    return outcome


def take(
    transaction: Transaction, batches: Iterable[Batch], is_working: WorkingDay
) -> list[Received | SequenceGap]:
    """The same for several, one after the other, in a transaction over the partitions of all: durable when
    that is. One with a gap has written nothing, and gets it as its outcome.

    What they look at is asked for all before the first is judged, so that a database writes what one did
    while the next is judged. One that looked at what another has changed since then looks again.
    """
    judgings = [Judging(transaction, batch, is_working) for batch in batches]
    outcomes, changed = [], set[Key]()
    for judging in judgings:
        present = judging if changed.isdisjoint(judging.looked_at()) else judging.anew()
        outcomes.append(_outcome(transaction, present))
        changed.update(present.changed())
    return outcomes


def _outcome(transaction: Transaction, judging: Judging) -> Received | SequenceGap:
    batch, before = judging.batch, judging.progress()
    try:
        through, lost = check_order(before.received_through if before else 0, batch.mutations)
    except SequenceGap as gap:
        return gap
    verdicts = [judging.take(mutation) for mutation in batch.mutations]
    transaction.write(judging.changes(progress_after(before, batch, through, lost)))
    return through, verdicts


def partitions(store: Store, batch: Batch) -> set[str]:
    """1. What to lock: the journal's partition, the author's communities, those of cases from below.

    Likewise of cases they were called to: in a year those are of more communities than a batch is about.
    """
    author = batch.author.as_of(EVER)
    serves = Scope.of_posts(author.unit_posts)
    locked = {author.home_id, *serves.community_paths}
    if serves.above or len(author.unit_posts) < len(author.posts):
        locked |= store.communities_of(main_ids(batch.mutations, "case"))
    return locked


def check_order(received: int, mutations: Sequence[Mutation]) -> tuple[int, list[tuple[int, int]]]:
    """2. The new `received_through`, and what is lost, if nothing else of this or before it is missing (P4).

    An `outbox.lost` stands for the stretch it names, or for what stood at its own place; one that names
    anything else tells of no loss.
    """
    through, lost = received, []
    for mutation in mutations:
        if mutation.seq <= through:
            continue
        stretch = through + 1, max(through + 1, mutation.seq - 1)
        is_told = declared(mutation) == stretch
        if is_told:
            lost.append(stretch)
        elif mutation.seq != through + 1:
            raise SequenceGap(received)
        through = mutation.seq
    return through, lost


def declared(mutation: Mutation) -> tuple[int, int] | None:
    """The first and the last place that a mutation says were lost."""
    said = mutation.args if mutation.name == "outbox.lost" and not mutation.flaw else None
    return (said["from"], said["to"]) if said else None


def progress_after(
    before: Progress | None, batch: Batch, through: int, lost: Sequence[tuple[int, int]]
) -> Progress:
    return Progress(
        batch.author.device_id,
        through,
        batch.now,
        batch.offset_ms,
        ((before.lost if before else ()) + tuple(lost)),
    )
