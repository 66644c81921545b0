"""The cases that were joined to some cases, while more is being written."""

from collections.abc import Collection, Mapping

from sync.records import Record
from sync.store import Transaction


class Joined:
    """The stored ones with what is `written` since: asked for all the cases when one is first asked for, and
    for the cases joined to those likewise."""

    def __init__(
        self,
        transaction: Transaction,
        case_ids: Collection[str],
        written: Mapping[tuple[str, str], Record],
    ) -> None:
        self._transaction, self._written = transaction, written
        self._unasked = set(case_ids)
        self._stored: dict[str, dict[str, Record]] = {}

    def of(self, case_id: str) -> list[Record]:
        """The cases joined to one, as they will be."""
        if case_id not in self._stored:
            self._ask({case_id, *self._unasked})
        written = {id_: record for (type_, id_), record in self._written.items() if type_ == "case"}
        cases = (self._stored[case_id] | written).values()
        return [case for case in cases if case.value["merged_into"] == case_id]

    def _ask(self, case_ids: set[str]) -> None:
        self._stored |= {id_: {} for id_ in case_ids}
        found = list(self._transaction.joined(case_ids))
        for case in found:
            self._stored[case.value["merged_into"]][case.id] = case
        self._unasked = {case.id for case in found} - self._stored.keys()
