"""A device's batch is taken in. The steps are those of PROTOCOL.md, Pushing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from uuid import UUID, uuid5

from sync import cases, edits, households, settling, visits
from sync.case_flow import ACTIONS
from sync.deadlines import WorkingDay
from sync.duty import Serving
from sync.errors import SequenceGap
from sync.loading import Found, Loading, main_ids
from sync.mutation import Mutation
from sync.quarantine import hold, is_shut_out
from sync.records import Departed, Notice, Record, departed
from sync.scene import Author, Effect, Scene
from sync.store import Changes, Progress, Store, Transaction
from sync.verdict import Entry, Judged, Rejected, Verdict, by_id, receipt


@dataclass(frozen=True, slots=True)
class Batch:
    """The mutations of one exchange, sent at `sent_at` by the device's clock, received `now` by ours."""

    author: Author
    mutations: Sequence[Mutation]
    now: datetime
    sent_at: datetime

    @property
    def offset_ms(self) -> int:
        """What the device's clock lacks to ours (P9)."""
        return round((self.now - self.sent_at).total_seconds() * 1000)

    def corrected(self, at: datetime) -> datetime:
        """When the tap really was: as long before the sending as the device says, never after it (P9)."""
        age = max(self.sent_at - at, timedelta())
        return self.now - min(age, LONGEST_AWAY)


def outbox_lost(_scene: Scene, mutation: Mutation) -> Effect:
    """A device says it truly lost a stretch of its outbox (P4)."""
    return Effect(lost=((mutation.args["from"], mutation.args["to"]),))


EVER = datetime.min.replace(tzinfo=UTC)
LONGEST_AWAY = timedelta(days=366)
"""No tap is taken to be older than this, whatever a broken clock says."""

HANDLERS: dict[str, Callable[[Scene, Mutation], Effect]] = {
    "visit.record": visits.record,
    "visit.amend": edits.edit,
    "dwelling.add": households.add_dwelling,
    "dwelling.edit": edits.edit,
    "resident.add": households.add_resident,
    "resident.edit": edits.edit,
    "resident.remove": households.remove_resident,
    "conflict.settle": settling.settle,
    "case.open": cases.open_case,
    "outbox.lost": outbox_lost,
    **{f"case.{action}": cases.act for action in ACTIONS},
}
"""What the server takes, by the mutation's name."""


def handler_of(author: Author, mutation: Mutation) -> Callable[[Scene, Mutation], Effect]:
    """What judges this author's mutation. The intentions of one who was shut out wait for a decision (P8)."""
    held = is_shut_out(author) and mutation.name != "outbox.lost"
    return hold if held else HANDLERS[mutation.name]


Received = tuple[int, list[Verdict]]
"""How far the device's outbox has been received, and a verdict for each mutation."""


def push(store: Store, batch: Batch, is_working: WorkingDay) -> Received:
    """Take a batch in and say `received_through` and a verdict for each mutation, all durable (P1).

    Raises SequenceGap when mutations before or between these are missing; nothing is applied then.
    """
    with store.transaction(partitions(store, batch)) as transaction:
        return take(transaction, batch, is_working)


def take(transaction: Transaction, batch: Batch, is_working: WorkingDay) -> Received:
    """The same in a transaction over the batch's partitions: durable when that is. Raises SequenceGap, and
    has written nothing then."""
    judging = Judging(transaction, batch, is_working)
    before = transaction.progress(batch.author.device_id)
    through = check_order(before.received_through if before else 0, batch.mutations)
    verdicts = [judging.take(mutation) for mutation in batch.mutations]
    transaction.write(judging.changes(progress_after(before, batch, through, judging.lost)))
    return through, verdicts


def partitions(store: Store, batch: Batch) -> set[str]:
    """1. What to lock: the journal's partition, the author's communities, those of cases from below."""
    scope = batch.author.as_of(EVER).scope
    locked = {batch.author.home_id, *scope.community_paths}
    if scope.above:
        locked |= store.communities_of(main_ids(batch.mutations, "case"))
    return locked


def check_order(received: int, mutations: Sequence[Mutation]) -> int:
    """2. The new `received_through`, if no mutation is missing before or between these (P4).

    An `outbox.lost` stands for the stretch it names.
    """
    through = received
    for mutation in mutations:
        if mutation.seq <= through:
            continue
        if mutation.seq != through + 1 and not declares_lost(mutation, through):
            raise SequenceGap(received)
        through = mutation.seq
    return through


def declares_lost(mutation: Mutation, through: int) -> bool:
    lost = mutation.args if mutation.name == "outbox.lost" and not mutation.flaw else {}
    return lost.get("from") == through + 1 and lost.get("to") == mutation.seq - 1


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


