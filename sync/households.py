"""What `dwelling.add`, `resident.add` and `resident.remove` do."""

from dataclasses import replace
from typing import Any

from sync import conflicts
from sync.edits import removal_of, unseen, written
from sync.mutation import Mutation
from sync.records import Record
from sync.scene import Effect, Scene
from sync.stamps import Edit
from sync.verdict import Rejected

DWELLING = ("building_id", "entrance", "floor", "room", "occupancy", "note")
RESIDENT = (
    "dwelling_id",
    "name",
    "phone",
    "relation",
    "birth_year",
    "care_needs",
    "consented_on",
)


def add_dwelling(scene: Scene, mutation: Mutation) -> Effect:
    """A door in a building that the author sees."""
    building = scene.need("building", mutation.args["building_id"], "building_id")
    return _added(scene, mutation, "dwelling", building, DWELLING)


def add_resident(scene: Scene, mutation: Mutation) -> Effect:
    """Somebody who lives in a dwelling that the author sees."""
    home = scene.need("dwelling", mutation.args["dwelling_id"], "dwelling_id")
    return _added(scene, mutation, "resident", home, RESIDENT)


def _added(
    scene: Scene, mutation: Mutation, type_: str, where: Record, said: tuple[str, ...]
) -> Effect:
    args = mutation.args
    scene.fresh(type_, args["id"])
    place = {"grid_id": where.grid_id, "compound_id": where.compound_id}
    value: dict[str, Any] = {**place, **{name: args[name] for name in said}}
    return Effect((Record(type_, args["id"], where.community_id, value),))


def remove_resident(scene: Scene, mutation: Mutation) -> Effect:
    """Somebody moved away or asked to be forgotten: the record goes from every phone, whatever came before.

    What others wrote about them that the author had not seen is kept in conflict records.
    """
    record = scene.need("resident", mutation.args["id"], "id")
    mine = written(scene, mutation, record, mutation.args.get("reason"), mutation.base or 0)
    if record.removed:
        return _removed_twice(record, mine)
    kept = [
        conflicts.conflict(record, field, theirs, mine, "removal")
        for field, theirs in unseen(record, mine)
    ]
    return Effect((tombstone(record, mine), *kept), merged=bool(kept))


def _removed_twice(record: Record, mine: Edit) -> Effect:
    if mine.saw(removal_of(record).stamp):
        raise Rejected("not_found", "/args/id")
    return Effect(merged=True)


def tombstone(record: Record, removal: Edit) -> Record:
    """What stays of a removed record: its place and household, and who removed it; nothing that it said."""
    place = {"grid_id": record.grid_id, "compound_id": record.compound_id}
    removed = removal.kept() | {"dwelling_id": record.dwelling_id}
    return replace(record, value=place, stamps={}, removed=removed)
