"""Which phones need help with sending, for those who look after the people who carry them.

It helps and does not watch: no places, no activity beyond the last contact, nobody compared.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Bundle, Session, aliased

from app.errors import Refused
from app.extensions import reading
from app.models import Device, DeviceReport, JournalEntry, Membership, Person, PushProgress, Unit
from app.models.journal import LOST
from app.services.device_words import said_of
from app.services.recognising import LIFE
from sync.health import Health, by_need, state_of, storage_risk
from sync.scene import Author

MOST = 500
"""Devices of one answer."""

DEVICE: Bundle[Any] = Bundle("device", Device.id, Device.name, Device.platform, Device.created_at)
PERSON: Bundle[Any] = Bundle("person", Person.id, Person.name)
REPORT: Bundle[Any] = Bundle(
    "report", *(c for c in DeviceReport.__table__.columns if not c.primary_key)
)
PROGRESS: Bundle[Any] = Bundle(
    "progress",
    PushProgress.received_through,
    PushProgress.last_contact_at,
    PushProgress.clock_offset_ms,
    # as text, of which nearly all is nothing
    func.nullif(cast(PushProgress.lost, Text), "[]").label("lost"),
)
"""Each as plain columns, all None where there is no such row: for all phones of a city objects take nearly
three times as long, and twice the memory."""


class LeadersOnly(Refused):
    """The asker leads no compound, nor a unit above."""

    code = "leaders_only"


@dataclass(frozen=True, slots=True)
class Known:
    """One device as it was found: the columns of its rows, its health, and how many mutations were unsent,
    when last said, on the device whose database vanished."""

    device: Any
    person: Any
    report: Any
    progress: Any
    unsent_before: int
    health: Health

    @property
    def lost(self) -> int:
        """How many mutations it declared lost (P4)."""
        stretches = orjson.loads(self.progress.lost or "[]")
        # what a phone made up before its numbers were bounded is no reason to tell nothing of any phone
        return min(sum(stretch["to"] - stretch["from"] + 1 for stretch in stretches), 2**53)


def devices(author: Author, language: str, now: datetime) -> dict[str, Any]:
    """The devices of the people of the asker's units and all below, who need help most first.

    `language` is `zh` or `en`. Raises LeadersOnly.
    """
    paths = ["/".join(post.path) for post in author.posts if post.helps]
    if not paths:
        raise LeadersOnly
    with reading() as session:
        found = known(session, _people_below(paths))
    judged = [(state_of(one.health, now), one) for one in found if in_use(one, now)]
    judged.sort(key=lambda pair: (*by_need(pair[0], pair[1].health), pair[1].device.id))
    return {
        "devices": [_told(one, state, language, now) for state, one in judged[:MOST]],
        "states": Counter(state for state, _ in judged),
        "more": len(judged) > MOST,
    }


def in_use(known: Known, now: datetime) -> bool:
    """A phone that was put away long ago, with nothing on it, is nobody's trouble."""
    last = known.health.last_contact_at or known.device.created_at
    return known.health.waiting or now - last < LIFE


def known(session: Session, people: Select[str]) -> list[Known]:
    """The devices of these people that are not shut out, without those another one has replaced."""
    rows = session.execute(_query(people)).all()
    replaced = {row.replaced_id for row in rows}
    lost_at = _lost_at(session, [row.device.id for row in rows if row.progress.lost])
    contacts: dict[str, datetime] = {}
    for row in rows:
        if at := _contact(row):
            contacts[row.person.id] = max(at, contacts.get(row.person.id, at))
    return [
        Known(
            row.device,
            row.person,
            row.report,
            row.progress,
            row.unsent_before or 0,
            _health(row, contacts.get(row.person.id), lost_at.get(row.device.id)),
        )
        for row in rows
        if row.device.id not in replaced
    ]


def _people_below(paths: list[str]) -> Select[str]:
    within = or_(*map(Unit.within, paths))
    return select(Membership.person_id).join(Unit, Membership.unit_id == Unit.id).where(within)


def _query(people: Select[str]) -> Any:
    before, old = aliased(DeviceReport), aliased(Device)
    beside = old.id.label("replaced_id"), before.unsent.label("unsent_before")
    return (
        select(DEVICE, PERSON, REPORT, PROGRESS, *beside)
        .join(Person, Device.person_id == Person.id)
        .outerjoin(DeviceReport, _of_device(DeviceReport, Device))
        .outerjoin(PushProgress, _of_device(PushProgress, Device))
        .outerjoin(old, and_(old.id == DeviceReport.replaces, old.person_id == Person.id))
        .outerjoin(before, _of_device(before, old))
        .where(Person.id.in_(people), Device.revoked_at.is_(None), Person.suspended_at.is_(None))
    )


def _of_device(table: Any, device: Any) -> Any:
    return and_(table.community_id == device.home_id, table.device_id == device.id)


def _lost_at(session: Session, device_ids: Sequence[str]) -> dict[str, datetime]:
    """When each of these devices last declared something lost."""
    return dict(session.execute(losses(device_ids)).all())


def losses(device_ids: Sequence[str]) -> Select[str, datetime]:
    """SELECT these devices with when they last declared something lost, by an index of nothing else."""
    entry = JournalEntry
    return (
        select(entry.device_id, func.max(entry.received_at))
        .where(LOST, entry.device_id.in_(device_ids))
        .group_by(entry.device_id)
    )


def _contact(row: Any) -> datetime | None:
    heard = (row.report.heard_at, row.progress.last_contact_at)
    return max(filter(None, heard), default=None)


def _health(row: Any, person_contact_at: datetime | None, lost_at: datetime | None) -> Health:
    report, newest = row.report, _contact(row)
    heard = report if report.heard_at == newest else row.progress
    return Health(
        newest,
        person_contact_at,
        timedelta(milliseconds=heard.clock_offset_ms or 0),
        report.unsent,
        report.photos_unsent,
        report.oldest_unsent_at,
        report.problem,
        report.persisted,
        report.used,
        report.quota,
        lost_at,
        report.replaced_at,
    )


def _told(known: Known, state: str, language: str, now: datetime) -> dict[str, Any]:
    health, device, report = known.health, known.device, known.report
    return {
        "device_id": device.id,
        "person_id": known.person.id,
        "person_name": known.person.name,
        "device_name": device.name or device.platform,
        "state": state,
        "words": said_of(
            known.person.name, health, state, known.lost, known.unsent_before, language, now
        ),
        "unsent": health.unsent,
        "photos_unsent": health.photos_unsent,
        "oldest_unsent_at": health.oldest_unsent_at if health.waiting else None,
        "said_at": report.heard_at,
        "last_contact": health.last_contact_at,
        "received_through": known.progress.received_through or 0,
        "lost": known.lost,
        "clock_ahead_seconds": -round(health.clock_offset.total_seconds()),
        "persisted": health.persisted,
        "storage_risk": storage_risk(health.used, health.quota),
        "problem": health.problem,
        "app_version": report.app_version,
    }
