"""Conflict records: what a merge could not show, kept where its author and the secretary see it (M2)."""

from typing import Any

from sync.derived import derived_id
from sync.merge import POLICIES, Field, lost
from sync.records import Record
from sync.stamps import Edit


def conflict_id(record_id: str, field: str, edit: Edit) -> str:
    """One id per field of a lost edit, so that a conflict is the same whichever edit arrived first (M3)."""
    return derived_id(edit.stamp.device_id, edit.stamp.id, record_id, field)


def between(record: Record, field: str, before: Field, after: Field, mine: Edit) -> list[Record]:
    """The conflicts over a field that an edit of it opens, changes or ends.

    One ends without a tap when the field shows its value after all, or when its own author's phone has
    written something newer. An edit by somebody else who saw both values leaves it open.
    """
    policy = POLICIES[record.type][field]
    were, are = lost(policy, before), lost(policy, after)
    over = [
        edit
        for edit, _ in were
        if edit not in [e for e, _ in are]
        and (edit in after.edits or edit.stamp.device_id == mine.stamp.device_id)
    ]
    opened = [conflict(record, field, *pair) for pair in are if pair not in were]
    ended = [conflict(record, field, edit, after.edits[-1]) for edit in over]
    return [*opened, *(settled(record, mine.person_id) for record in ended)]


def conflict(
    record: Record, field: str, edit: Edit, standing: Edit, against: str = "edit"
) -> Record:
    """A lost edit of a field, open, at the record's place; `against` an edit or a removal."""
    value = {
        "grid_id": record.grid_id,
        "compound_id": record.compound_id,
        "record_type": record.type,
        "record_id": record.id,
        "field": field,
        "against": against,
        "mine": _side(edit, edit.value),
        "theirs": _side(standing, None if against == "removal" else standing.value),
        "author_id": edit.person_id,
        "state": "open",
        "settled_by": None,
    }
    return Record("conflict", conflict_id(record.id, field, edit), record.community_id, value)


def settled(conflict_: Record, person_id: str) -> Record:
    """The conflict, closed by this person.

    Nobody needs its two values any more: they would stay on every phone when whom they are about is removed.
    """
    sides = {side: {**conflict_.value[side], "value": None} for side in ("mine", "theirs")}
    return conflict_.with_(state="settled", settled_by=person_id, **sides)


def _side(edit: Edit, value: Any) -> dict[str, Any]:
    return {
        "value": value,
        "name": edit.name,
        "person_id": edit.person_id,
        "at": edit.stamp.at,
        "mutation_id": edit.stamp.id,
    }
