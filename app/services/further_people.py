"""Whom a notice turns to when those it was for do not open it: the next on the roster, then the secretary."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app import posted
from app.models import DutyShift, Membership, Person, Unit
from app.services.notice_standing import Found
from app.services.rostering import AHEAD, PARTITION
from sync.levels import COMPOUND, DEPTH, HIGHEST_HOLDER, LEVELS


class Others(NamedTuple):
    """Whom a notice turns to, and the rank of the unit they lead; 0 where it is their own unit's."""

    people: set[str]
    rank: int = 0


def next_on_rosters(
    session: Session, notices: Mapping[str, Found], now: datetime
) -> dict[str, Others]:
    """For each notice who of those not told has come on shift at its unit since, or comes next; or nobody."""
    of_unit = and_(
        DutyShift.community_id == PARTITION,
        DutyShift.unit_id == Unit.id,
        DutyShift.person_id == Membership.person_id,
    )
    coming = session.execute(
        select(Unit.id, Membership.person_id)
        .join(Membership, Membership.unit_id == Unit.id)
        .join(Person, Person.id == Membership.person_id)
        .join(DutyShift, of_unit)
        .where(
            Unit.id.in_({found.unit_id for found in notices.values()}),
            Person.suspended_at.is_(None),
            DutyShift.ends_at > now,
            DutyShift.starts_at < now + AHEAD,
        )
        .order_by(DutyShift.starts_at, DutyShift.id)
    ).all()
    people = {}
    for id_, found in notices.items():
        known = found.told | found.callers
        untold = (p for unit_id, p in coming if unit_id == found.unit_id and p not in known)
        people[id_] = Others({person_id for person_id in [next(untold, None)] if person_id})
    return people


def secretaries(session: Session, notices: Mapping[str, Found], now: datetime) -> dict[str, Others]:
    """For each notice who leads its unit, or the compound its grid lies in, and has not been told.

    Where that is who blew the whistle, or nobody, it is who leads the next unit above.
    """
    unit_ids = {found.unit_id for found in notices.values()}
    paths = session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(unit_ids))).all()
    upwards = {id_: path.split("/")[: DEPTH + 1 - COMPOUND][::-1] for id_, path in paths}
    leads: dict[str, Others] = {}
    for one in posted.serving(session, {id_ for units in upwards.values() for id_ in units}, now):
        rank = LEVELS[one.level].rank
        if one.leads and rank <= HIGHEST_HOLDER:
            leads.setdefault(one.unit_id, Others(set(), rank)).people.add(one.person_id)
    return {
        id_: _untold(_first_others(leads, upwards[found.unit_id], found.callers), found.told)
        for id_, found in notices.items()
    }


def _untold(others: Others, told: frozenset[str]) -> Others:
    return others._replace(people=others.people - told)


def _first_others(
    leads: Mapping[str, Others], upwards: Sequence[str], callers: frozenset[str]
) -> Others:
    """Who leads the first of these units that somebody else than these callers leads."""
    known = (leads[unit_id] for unit_id in upwards if unit_id in leads)
    others = (one._replace(people=one.people - callers) for one in known)
    return next((one for one in others if one.people), Others(set()))
