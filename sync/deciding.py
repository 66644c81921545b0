"""A quarantined mutation is accepted or refused, later and by somebody else than its author (P8)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sync.batch import Batch
from sync.deadlines import WorkingDay
from sync.judging import Judging
from sync.mutation import Mutation
from sync.push import partitions
from sync.scene import Author, Effect
from sync.store import Changes, Store
from sync.verdict import Decision, Judged, Rejected

NOT_ACCEPTED = Effect(refusal=Rejected("not_accepted"))


@dataclass(frozen=True, slots=True)
class Dated(Batch):
    """A mutation whose tap was dated when it came: waiting for a decision adds nothing to its age (P9)."""

    corrected_at: datetime

    def corrected(self, at: datetime) -> datetime:
        return self.corrected_at


@dataclass(frozen=True, slots=True)
class Held:
    """A quarantined mutation as the journal keeps it: its author as they are now, and when it was written."""

    author: Author
    mutation: Mutation
    corrected_at: datetime

    def batch(self, now: datetime) -> Batch:
        """The mutation as if nobody had been shut out."""
        author = replace(self.author, suspended_at=None, revoked_at=None)
        return Dated(author, [self.mutation], now, now, self.corrected_at)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who decides, what, and when."""

    person_id: str
    accept: bool
    now: datetime


class Afresh(Judging):
    """Judges what the journal already has a verdict for, the quarantine, as if it came only now."""

    def _journaled(self, _ids: list[str]) -> Iterable[Judged]:
        return ()


def decide(store: Store, held: Held, ruling: Ruling, is_working: WorkingDay) -> Decision:
    """Settle a quarantined mutation; what was decided first stands, whoever comes later.

    Accepted, it is judged by the same handlers as any, with the posts its author held when they wrote it.
    """
    batch, device_id = held.batch(ruling.now), held.author.device_id
    with store.transaction(partitions(store, batch)) as transaction:
        before = transaction.decision(device_id, held.mutation.id)
        if before:
            return before
        effect = NOT_ACCEPTED
        if ruling.accept:
            effect = Afresh(transaction, batch, is_working).judge(held.mutation)
        decision = _decision(held, ruling, effect)
        transaction.write(
            Changes(
                held.author.home_id,
                None,
                records=list(effect.records),
                notices=list(effect.notices),
                decision=decision,
            )
        )
    return decision


def _decision(held: Held, ruling: Ruling, effect: Effect) -> Decision:
    refusal = effect.refusal
    return Decision(
        held.author.device_id,
        held.mutation.id,
        ruling.accept,
        ruling.person_id,
        ruling.now,
        effect.verdict,
        refusal.code if refusal else None,
        refusal.detail if refusal else None,
    )
