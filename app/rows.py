"""What the engine writes, as rows of our tables; moments as the wire has them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.models import BlobReference
from sync import whistle
from sync.instants import to_wire
from sync.records import Notice as NoticeToSend
from sync.records import Record, departed
from sync.store import REFERENCE, Changes, Progress
from sync.verdict import Decision, Entry

REMOVED = "removed"
"""Why a removed record left; its departure is its tombstone."""


def departure(before: Record, after: Record, version: int, at: datetime) -> dict[str, Any]:
    """A record left the scopes of the place it had (L4)."""
    left = departed(before, after, at)
    return {
        "community_id": before.community_id,
        "version": version,
        "type": before.type,
        "id": before.id,
        "grid_id": left.grid_id,
        "compound_id": left.compound_id,
        "left_at": to_wire(at),
        "left_community": 0,
        "reached": 0,
        "reason": "out_of_scope",
    }


def moved_away(
    type_: str, id_: str, was: dict[str, str], version: int, at: datetime
) -> dict[str, Any]:
    """A person left the `home_id` it had, or a unit its `path` (L4)."""
    return {
        "community_id": REFERENCE,
        "version": version,
        "type": type_,
        "id": id_,
        **was,
        "left_at": to_wire(at),
        "left_community": 1,
        "reached": 0,
        "reason": "out_of_scope",
    }


def removal(tombstone: Record, version: int, at: datetime) -> dict[str, Any]:
    """A record was removed: it leaves every phone, and its tombstone stays (L4)."""
    return {
        "community_id": tombstone.community_id,
        "version": version,
        "type": tombstone.type,
        "id": tombstone.id,
        "grid_id": tombstone.grid_id,
        "compound_id": tombstone.compound_id,
        "left_at": to_wire(at),
        "left_community": 1,
        "reached": 0,
        "reason": REMOVED,
        "removal": tombstone.removed,
    }


def references(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Which records name which photos."""
    named = {
        (record.community_id, sha256, record.type, record.id)
        for record in records
        for sha256 in record.value.get("photos") or ()
    }
    columns = [column.name for column in BlobReference.__table__.columns]
    return [dict(zip(columns, key, strict=True)) for key in sorted(named)]


KEEP_UNTIL = (
    "ON CONFLICT (community_id, case_id, person_id) DO UPDATE SET until ="
    " CASE WHEN excluded.until IS NULL THEN NULL ELSE coalesce(case_call.until, excluded.until) END"
)
"""A call that is over stays over since then, however often its case is written afterwards."""


def calls(changes: Changes) -> list[dict[str, Any]]:
    """Who has a post at a case because they were called to it, and until when they had it."""
    return [
        {
            "community_id": case.community_id,
            "case_id": case.id,
            "person_id": person_id,
            "until": until and to_wire(until),
        }
        for case in changes.records
        if case.type == "case"
        for person_id, until in whistle.posts_ending(case, changes.at).items()
    ]


def due(record: Record) -> dict[str, Any]:
    """What lies ahead of a record, and when the first of it is due."""
    steps = [step._asdict() for step in record.due]
    return {"due_steps": steps, "next_due_at": record.due[0].at} if steps else {}


def entry(home_id: str, entry: Entry) -> dict[str, Any]:
    """A mutation in the journal of its device's home (P6)."""
    mutation, verdict = entry.mutation, entry.judged.verdict
    return {
        "community_id": home_id,
        "device_id": entry.device_id,
        "id": mutation.id,
        "seq": mutation.seq,
        "person_id": entry.person_id,
        "name": mutation.name,
        "base": mutation.base,
        "args": mutation.sent,
        "at": to_wire(mutation.at),
        "corrected_at": to_wire(entry.corrected_at),
        "received_at": to_wire(entry.received_at),
        "digest": entry.judged.digest,
        "verdict": verdict.verdict,
        "code": verdict.code,
        "detail": verdict.detail,
        "receipt": verdict.receipt,
    }


def quarantined(home_id: str, entry: Entry) -> dict[str, Any]:
    """That an entry of the journal waits for a decision (P8)."""
    key = {"community_id": home_id, "device_id": entry.device_id, "id": entry.mutation.id}
    return {**key, "unit_id": entry.held_at}


def decision(decision: Decision) -> dict[str, Any]:
    """What the decision about it adds."""
    return {
        "decided_at": to_wire(decision.at),
        "decided_by": decision.person_id,
        "accepted": decision.accepted,
        "verdict": decision.verdict,
        "code": decision.code,
        "detail": decision.detail,
    }


def notice(notice: NoticeToSend, changes: Changes) -> dict[str, Any]:
    """A notice that nobody has been told of yet."""
    return {
        "community_id": notice.community_id,
        "id": notice.id,
        "kind": notice.kind,
        "urgency": notice.urgency,
        "case_id": notice.case_id,
        "unit_id": notice.unit_id,
        "person_id": notice.person_id,
        "created_at": to_wire(changes.at),
        "addressed_at": None,
    }


def progress(home_id: str, progress: Progress) -> dict[str, Any]:
    """How far a device has come."""
    return {
        "community_id": home_id,
        "device_id": progress.device_id,
        "received_through": progress.received_through,
        "last_contact_at": to_wire(progress.last_contact_at),
        "clock_offset_ms": progress.clock_offset_ms,
        "lost": [{"from": start, "to": end} for start, end in progress.lost],
    }
