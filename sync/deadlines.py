"""When a case must be accepted and settled (docs/cases.md, Deadlines), by level and urgency."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

from sync.levels import LEVELS, RULE

CHINA = timezone(timedelta(hours=8))
WorkingDay = Callable[[date], bool]
"""Says whether people work on a day, the State Council's shifted weekends included."""


def accept_by(urgency: str, arrived: datetime) -> datetime:
    """When somebody of the unit must have accepted a case that arrived there at `arrived`."""
    if urgency == "urgent":
        return arrived + timedelta(minutes=RULE["accept_urgent_minutes"])
    return arrived + timedelta(hours=RULE["accept_normal_hours"])


def settle_by(
    level: str, urgency: str, arrived: datetime, is_working: WorkingDay
) -> datetime | None:
    """When a unit of this level must have settled the case; None where levels.json sets no time.

    Urgent matters run round the clock. Normal ones fall due at the same time of day, so many working
    days later.
    """
    rule = LEVELS[level]
    if urgency == "urgent":
        hours = rule.settle_urgent_hours
        return None if hours is None else arrived + timedelta(hours=hours)
    days = rule.settle_normal_working_days
    return None if days is None else after_working_days(arrived, days, is_working)


def after_working_days(start: datetime, days: int, is_working: WorkingDay) -> datetime:
    """The moment `days` working days after `start`, by China's calendar days."""
    moment = start.astimezone(CHINA)
    while days > 0:
        moment += timedelta(days=1)
        days -= is_working(moment.date())
    return moment
