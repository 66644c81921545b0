"""What those who were shut out wrote before: shown to who leads, accepted or refused by them (P8)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, Select, or_, select

from app.errors import Refused
from app.extensions import reading
from app.models import JournalEntry, Person, Quarantined
from app.models import Unit as UnitRow
from app.schemas.exchange import MutationEnvelope
from app.services.recognising import author_on
from app.services.syncing import checked
from app.services.working_days import is_working_day
from app.store import SqlStore
from sync import deciding
from sync.levels import Unit
from sync.mutation import Mutation
from sync.quarantine import may_decide
from sync.scene import Author
from sync.scope import Post

MOST = 200
"""Lines of one answer."""

Found = Row[JournalEntry, Quarantined, Person, UnitRow]


class NotQuarantined(Refused):
    """No such mutation in quarantine, or none this person may decide about."""

    code = "not_found"


def waiting(author: Author) -> tuple[list[dict[str, Any]], bool]:
    """What waits for this person's decision, the oldest first, and whether there is more."""
    undecided = _below(author.posts).where(Quarantined.decided_at.is_(None))
    entry = JournalEntry
    oldest_first = undecided.order_by(entry.received_at, entry.device_id, entry.seq, entry.id)
    with reading() as session:
        found = session.execute(oldest_first).all()
    mine = [row for row in found if _decides(author, row)]
    return [_line(row) for row in mine[:MOST]], len(mine) > MOST


def decide(author: Author, key: tuple[str, str], accept: bool, now: datetime) -> dict[str, Any]:
    """The decision about the mutation of this device and id that stands. Raises NotQuarantined."""
    one = _below(author.posts).where(Quarantined.device_id == key[0], Quarantined.id == key[1])
    with reading() as session:
        row = session.execute(one).one_or_none()
    writer = author_on(key[0], now)
    if row is None or writer is None or not _decides(author, row):
        raise NotQuarantined
    held = deciding.Held(writer, _mutation(row.JournalEntry), row.JournalEntry.corrected_at)
    ruling = deciding.Ruling(author.person_id, accept, now)
    decision = deciding.decide(SqlStore(), held, ruling, is_working_day)
    return {
        "accepted": decision.accepted,
        "decided_by": decision.person_id,
        "decided_at": decision.at,
        "verdict": decision.verdict,
        "code": decision.code,
        "detail": decision.detail,
    }


def _below(posts: Iterable[Post]) -> Select[JournalEntry, Quarantined, Person, UnitRow]:
    """What is quarantined at or below the units that these posts lead."""
    led = ["/".join(post.path) for post in posts if post.leads]
    entry = JournalEntry
    same = (entry.device_id == Quarantined.device_id) & (entry.id == Quarantined.id)
    return (
        select(entry, Quarantined, Person, UnitRow)
        .join(Quarantined, (entry.community_id == Quarantined.community_id) & same)
        .join(Person, Person.id == entry.person_id)
        .join(UnitRow, UnitRow.id == Quarantined.unit_id)
        .where(or_(False, *map(UnitRow.within, led)))
    )


def _decides(author: Author, row: Found) -> bool:
    unit = row.Unit
    return may_decide(author.posts, Unit(unit.id, unit.level, unit.name, unit.ladder_ids))


def _line(row: Found) -> dict[str, Any]:
    entry = row.JournalEntry
    return {
        "device_id": entry.device_id,
        "id": entry.id,
        "seq": entry.seq,
        "name": entry.name,
        "args": orjson.loads(entry.args),
        "at": entry.corrected_at,
        "received_at": entry.received_at,
        "receipt": entry.receipt,
        "person_id": entry.person_id,
        "person_name": row.Person.name,
        "unit_id": row.Unit.id,
        "unit_name": row.Unit.name,
    }


def _mutation(entry: JournalEntry) -> Mutation:
    names = ("id", "seq", "at", "name", "base")
    sent = {name: getattr(entry, name) for name in names}
    return checked(MutationEnvelope(**sent, args=orjson.loads(entry.args)))
