"""What `dwelling.edit`, `resident.edit` and `visit.amend` do, and how a field of a record is changed."""

from dataclasses import replace
from typing import Any

from sync import conflicts, visits
from sync.instants import to_wire
from sync.merge import POLICIES, SERVER, Field, edits_in, merge_field
from sync.mutation import Mutation
from sync.records import Record
from sync.scene import Effect, Scene
from sync.stamps import Edit, Stamp
from sync.store import epoch_of
from sync.verdict import Rejected


def edit(scene: Scene, mutation: Mutation) -> Effect:
    """Change fields of a record one by one, beside what others changed meanwhile (M1).

    `base` null means that the author had seen no version: what their own device did, and no more.
    """
    changes = said(scene, mutation)
    record = scene.need(mutation.name.partition(".")[0], mutation.args["id"], "id")
    check(record.type, changes)
    edits = {
        field: written(scene, mutation, record, value, mutation.base or 0)
        for field, value in changes.items()
    }
    if record.removed:
        return too_late(record, edits)
    after, found = record, []
    for field, mine in edits.items():
        after, more = put(after, field, mine)
        found += more
    return Effect((after, *found), merged=any(unseen(record, mine) for mine in edits.values()))


def said(scene: Scene, mutation: Mutation) -> dict[str, Any]:
    """The changes; when a visit was, which its author knew by their own clock only, is put right (P9)."""
    changes: dict[str, Any] = mutation.args["changes"]
    if mutation.base or "occurred_at" not in changes:
        return changes
    return {**changes, "occurred_at": visits.happened(scene, mutation, changes["occurred_at"])}


def check(type_: str, changes: dict[str, Any]) -> None:
    """Reject a change of what only the server sets, naming the field."""
    for field in changes:
        if POLICIES[type_].get(field, SERVER) == SERVER:
            raise Rejected("invalid", f"/args/changes/{field}")


def written(scene: Scene, mutation: Mutation, record: Record, value: Any, base: int) -> Edit:
    """This value as written by the scene's author.

    A version that a lost epoch gave, between the record's and this epoch's first, has not seen it (L5).
    """
    author = scene.author
    after = max(record.version, epoch_of(scene.latest(record.community_id)))
    stamp = Stamp(to_wire(scene.at), author.device_id, mutation.id, after)
    return Edit(stamp, base, author.person_id, author.name, value)


def field_of(record: Record, field: str) -> Field:
    """A field of a record with what is remembered of it."""
    return Field.read(record.value[field], record.stamps.get(field, {}))


def with_field(record: Record, name: str, field: Field) -> Record:
    """The record with this field, and what is remembered of it."""
    changed = record.with_(**{name: field.value})
    return replace(changed, stamps={**record.stamps, name: field.kept()})


def put(
    record: Record, field: str, mine: Edit, seen: tuple[str, ...] = ()
) -> tuple[Record, list[Record]]:
    """The record with one edit merged in, and the conflicts that this touches.

    `seen` are mutations that its author had before their eyes, whatever version they looked at.
    """
    before = field_of(record, field)
    after = merge_field(POLICIES[record.type][field], before.without(*seen), mine)
    return with_field(record, field, after), conflicts.between(record, field, before, after, mine)


def unseen(record: Record, mine: Edit) -> list[tuple[str, Edit]]:
    """What others changed, by field, that the author of this edit had not seen."""
    return [
        (field, theirs)
        for field, kept in record.stamps.items()
        for theirs in edits_in(kept)
        if not mine.saw(theirs.stamp)
    ]


def too_late(record: Record, edits: dict[str, Edit]) -> Effect:
    """Keep an edit of a record that somebody removed meanwhile in conflict records; it stays removed.

    Who has removed it themselves, or has seen that, finds it no more.
    """
    removal = removal_of(record)
    if any(mine.saw(removal.stamp) for mine in edits.values()):
        raise Rejected("not_found", "/args/id")
    kept = (conflicts.conflict(record, f, mine, removal, "removal") for f, mine in edits.items())
    return Effect(tuple(kept), superseded=True)


def removal_of(record: Record) -> Edit:
    """Who removed a record, and when."""
    return Edit.read({n: kept for n, kept in (record.removed or {}).items() if n != "dwelling_id"})
