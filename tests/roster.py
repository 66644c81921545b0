"""Shifts of the town's people, put into the current app's database."""

from datetime import datetime, timedelta

from app.extensions import writing
from app.models import DutyShift
from tests.town import community_of, id_of

HOUR = timedelta(hours=1)


def roster(
    name: str,
    unit: str,
    starts_at: datetime,
    hours: float = 8,
    kind: str = "duty",
    shift: str = "",
) -> str:
    """Put somebody on duty at a unit; the shift's id."""
    shift_id = id_of(shift or f"shift {name}")
    with writing() as session:
        session.add(
            DutyShift(
                community_id=community_of(unit) or id_of(unit),
                id=shift_id,
                unit_id=id_of(unit),
                person_id=id_of(name),
                rostered_id=id_of(name),
                kind=kind,
                starts_at=starts_at,
                ends_at=starts_at + hours * HOUR,
                source="import",
            )
        )
    return shift_id
