"""Cases take by themselves the steps that are due: judged and written like a batch, but sent by nobody."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sync.deadlines import WorkingDay
from sync.due_effects import taken
from sync.due_steps import next_due, planned
from sync.records import Notice, Record
from sync.store import Changes, Store, Transaction
from sync.timelines import Timelines
from sync.without_device import NOBODY, scene_of


def sweep(
    store: Store,
    community_id: str,
    case_ids: Collection[str],
    now: datetime,
    is_working: WorkingDay,
) -> Counter[str]:
    """Take the steps that are due by `now` for these cases of one community; how many of each.

    The cases are read with the community locked, so what another worker took before is due no more.
    """
    with store.transaction([community_id]) as transaction:
        sweeping = Sweeping(transaction, case_ids, now, is_working)
        sweeping.take_all()
        changes = sweeping.changes(community_id)
        if changes.records:
            transaction.write(changes)
    return sweeping.taken


class Sweeping:
    """Some cases of a community before its transaction: what is known, and what their steps change."""

    def __init__(
        self,
        transaction: Transaction,
        case_ids: Collection[str],
        now: datetime,
        is_working: WorkingDay,
    ) -> None:
        self._transaction, self._now = transaction, now
        self._found = {case.id: case for case in transaction.find("case", case_ids)}
        self._written: dict[tuple[str, str], Record] = {}
        self._notices: list[Notice] = []
        lines = Timelines(transaction, self._found, self._written)
        scene = scene_of(transaction, NOBODY, now, is_working)
        self._scene = scene._replace(look=self._look, timeline=lines.of)
        self.taken: Counter[str] = Counter()

    def take_all(self) -> None:
        """Every step that is due, a case's in order of their moments."""
        for case in self._found.values():
            self._take_those_of(case)

    def changes(self, community_id: str) -> Changes:
        """Everything to write."""
        records = list(self._written.values())
        return Changes(
            community_id, None, records=records, notices=self._notices, swept_at=self._now
        )

    def _take_those_of(self, case: Record) -> None:
        """Of several missed ones only the last tells anybody: what came before it is news no more."""
        # what holds no more in the state that the case has come to is never taken
        case = self._write(planned(case, case, self._now, self._scene.is_working))
        told: tuple[Notice, ...] = ()
        while due := next_due(case, self._now):
            effect = taken(self._scene, case, due)
            for record in effect.records:
                self._write(record)
            case, told = self._written["case", case.id], effect.notices or told
            self.taken[due.step] += 1
        self._notices += told

    def _write(self, record: Record) -> Record:
        if record != self._look(record.type, record.id):
            self._written[record.type, record.id] = record
        return record

    def _look(self, type_: str, id_: str) -> Record | None:
        found = self._found.get(id_) if type_ == "case" else None
        return self._written.get((type_, id_)) or found
