"""One batch before its transaction: what it looks at, what it changes, and a verdict for each mutation."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from uuid import UUID, uuid5

from sync import cases, edits, households, quarantine, settling, visits
from sync.batch import Batch
from sync.case_flow import ACTIONS
from sync.deadlines import WorkingDay
from sync.duty import Serving
from sync.joined import Joined
from sync.loading import Found, Key, Loading, ask, homes, main_ids, read
from sync.mutation import Mutation
from sync.quarantine import hold, is_shut_out
from sync.records import Departed, Notice, Record, departed
from sync.scene import Author, Effect, Scene
from sync.store import Changes, Progress, Transaction
from sync.timelines import Timelines
from sync.verdict import Entry, Judged, Rejected, Verdict, by_id, receipt


def put_on_record(_scene: Scene, _mutation: Mutation) -> Effect:
    """Nothing changes: that it was done stands in the journal, with who did it and when."""
    return Effect()


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
    "resident.unmask": put_on_record,
    "case.unmask": put_on_record,
    "outbox.lost": put_on_record,
    **{f"case.{action}": cases.act for action in ACTIONS},
}
"""What the server takes, by the mutation's name."""


FACTS = frozenset({"outbox.lost", "resident.unmask", "case.unmask"})
"""What a device says has happened: nobody's decision could undo it."""


def handler_of(author: Author, mutation: Mutation) -> Callable[[Scene, Mutation], Effect]:
    """What judges this author's mutation. The intentions of one who was shut out wait for a decision (P8)."""
    held = is_shut_out(author) and mutation.name not in FACTS
    return hold if held else HANDLERS[mutation.name]


class Judging:
    """3. One batch before its transaction: what is known, what it changes, and a verdict for each.

    Everything the batch may look at is loaded in a few queries, whatever its size (`loading.py`), and most of
    it is asked at once, so that the partitions are locked no longer than they must.
    """

    def __init__(self, transaction: Transaction, batch: Batch, is_working: WorkingDay) -> None:
        self._transaction, self.batch, self._is_working = transaction, batch, is_working
        self._sound = [m for m in batch.mutations if not m.flaw]
        self._progress = transaction.progress(batch.author.device_id)
        self._judged = self._journaled([mutation.id for mutation in batch.mutations])
        self._loading = Loading(transaction, self._sound)
        self._read_known: dict[str, Judged] | None = None
        self._read_records: Found | None = None
        self._departed: dict[str, list[Departed]] | None = None
        self._left: list[Departed] = []
        self.ladder = cache(transaction.ladder)
        self._policies = cache(transaction.policies)
        self._duty_item = cache(transaction.duty_item)
        self._written: Found = {}
        case_ids = main_ids(self._sound, "case")
        self._timelines = Timelines(transaction, case_ids, self._written)
        self._joined = Joined(transaction, case_ids, self._written)
        self._entries: list[Entry] = []
        self._notices: list[Notice] = []

    def progress(self) -> Progress | None:
        """How far the device had come; to be read once."""
        return next(iter(self._progress), None)

    def looked_at(self) -> Iterator[Key]:
        """What was asked for already: should any of it be changed meanwhile, `anew` looks again."""
        yield "device", self.batch.author.device_id
        yield from self._loading.keys()

    def anew(self) -> "Judging":
        """The same batch before the transaction as it is now."""
        return type(self)(self._transaction, self.batch, self._is_working)

    def changed(self) -> Iterator[Key]:
        """What of all that can be looked at is another now."""
        yield "device", self.batch.author.device_id
        yield from self._written

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
        author = self.batch.author
        return self._transaction.judged(author.home_id, author.device_id, ids)

    @property
    def _known(self) -> dict[str, Judged]:
        """What was judged before, by id. No `cached_property`, which while it waits for the database would
        hold a lock that all batches share."""
        if self._read_known is None:
            self._read_known = self._all_known()
        return self._read_known

    def _all_known(self) -> dict[str, Judged]:
        known = by_id(self._judged)
        reused = [
            id_when_reused(mutation)
            for mutation in self.batch.mutations
            if mutation.id in known and known[mutation.id].digest != mutation.digest
        ]
        return known | by_id(self._journaled(reused)) if reused else known

    @property
    def _records(self) -> Found:
        if self._read_records is None:
            self._read_records = self._loading.read()
        return self._read_records

    def changes(self, progress: Progress) -> Changes:
        """Everything to write."""
        home_id, records = self.batch.author.home_id, list(self._written.values())
        notices = [*self._notices, *self._of_held()]
        return Changes(home_id, progress, self._entries, records, notices)

    def _of_held(self) -> list[Notice]:
        held = {entry.held_at for entry in self._entries if entry.held_at}
        author, now = self.batch.author, self.batch.now
        return quarantine.notices(held, author, self.ladder(), self._serving, now) if held else []

    def judge(self, mutation: Mutation) -> Effect:
        """4. One mutation by itself: whatever becomes of it, the next is judged all the same (P5)."""
        try:
            if mutation.flaw:
                raise Rejected(mutation.flaw.code, mutation.flaw.detail)
            handle = handler_of(self.batch.author, mutation)
            return handle(self._scene(mutation), mutation)
        except Rejected as refusal:
            return Effect(refusal=refusal)

    def _keep(self, mutation: Mutation, effect: Effect) -> Verdict:
        author, at = self.batch.author, self.batch.corrected(mutation.at)
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
                self.batch.now,
                judged,
                effect.held_at,
            )
        )
        for record in effect.records:
            self._write(record)
        self._notices += effect.notices
        return verdict

    def _write(self, record: Record) -> None:
        """To be written; who saw it at the place it leaves may go on in the same batch (P7)."""
        before = self._look(record.type, record.id)
        if before and (before.grid_id, before.compound_id) != (record.grid_id, record.compound_id):
            self._left.append(departed(before, record, self.batch.now))
        self._written[record.type, record.id] = record

    def _scene(self, mutation: Mutation) -> Scene:
        at = self.batch.corrected(mutation.at)
        batch, ladder = self.batch, self.ladder
        author = batch.author.as_of(at)
        return Scene(
            author,
            at,
            batch.now,
            self._look,
            self._timelines.of,
            self._departures,
            ladder,
            self._is_working,
            self._transaction.latest,
            self._serving,
            self._policies,
            self._duty_item,
            self._joined.of,
        )

    def _serving(self, unit_ids: Iterable[str]) -> list[Serving]:
        return self._transaction.serving(list(unit_ids), self.batch.now)

    def _look(self, type_: str, id_: str) -> Record | None:
        return self._written.get((type_, id_)) or self._records.get((type_, id_))

    def _departures(self, id_: str) -> list[Departed]:
        """The places a record or community left; asked for the whole batch at once, when anybody asks."""
        if self._departed is None:
            self._departed = {}
            self._records.update(read(ask(self._transaction, homes(self._records))))
            ids = {id_ for r in self._records.values() for id_ in (r.id, r.community_id)}
            ids |= {r.value["building_id"] for r in self._records.values() if r.type == "dwelling"}
            for gone in self._transaction.departures(ids):
                self._departed.setdefault(gone.id, []).append(gone)
        return [*self._departed.get(id_, []), *(gone for gone in self._left if gone.id == id_)]


def id_when_reused(mutation: Mutation) -> str:
    """The id under which the journal keeps a mutation whose own id is another's."""
    return str(uuid5(UUID(mutation.id), mutation.digest))
