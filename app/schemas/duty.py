"""The roster as a phone shows it, and swaps."""

from typing import Literal

from app.schemas.shapes import Id, Moment, Shape

ShiftKind = Literal["duty", "after_hours"]


class DutySwap(Shape):
    """What somebody asked of a colleague about a shift."""

    id: Id
    from_id: Id
    from_name: str
    to_id: Id
    to_name: str
    state: Literal["offered", "accepted", "declined"]


class DutyShift(Shape):
    """A shift that the asker takes, was named for, or was asked to take; `person_id` takes it now."""

    id: Id
    unit_id: Id
    unit_name: str
    person_id: Id
    person_name: str
    kind: ShiftKind
    starts_at: Moment
    ends_at: Moment
    swap: DutySwap | None


class Colleague(Shape):
    person_id: Id
    name: str


class OnDuty(Shape):
    """Somebody who is on duty now, and until when."""

    person_id: Id
    name: str
    kind: ShiftKind
    ends_at: Moment


class UnitDuty(Shape):
    """A unit, who is on duty there now, and with whom the asker may swap there."""

    unit_id: Id
    name: str
    on_duty: list[OnDuty]
    colleagues: list[Colleague]


class DutyAnswer(Shape):
    """The asker's shifts of the next 14 days, and their units with those above up to the community.

    `person_id` is the asker, by whom a phone knows that nobody else has signed in meanwhile.
    """

    person_id: Id
    shifts: list[DutyShift]
    units: list[UnitDuty]


class SwapRequest(Shape):
    """Ask this colleague to take this shift; `id` is made by the phone, so that it may be sent again."""

    id: Id
    shift_id: Id
    to_id: Id
