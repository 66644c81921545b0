"""Who is on duty now, and the roster as one person sees it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app import posted
from app.extensions import reading
from app.models import DutyShift, DutySwap, Person, Unit
from sync.duty import Serving
from sync.levels import COMMUNITY, DEPTH
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


def duty(author: Author, now: datetime) -> Duty:
    """The asker's shifts of the next 14 days, offers to them, and who is on duty now where they serve."""
    mine = [post.unit_id for post in author.unit_posts if post.member]
    shown = list(dict.fromkeys(unit_id for post in author.unit_posts for unit_id in _upwards(post)))
    with reading() as session:
        shifts = _shifts(session, author.person_id, mine, now)
        serving = list(posted.on_shifts(session, shown, now))
        names = dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(shown))).all())
    units = [_unit(id_, names[id_], serving, id_ in mine, author) for id_ in shown]
    return Duty(author.person_id, shifts, units)


def _upwards(post: Post) -> tuple[str, ...]:
    """The units of a post and those above it up to the community; above that only the post's own."""
    below = post.path[DEPTH - COMMUNITY :]
    return tuple(reversed(below)) or post.path[-1:]


def _unit(
    unit_id: str,
    name: str,
    serving: list[tuple[Serving, posted.Shift | None]],
    is_mine: bool,
    author: Author,
) -> UnitDuty:
    team = [(one, shift) for one, shift in serving if one.unit_id == unit_id and one.member]
    # by id: who holds two posts at the unit, or is on two shifts, is there once
    on_duty = {
        one.person_id: OnDuty(one.person_id, one.name, shift.kind, shift.ends_at)
        for one, shift in team
        if shift
    }
    others = {
        one.person_id: Colleague(one.person_id, one.name)
        for one, _ in team
        if is_mine and one.person_id != author.person_id
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
