"""What stands on the timelines of some cases, while more is being written."""

from collections.abc import Collection, Mapping

from sync.records import Record
from sync.store import Transaction


class Timelines:
    """The stored ones with what is `written` since, read for all the cases when one is first asked for."""

    def __init__(
        self,
        transaction: Transaction,
        case_ids: Collection[str],
        written: Mapping[tuple[str, str], Record],
    ) -> None:
        self._transaction, self._case_ids, self._written = transaction, case_ids, written
        self._stored: dict[str, dict[str, Record]] | None = None

    def of(self, case_id: str) -> list[Record]:
        """One case's lines, as they will be."""
        if self._stored is None:
            self._stored = {}
            for line in self._transaction.timelines(self._case_ids):
                self._stored.setdefault(line.value["case_id"], {})[line.id] = line
        written = {
            id_: record
            for (type_, id_), record in self._written.items()
            if type_ == "case_event" and record.value["case_id"] == case_id
        }
        return list((self._stored.get(case_id, {}) | written).values())
