"""Swapping a shift by agreement: one person offers it, the colleague they ask accepts or declines."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.extensions import writing
from app.models import DutyShift, DutySwap, Membership, Person, Unit
from app.services.telling_people import tell
from sync.levels import LEVELS
from sync.scene import Author


class NoSuchShift(Refused):
    """No such shift of the asker."""

    code = "not_found"


class ShiftBegun(Refused):
    """The shift is on or over."""

    code = "shift_begun"


class NotAColleague(Refused):
    """The other one is not of the team of the shift's unit, or is suspended, or is the asker."""

    code = "not_a_colleague"


class SwapOver(Refused):
    """The offer has been answered otherwise, or is none to the asker, perhaps no more."""

    code = "swap_over"


class OnDutyThen(Refused):
    """Who would take the shift has another one at that time."""

    code = "on_duty_then"


@dataclass(frozen=True)
class Offer:
    """A shift that its person asks a colleague to take; `id` is the phone's, so that it may be sent again."""

    id: str
    shift_id: str
    to_id: str


def offer(author: Author, asked: Offer, now: datetime) -> None:
    """Ask a colleague to take one of the asker's shifts; an earlier request for it ends.

    Sent again it changes nothing. Raises NoSuchShift, ShiftBegun, NotAColleague, OnDutyThen.
    """
    with writing() as session:
        shift = _locked(session, author, asked.shift_id)
        if shift is None or shift.person_id != author.person_id:
            raise NoSuchShift
        if session.get(DutySwap, (shift.community_id, asked.id)):
            return
        _demand_to_come(shift, now)
        if asked.to_id == author.person_id or not _serves(session, asked.to_id, shift.unit_id):
            raise NotAColleague
        _demand_free(session, asked.to_id, shift)
        session.execute(
            delete(DutySwap).where(
                DutySwap.community_id == shift.community_id, DutySwap.shift_id == shift.id
            )
        )
        session.add(_offered(author, asked, shift, now))
        tell(session, shift.community_id, "shift_asked", asked.id, [asked.to_id], now)


def accept(author: Author, swap_id: str, now: datetime) -> None:
    """Take the shift that was offered to the asker; again changes nothing.

    Raises SwapOver, ShiftBegun, NotAColleague, OnDutyThen.
    """
    with writing() as session:
        shift, swap = _offered_to(session, author, swap_id)
        if swap.state == "accepted":
            return
        _demand_open(swap)
        _demand_to_come(shift, now)
        if not _serves(session, author.person_id, shift.unit_id):
            raise NotAColleague
        # so that of two shifts at one time, taken at one moment, the second finds the first
        session.get_one(Person, author.person_id, with_for_update={"key_share": True})
        _demand_free(session, author.person_id, shift)
        shift.person_id = author.person_id
        swap.state, swap.answered_at = "accepted", now
        tell(session, swap.community_id, "shift_taken", swap.id, [swap.from_id], now)


def decline(author: Author, swap_id: str, now: datetime) -> None:
    """Leave the shift with who offered it; again changes nothing. Raises SwapOver."""
    with writing() as session:
        _, swap = _offered_to(session, author, swap_id)
        if swap.state == "declined":
            return
        _demand_open(swap)
        swap.state, swap.answered_at = "declined", now
        tell(session, swap.community_id, "shift_declined", swap.id, [swap.from_id], now)


def _offered_to(session: Session, author: Author, swap_id: str) -> tuple[DutyShift, DutySwap]:
    """The offer to the asker with its shift, which is locked first, as it is when it is offered anew."""
    shift_id = session.scalar(
        select(DutySwap.shift_id).where(
            DutySwap.community_id.in_(_partitions(author)),
            DutySwap.id == swap_id,
            DutySwap.to_id == author.person_id,
        )
    )
    shift = _locked(session, author, shift_id) if shift_id else None
    swap = session.get(DutySwap, (shift.community_id, swap_id)) if shift else None
    if shift is None or swap is None:
        raise SwapOver
    return shift, swap


def _locked(session: Session, author: Author, shift_id: str) -> DutyShift | None:
    return session.scalar(
        select(DutyShift)
        .where(DutyShift.community_id.in_(_partitions(author)), DutyShift.id == shift_id)
        .with_for_update()
    )


def _partitions(author: Author) -> frozenset[str]:
    return author.scope.homes


def _serves(session: Session, person_id: str, unit_id: str) -> bool:
    """Whether they are of the unit's team, and not suspended."""
    found = session.execute(
        select(Unit.level, Membership.role)
        .join(Membership, Membership.unit_id == Unit.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Unit.id == unit_id, Person.id == person_id, Person.suspended_at.is_(None))
    )
    return any(role in LEVELS[level].member_roles for level, role in found)


def _demand_to_come(shift: DutyShift, now: datetime) -> None:
    if shift.starts_at <= now:
        raise ShiftBegun


def _demand_open(swap: DutySwap) -> None:
    if swap.state != "offered":
        raise SwapOver


def _demand_free(session: Session, person_id: str, shift: DutyShift) -> None:
    """At the same unit: elsewhere somebody may well answer for two."""
    other = session.scalar(
        select(DutyShift.id).where(
            DutyShift.community_id == shift.community_id,
            DutyShift.unit_id == shift.unit_id,
            DutyShift.person_id == person_id,
            DutyShift.ends_at > shift.starts_at,
            DutyShift.starts_at < shift.ends_at,
        )
    )
    if other:
        raise OnDutyThen


def _offered(author: Author, asked: Offer, shift: DutyShift, now: datetime) -> DutySwap:
    return DutySwap(
        community_id=shift.community_id,
        id=asked.id,
        shift_id=shift.id,
        from_id=author.person_id,
        to_id=asked.to_id,
        state="offered",
        offered_at=now,
    )
