"""Whom a line of a timeline is told to: the notices that are written with it (docs/cases.md, Notices)."""

from sync import whistle
from sync.derived import derived_id
from sync.records import Notice, Record
from sync.scene import Author, Scene

IN_PLACE = ("open", "note", "respond")
"""The actions that move no case on, and of which whoever opened it is not told."""


def notices(scene: Scene, case: Record, event: Record) -> list[Notice]:
    """Whom a line concerns: units and people by the kind of notice, and never its own author."""
    action, author = event.value["action"], scene.author
    above = scene.ladder().above(case.value["holder_id"]) if action == "extend" else None
    units = {
        "case_arrived": event.value["to_unit_id"],
        "case_time_asked": above.id if above else None,
        "case_time_answered": case.value["holder_id"] if action in ("grant", "deny") else None,
    }
    people = {
        "case_assigned": case.value["assignee_id"] if action == "assign" else None,
        "case_moved": case.value["opened_by"] if action not in IN_PLACE else None,
        "case_answered": _caller(scene, case) if action == "respond" else None,
    }
    here = event.value["from_unit_id"] or event.value["to_unit_id"]
    to_units = {
        kind: {"unit_id": id_}
        for kind, id_ in units.items()
        if id_ and not _knows(author, id_, here)
    }
    to_people = {k: {"person_id": i} for k, i in people.items() if i and i != author.person_id}
    return [
        Notice(
            notice_id(event.id, kind), case.community_id, kind, case.value["urgency"], case.id, **to
        )
        for kind, to in (to_units | to_people).items()
    ]


def _knows(author: Author, unit_id: str, here: str | None) -> bool:
    """Whether the author's own doing is no news to a unit: they lead it, or it stays `here`, with their team.

    Who serves at two units does not tell the leader of the other by passing a case on.
    """
    post = author.post_at(unit_id)
    return post is not None and (post.leads or unit_id == here)


def _caller(scene: Scene, case: Record) -> str | None:
    """Who called the author to the case."""
    calls = case.value["calls"]
    return next((c["by_id"] for c in calls if c["person_id"] == scene.author.person_id), None)


def called(before: Record, after: Record, event: Record) -> list[Notice]:
    """A notice for each person whom a whistle calls."""
    urgency = after.value["urgency"]
    return [
        Notice(
            notice_id(event.id, f"case_called/{call['person_id']}"),
            after.community_id,
            "case_called",
            urgency,
            after.id,
            person_id=call["person_id"],
        )
        for call in whistle.newly_called(before, after)
    ]


def told_to_joined(scene: Scene, case: Record, event: Record) -> list[Notice]:
    """A notice for whoever opened a case that was joined to this one, or to one of those, when it moves."""
    if event.value["action"] in IN_PLACE:
        return []
    joined = scene.joined(case.id)
    told = [
        Notice(
            notice_id(event.id, f"case_moved/{child.id}"),
            child.community_id,
            "case_moved",
            child.value["urgency"],
            child.id,
            person_id=child.value["opened_by"],
        )
        for child in joined
        if child.value["opened_by"] != scene.author.person_id
    ]
    return told + [one for child in joined for one in told_to_joined(scene, child, event)]


def notice_id(event_id: str, kind: str) -> str:
    """One id per line and kind, so that a notice made twice is one notice."""
    return derived_id(event_id, kind)