class Judging:
    """3. One batch before its transaction: what is known, what it changes, and a verdict for each.

    Everything the batch may look at is loaded in a few queries, whatever its size (`loading.py`), and most of
    it is asked at once, so that the partitions are locked no longer than they must.
    """

    def __init__(self, transaction: Transaction, batch: Batch, is_working: WorkingDay) -> None:
        self._transaction, self._batch, self._is_working = transaction, batch, is_working
        self._sound = [m for m in batch.mutations if not m.flaw]
        self._judged = self._journaled([mutation.id for mutation in batch.mutations])
        self._loading = Loading(transaction, self._sound)
        self._timelines: dict[str, list[Record]] | None = None
        self._departed: dict[str, list[Departed]] | None = None
        self._left: list[Departed] = []
        self.ladder = cache(transaction.ladder)
        self._policies = cache(transaction.policies)
        self._duty_item = cache(transaction.duty_item)
        self._written: dict[tuple[str, str], Record] = {}
        self._entries: list[Entry] = []
        self._notices: list[Notice] = []
        self.lost: list[tuple[int, int]] = []

    def take(self, mutation: Mutation) -> Verdict:
        """The verdict on one mutation; on a resend the first one again (P2)."""
        before = self._known.get(mutation.id)
        if before is None:
            return self._keep(mutation, self.judge(mutation))
        if before.digest == mutation.digest:
            return before.verdict.again()
        return self._reused(mutation)

    def _reused(self, mutation: Mutation) -> Verdict:
        """An id that came with other content before: rejected, and kept whole under an id of its own (P3)."""
        kept = replace(mutation, id=id_when_reused(mutation))
        before = self._known.get(kept.id)
        if before:
            return before.verdict.again()._replace(id=mutation.id)
        verdict = self._keep(kept, Effect(refusal=Rejected("mutation_id_reused", "/id")))
        return verdict._replace(id=mutation.id)

    def _journaled(self, ids: list[str]) -> Iterable[Judged]:
        author = self._batch.author
        return self._transaction.judged(author.home_id, author.device_id, ids)

    @cached_property
    def _known(self) -> dict[str, Judged]:
        """What was judged before, by id."""
        known = by_id(self._judged)
        reused = [
            id_when_reused(mutation)
            for mutation in self._batch.mutations
            if mutation.id in known and known[mutation.id].digest != mutation.digest
        ]
        return known | by_id(self._journaled(reused)) if reused else known

    @cached_property
    def _records(self) -> Found:
        return self._loading.read()

    def changes(self, progress: Progress) -> Changes:
        """Everything to write."""
        home_id, records = self._batch.author.home_id, list(self._written.values())
        return Changes(home_id, progress, self._entries, records, self._notices)

    def judge(self, mutation: Mutation) -> Effect:
        """4. One mutation by itself: whatever becomes of it, the next is judged all the same (P5)."""
        try:
            if mutation.flaw:
                raise Rejected(mutation.flaw.code, mutation.flaw.detail)
            handle = handler_of(self._batch.author, mutation)
            return handle(self._scene(mutation), mutation)
        except Rejected as refusal:
            return Effect(refusal=refusal)

    def _keep(self, mutation: Mutation, effect: Effect) -> Verdict:
        author, at = self._batch.author, self._batch.corrected(mutation.at)
        verdict = Verdict(
            mutation.id,
            mutation.seq,
            effect.verdict,
            receipt(author.device_id, mutation.id),
            effect.refusal.code if effect.refusal else None,
            effect.refusal.detail if effect.refusal else None,
        )
        judged = self._known[mutation.id] = Judged(verdict, mutation.digest)
        self._entries.append(
            Entry(
                author.device_id,
                author.person_id,
                mutation,
                at,
                self._batch.now,
                judged,
                effect.held_at,
            )
        )
        for record in effect.records:
            self._write(record)
        self._notices += effect.notices
        self.lost += effect.lost
        return verdict

    def _write(self, record: Record) -> None:
        """To be written; who saw it at the place it leaves may go on in the same batch (P7)."""
        before = self._look(record.type, record.id)
        if before and (before.grid_id, before.compound_id) != (record.grid_id, record.compound_id):
            self._left.append(departed(before, record, self._batch.now))
        self._written[record.type, record.id] = record

    def _scene(self, mutation: Mutation) -> Scene:
        at = self._batch.corrected(mutation.at)
        batch, ladder = self._batch, self.ladder
        author = batch.author.as_of(at)
        return Scene(
            author,
            at,
            batch.now,
            self._look,
            self._timeline,
            self._departures,
            ladder,
            self._is_working,
            self._transaction.latest,
            self._serving,
            self._policies,
            self._duty_item,
            self._joined,
        )

    def _joined(self, case_id: str) -> list[Record]:
        """The cases that were joined to this one, as this batch has left them."""
        cases = {case.id: case for case in self._transaction.joined(case_id)}
        cases |= {
            record.id: record for (type_, _), record in self._written.items() if type_ == "case"
        }
        return [case for case in cases.values() if case.value["merged_into"] == case_id]

    def _serving(self, unit_ids: Iterable[str]) -> list[Serving]:
        return self._transaction.serving(list(unit_ids), self._batch.now)

    def _look(self, type_: str, id_: str) -> Record | None:
        return self._written.get((type_, id_)) or self._records.get((type_, id_))

    def _departures(self, id_: str) -> list[Departed]:
        """The places a record left; asked for the whole batch at once, when somebody asks at all."""
        if self._departed is None:
            self._departed = {}
            for gone in self._transaction.departures({key for _, key in self._records}):
                self._departed.setdefault(gone.id, []).append(gone)
        return [*self._departed.get(id_, []), *(gone for gone in self._left if gone.id == id_)]

    def _timeline(self, case_id: str) -> list[Record]:
        """The case's events, as this batch has left them."""
        if self._timelines is None:
            self._timelines = {}
            for event in self._transaction.timelines(main_ids(self._sound, "case")):
                self._timelines.setdefault(event.value["case_id"], []).append(event)
        stored = {event.id: event for event in self._timelines.get(case_id, [])}
        for (type_, id_), record in self._written.items():
            if type_ == "case_event" and record.value["case_id"] == case_id:
                stored[id_] = record
        return list(stored.values())


def id_when_reused(mutation: Mutation) -> str:
    """The id under which the journal keeps a mutation whose own id is another's."""
    return str(uuid5(UUID(mutation.id), mutation.digest))
