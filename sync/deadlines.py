"""When a case must be accepted and settled (docs/cases.md, Deadlines), by level and urgency."""

from collections.abc import Callable, Iterator
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


def share_of(start: datetime, end: datetime, share: float, is_working: WorkingDay) -> datetime:
    """The moment when this share of the time from `start` to `end` has passed, days off left out.

    A share above 1 goes on past `end`, by the clock.
    """
    stretches = list(_working(start, end, is_working))
    left = sum((length for _, length in stretches), timedelta()) * share
    for begin, length in stretches:
        if left <= length:
            return begin + left
        left -= length
    return end + left


def _working(
    start: datetime, end: datetime, is_working: WorkingDay
) -> Iterator[tuple[datetime, timedelta]]:
    """The part of each working day of China's calendar between the two: when it begins, how long it is."""
    moment = start.astimezone(CHINA)
    while moment < end:
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        if is_working(moment.date()):
            yield moment, min(midnight, end) - moment
        moment = midnight
