"""Who is on duty now, and the roster as one person sees it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.extensions import reading
from app.models import DutyShift, DutySwap, Membership, Person, Unit
from app.posted import LONGEST
from sync.levels import COMMUNITY, DEPTH, LEVELS
from sync.scene import Author
from sync.scope import Post

AHEAD = timedelta(days=14)
"""So far one sees one's own shifts."""


@dataclass(frozen=True)
class Swap:
    """What somebody asked of a colleague about a shift. `state`: offered, accepted, declined."""

    id: str
    from_id: str
    from_name: str
    to_id: str
    to_name: str
    state: str


@dataclass(frozen=True)
class Shift:
    """A shift that concerns the asker. `person_id` takes it now, who need not be whom the roster named."""

    id: str
    unit_id: str
    unit_name: str
    person_id: str
    person_name: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    swap: Swap | None


@dataclass(frozen=True)
class Colleague:
    """Somebody the asker may ask to take a shift."""

    person_id: str
    name: str


@dataclass(frozen=True)
class OnDuty:
    """Somebody who is on duty now, as what, and until when."""

    person_id: str
    name: str
    kind: str
    ends_at: datetime


@dataclass(frozen=True)
class UnitDuty:
    """A unit, who is on duty there now, and with whom the asker may swap there."""

    unit_id: str
    name: str
    on_duty: list[OnDuty]
    colleagues: list[Colleague]


@dataclass(frozen=True)
class Duty:
    """What one person sees of the roster; `person_id` says who it is."""

    person_id: str
    shifts: list[Shift]
    units: list[UnitDuty]


PARTITION = func.coalesce(Unit.community_id, Unit.id)
"""Where a unit's shifts lie, for statements that have the unit."""


def posts(
    unit_ids: Collection[str], now: datetime
) -> Select[str, str, str, str, str, str, datetime]:
    """Who serves at these units, in which role, and the shift they are on there now, if any.

    Nobody suspended, and nobody who has left the unit: a roster may not know it yet.
    """
    on_now = and_(
        DutyShift.community_id == PARTITION,
        DutyShift.unit_id == Unit.id,
        DutyShift.person_id == Person.id,
        DutyShift.ends_at > now,
        DutyShift.ends_at <= now + LONGEST,
        DutyShift.starts_at <= now,
    )
    return (
        select(
            Unit.id.label("unit_id"),
            Unit.level,
            Membership.role,
            Person.id.label("person_id"),
            Person.name,
            DutyShift.kind.label("shift_kind"),
            DutyShift.ends_at.label("shift_ends_at"),
        )
        .join(Membership, Membership.unit_id == Unit.id)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(DutyShift, on_now)
        .where(Unit.id.in_(unit_ids), Person.suspended_at.is_(None))
        .order_by(Person.name, Person.id, DutyShift.ends_at)
    )


def duty(author: Author, now: datetime) -> Duty:
    """The asker's shifts of the next 14 days, offers to them, and who is on duty now where they serve."""
    mine = [post.unit_id for post in author.unit_posts if post.member]
    shown = list(dict.fromkeys(unit_id for post in author.unit_posts for unit_id in _upwards(post)))
    with reading() as session:
        shifts = _shifts(session, author.person_id, mine, now)
        rows = session.execute(posts(shown, now)).all()
        names = dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(shown))).all())
    units = [_unit(id_, names[id_], rows, id_ in mine, author) for id_ in shown]
    return Duty(author.person_id, shifts, units)


def _upwards(post: Post) -> tuple[str, ...]:
    """The units of a post and those above it up to the community; above that only the post's own."""
    below = post.path[DEPTH - COMMUNITY :]
    return tuple(reversed(below)) or post.path[-1:]


def _unit(unit_id: str, name: str, rows: Sequence[Any], is_mine: bool, author: Author) -> UnitDuty:
    team = [r for r in rows if r.unit_id == unit_id and r.role in LEVELS[r.level].member_roles]
    # by id: who holds two posts at the unit, or is on two shifts, is there once
    on_duty = {
        r.person_id: OnDuty(r.person_id, r.name, r.shift_kind, r.shift_ends_at)
        for r in team
        if r.shift_kind
    }
    others = {
        r.person_id: Colleague(r.person_id, r.name)
        for r in team
        if is_mine and r.person_id != author.person_id
    }
    return UnitDuty(unit_id, name, list(on_duty.values()), list(others.values()))


def _shifts(
    session: Session, person_id: str, unit_ids: Collection[str], now: datetime
) -> list[Shift]:
    taker, asker, asked = (aliased(Person, name=name) for name in ("taker", "asker", "asked"))
    offered = and_(
        DutySwap.to_id == person_id, DutySwap.state == "offered", DutyShift.starts_at > now
    )
    of_shift = and_(
        DutySwap.community_id == DutyShift.community_id, DutySwap.shift_id == DutyShift.id
    )
    own = or_(DutyShift.person_id == person_id, DutyShift.rostered_id == person_id, offered)
    rows = session.execute(
        select(DutyShift, Unit.name, taker.name, DutySwap, asker.name, asked.name)
        .join(Unit, and_(DutyShift.community_id == PARTITION, Unit.id == DutyShift.unit_id))
        .join(taker, taker.id == DutyShift.person_id)
        .outerjoin(DutySwap, of_shift)
        .outerjoin(asker, asker.id == DutySwap.from_id)
        .outerjoin(asked, asked.id == DutySwap.to_id)
        .where(Unit.id.in_(unit_ids), DutyShift.ends_at > now, DutyShift.starts_at < now + AHEAD)
        .where(own)
        .order_by(DutyShift.starts_at, DutyShift.id)
    ).all()
    return [_shift(*row) for row in rows]


def _shift(
    shift: DutyShift,
    unit_name: str,
    person_name: str,
    swap: DutySwap | None,
    from_name: str | None,
    to_name: str | None,
) -> Shift:
    return Shift(
        shift.id,
        shift.unit_id,
        unit_name,
        shift.person_id,
        person_name,
        shift.kind,
        shift.starts_at,
        shift.ends_at,
        _swap(swap, from_name or "", to_name or "") if swap else None,
    )


def _swap(swap: DutySwap, from_name: str, to_name: str) -> Swap:
    return Swap(swap.id, swap.from_id, from_name, swap.to_id, to_name, swap.state)
