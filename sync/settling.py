"""What `conflict.settle` does: one tap says which of two values a field is to have (M2)."""

from collections.abc import Callable
from typing import Any

from sync.conflicts import settled
from sync.edits import field_of, put, with_field, written
from sync.merge import JOINED
from sync.mutation import Mutation
from sync.records import Record
from sync.scene import Effect, Scene
from sync.verdict import Rejected


def settle(scene: Scene, mutation: Mutation) -> Effect:
    """Close a conflict, judged by its present state: `keep` mine (the lost value), theirs, or both.

    Settled already, it is `superseded`. The value kept is a new edit by who settled, which has seen the two
    values of the conflict and nothing else; so what somebody wrote since is merged with it, not overwritten.
    """
    conflict = scene.need("conflict", mutation.args["id"], "id")
    if not may_settle(scene, conflict):
        raise Rejected("not_allowed", "/name")
    if conflict.value["state"] == "settled":
        return Effect(superseded=True)
    record = scene.look(conflict.value["record_type"], conflict.value["record_id"])
    kept = KEEP[mutation.args["keep"]](scene, mutation, conflict, record)
    # to the phone whose value was lost, it ends by what is kept, too
    others = [changed for changed in kept if changed.id != conflict.id]
    return Effect((*others, settled(conflict, scene.author.person_id)))


def may_settle(scene: Scene, conflict: Record) -> bool:
    """The authors of both values, and who leads the compound or the community."""
    author, units = scene.author, (conflict.compound_id, conflict.community_id)
    authors = (conflict.value["author_id"], conflict.value["theirs"]["person_id"])
    return author.person_id in authors or any(
        post.leads and post.unit_id in units for post in author.posts
    )


def keep_theirs(
    _scene: Scene, _mutation: Mutation, conflict: Record, record: Record | None
) -> list[Record]:
    """The field stays as it is; the lost edit is forgotten, so that it opens no conflict again."""
    if record is None or record.removed:
        return []
    name = conflict.value["field"]
    before = field_of(record, name)
    after = before.without(conflict.value["mine"]["mutation_id"])
    return [] if after == before else [with_field(record, name, after)]


def keep_mine(
    scene: Scene, mutation: Mutation, conflict: Record, record: Record | None
) -> list[Record]:
    """The lost value as a new edit."""
    return _take(scene, mutation, conflict, record, conflict.value["mine"]["value"])


def keep_both(
    scene: Scene, mutation: Mutation, conflict: Record, record: Record | None
) -> list[Record]:
    """Both values in one short text, the earlier first; rejected where a field can't hold two.

    Beside an empty one the other stands alone.
    """
    value = conflict.value
    sides = sorted((value["mine"], value["theirs"]), key=lambda side: str(side["at"]))
    text = " / ".join(filter(None, (str(side["value"]) for side in sides)))
    if len(text) > JOINED.get(value["record_type"], {}).get(value["field"], 0):
        raise Rejected("invalid", "/args/keep")
    return _take(scene, mutation, conflict, record, text)


KEEP: dict[str, Callable[[Scene, Mutation, Record, Record | None], list[Record]]] = {
    "mine": keep_mine,
    "theirs": keep_theirs,
    "both": keep_both,
}


def _take(
    scene: Scene, mutation: Mutation, conflict: Record, record: Record | None, value: Any
) -> list[Record]:
    if record is None or record.removed:
        raise Rejected("record_removed", "/args/keep")
    said = conflict.value
    seen = (said["mine"]["mutation_id"], said["theirs"]["mutation_id"])
    mine = written(scene, mutation, record, value, base=0)
    after, found = put(record, said["field"], mine, seen)
    return [after, *found]
