"""Which days a roster's words mean, and from when to when a shift of one day lasts. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sync.deadlines import CHINA

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What kind of day a day is, by the State Council; a day off that is no holiday is a weekend's.

    `is_announced` says whether the holidays of a year are known yet.
    """

    is_working: Callable[[date], bool]
    is_holiday: Callable[[date], bool]
    is_announced: Callable[[int], bool]


Pattern = Callable[[date, Calendar], bool]
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
HOLIDAYS = "法定节假日"


def _on(weekday: int) -> Pattern:
    return lambda day, _: day.weekday() == weekday


PATTERNS: dict[str, Pattern] = {
    "每天": lambda _day, _calendar: True,
    # with the weekends that people work to have a longer holiday
    "工作日": lambda day, calendar: calendar.is_working(day),
    "周末": lambda day, calendar: not calendar.is_working(day) and not calendar.is_holiday(day),
    HOLIDAYS: lambda day, calendar: calendar.is_holiday(day),
    **{name: _on(weekday) for weekday, name in enumerate(WEEKDAYS)},
}
"""The words of the column 重复. 工作日, 周末 and 法定节假日 share out all days: none is in two of them."""


def days(patterns: frozenset[str], first: date, last: date, calendar: Calendar) -> Iterator[date]:
    """The days from the first to the last that one of these patterns means."""
    for number in range((last - first).days + 1):
        day = first + number * DAY
        if any(PATTERNS[name](day, calendar) for name in patterns):
            yield day


def span(day: date, start: int, end: int) -> tuple[datetime, datetime]:
    """From when to when, given in minutes after midnight in China; not ending later, it ends the next day."""
    midnight = datetime.combine(day, time(), CHINA).astimezone(UTC)
    lasts = end - start if end > start else end - start + 24 * 60
    starts_at = midnight + timedelta(minutes=start)
    return starts_at, starts_at + timedelta(minutes=lasts)
