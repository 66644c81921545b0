"""Which phones need help with sending, for those who look after the people who carry them.

It helps and does not watch: no places, no activity beyond the last contact, nobody compared.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.errors import Refused
from app.extensions import reading
from app.models import Device, DeviceReport, JournalEntry, Membership, Person, PushProgress, Unit
from app.services.device_words import said_of
from app.services.recognising import LIFE
from sync.health import Health, by_need, state_of, storage_risk
from sync.scene import Author

MOST = 500
"""Devices of one answer."""


class LeadersOnly(Refused):
    """The asker leads no compound, nor a unit above."""

    code = "leaders_only"


@dataclass(frozen=True, slots=True)
class Known:
    """One device as it was found: its rows, its health, and what the device before it still held."""

    device: Device
    person: Person
    report: DeviceReport | None
    progress: PushProgress | None
    before: DeviceReport | None
    health: Health

    @property
    def lost(self) -> int:
        """How many mutations it declared lost (P4)."""
        stretches = self.progress.lost if self.progress else []
        # what a phone made up before its numbers were bounded is no reason to tell nothing of any phone
        return min(sum(stretch["to"] - stretch["from"] + 1 for stretch in stretches), 2**53)

    @property
    def unsent_before(self) -> int:
        """How many were unsent, when last said, on the device whose database vanished."""
        return (self.before.unsent or 0) if self.before else 0


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
    lost_at = _lost_at(session, [row.PushProgress for row in rows if row.PushProgress])
    contacts: dict[str, datetime] = {}
    for row in rows:
        if at := _contact(row.DeviceReport, row.PushProgress):
            contacts[row.Person.id] = max(at, contacts.get(row.Person.id, at))
    return [
        Known(
            row.Device,
            row.Person,
            row.DeviceReport,
            row.PushProgress,
            row.before,
            _health(row, contacts.get(row.Person.id), lost_at.get(row.Device.id)),
        )
        for row in rows
        if row.Device.id not in replaced
    ]


def _people_below(paths: list[str]) -> Select[str]:
    within = or_(*map(Unit.within, paths))
    return select(Membership.person_id).join(Unit, Membership.unit_id == Unit.id).where(within)


def _query(people: Select[str]) -> Any:
    before, old = aliased(DeviceReport, name="before"), aliased(Device)
    return (
        select(Device, Person, DeviceReport, PushProgress, before, old.id.label("replaced_id"))
        .join(Person, Device.person_id == Person.id)
        .outerjoin(DeviceReport, _of_device(DeviceReport, Device))
        .outerjoin(PushProgress, _of_device(PushProgress, Device))
        .outerjoin(old, and_(old.id == DeviceReport.replaces, old.person_id == Person.id))
        .outerjoin(before, _of_device(before, old))
        .where(Person.id.in_(people), Device.revoked_at.is_(None), Person.suspended_at.is_(None))
    )


def _of_device(table: Any, device: Any) -> Any:
    return and_(table.community_id == device.home_id, table.device_id == device.id)


def _lost_at(session: Session, progresses: Iterable[PushProgress]) -> dict[str, datetime]:
    """When each device last declared something lost."""
    gaps = [progress for progress in progresses if progress.lost]
    entry = JournalEntry
    declared = session.execute(
        select(entry.device_id, func.max(entry.received_at).label("at"))
        .where(
            entry.community_id.in_({progress.community_id for progress in gaps}),
            entry.device_id.in_([progress.device_id for progress in gaps]),
            entry.name == "outbox.lost",
        )
        .group_by(entry.device_id)
    )
    return {row.device_id: row.at for row in declared}


def _contact(report: DeviceReport | None, progress: PushProgress | None) -> datetime | None:
    heard = [report.heard_at] if report else []
    heard += [progress.last_contact_at] if progress else []
    return max(heard, default=None)


def _health(row: Any, person_contact_at: datetime | None, lost_at: datetime | None) -> Health:
    report, progress = row.DeviceReport, row.PushProgress
    newest = _contact(report, progress)
    heard = report if report and report.heard_at == newest else progress
    offset = timedelta(milliseconds=heard.clock_offset_ms if heard else 0)
    if report is None:
        return Health(newest, person_contact_at, offset, lost_at=lost_at)
    return Health(
        newest,
        person_contact_at,
        offset,
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
        "said_at": report.heard_at if report else None,
        "last_contact": health.last_contact_at,
        "received_through": known.progress.received_through if known.progress else 0,
        "lost": known.lost,
        "clock_ahead_seconds": -round(health.clock_offset.total_seconds()),
        "persisted": health.persisted,
        "storage_risk": storage_risk(health.used, health.quota),
        "problem": health.problem,
        "app_version": report.app_version if report else None,
    }
