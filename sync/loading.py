"""What a batch may look at, found in a few queries whatever its size: one a type, and what those lead to."""

from collections.abc import Iterable, Iterator, Sequence

from sync.conflicts import conflict_id
from sync.edits import field_of
from sync.mutation import Mutation
from sync.records import TYPES, Record
from sync.store import Transaction

Key = tuple[str, str]
"""The type of a record, and its id."""
Found = dict[Key, Record]
Wanted = dict[str, set[str]]
"""Ids of records by their type."""

REFERENCES = {
    "dwelling_id": "dwelling",
    "visit_id": "visit",
    "building_id": "building",
    "into_id": "case",
    "event_id": "case_event",
}
"""The arguments that name another record, and its type."""


class Loading:
    """The records that these sound mutations are about or name: asked at once, read later."""

    def __init__(self, transaction: Transaction, mutations: Sequence[Mutation]) -> None:
        self._transaction, self._mutations = transaction, mutations
        self._wanted = wanted(mutations)
        self._asked = ask(transaction, self._wanted)

    def keys(self) -> Iterator[Key]:
        """Them, found or not."""
        return ((type_, id_) for type_, ids in self._wanted.items() for id_ in ids)

    def read(self) -> Found:
        """Them, then what those lead to."""
        found = read(self._asked)
        for leads_to in (fought_over, contested, buildings):
            found |= read(ask(self._transaction, leads_to(self._mutations, found)))
        while further := read(ask(self._transaction, settling(self._mutations, found))):
            found |= further
        return found


def ask(transaction: Transaction, ids: Wanted) -> list[Iterable[Record]]:
    """Ask for these records, one question a type."""
    return [transaction.find(type_, of_type) for type_, of_type in ids.items() if of_type]


def read(asked: Iterable[Iterable[Record]]) -> Found:
    """The records asked for."""
    return {(record.type, record.id): record for records in asked for record in records}


def main_ids(mutations: Iterable[Mutation], *types: str) -> set[str]:
    """The ids of the main records, of these types, that sound mutations are about."""
    return {m.args["id"] for m in mutations if not m.flaw and m.name.partition(".")[0] in types}


def wanted(mutations: Iterable[Mutation]) -> Wanted:
    """The records a batch names, by type."""
    ids: Wanted = {}
    for mutation in mutations:
        args, type_ = mutation.args, mutation.name.partition(".")[0]
        if type_ in TYPES:
            ids.setdefault(type_, set()).add(args["id"])
        for argument, named in REFERENCES.items():
            if args.get(argument):
                ids.setdefault(named, set()).add(args[argument])
        if mutation.name == "case.open":
            # the first line of its timeline has the id of the opening itself
            ids.setdefault("case_event", set()).add(mutation.id)
    return ids


def fought_over(_mutations: Sequence[Mutation], found: Found) -> Wanted:
    """The records that conflicts to be settled are about."""
    ids: Wanted = {}
    for (type_, _), record in found.items():
        if type_ == "conflict":
            ids.setdefault(record.value["record_type"], set()).add(record.value["record_id"])
    return ids


def contested(_mutations: Sequence[Mutation], found: Found) -> Wanted:
    """The conflicts there may be over fields with edits that had not seen each other."""
    return {
        "conflict": {
            conflict_id(record.id, field, edit)
            for record in found.values()
            for field in record.stamps
            if len(edits := field_of(record, field).edits) > 1
            for edit in edits
        }
    }


def buildings(mutations: Sequence[Mutation], found: Found) -> Wanted:
    """The buildings of dwellings that cases are opened for."""
    if not any(mutation.name == "case.open" for mutation in mutations):
        return {}
    homes = (record for (type_, _), record in found.items() if type_ == "dwelling")
    return {"building": {home.value["building_id"] for home in homes}}


def settling(mutations: Sequence[Mutation], found: Found) -> Wanted:
    """Those that cases which are rated were joined to, and that those were, one step further."""
    if not any(mutation.name == "case.rate" for mutation in mutations):
        return {}
    ids = {record.value["merged_into"] for (type_, _), record in found.items() if type_ == "case"}
    return {"case": {id_ for id_ in ids if id_ and ("case", id_) not in found}}


def homes(found: Found) -> Wanted:
    """The dwellings that these records are of."""
    ids = {record.dwelling_id for record in found.values()}
    return {"dwelling": {id_ for id_ in ids if id_ and ("dwelling", id_) not in found}}
