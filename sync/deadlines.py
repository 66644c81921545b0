"""How the time of a deadline runs: working days by China's calendar, and shares of what lies between."""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

CHINA = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
WorkingDay = Callable[[date], bool]
"""Says whether people work on a day, the State Council's shifted weekends included."""
COUNTED = timedelta(days=1000)
"""Of a longer time days off are not left out: nobody has announced them, and all would wait meanwhile."""


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
    if end - start > COUNTED:
        return share_by_clock(start, end, share)
    begin, stop = start.astimezone(CHINA), end.astimezone(CHINA)
    days = _working_days(begin.year, stop.year, is_working)
    before, in_all = _worked(days, begin), _worked(days, stop)
    if before >= in_all:
        return end
    passed = before + (in_all - before) * share
    if passed > in_all:
        return end + (passed - in_all)
    # what ends a day's work is the end of that day, and not the beginning of the next that is worked
    whole = -(-passed // DAY) - 1
    return max(begin, _midnight(days[whole]) + (passed - whole * DAY))


def share_by_clock(start: datetime, end: datetime, share: float) -> datetime:
    """The same without days off; a time that is over has its end for each of its moments."""
    return start + (end - start) * share if end > start else end


@lru_cache(16)
def _working_days(first: int, last: int, is_working: WorkingDay) -> list[int]:
    """The ordinals of the days, from one year through another, on which people work."""
    ordinals = range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1)
    return [day for day in ordinals if is_working(date.fromordinal(day))]


def _worked(days: list[int], moment: datetime) -> timedelta:
    """How much was worked on these days until a moment."""
    today = moment.toordinal()
    whole = bisect_left(days, today)
    begun = whole < len(days) and days[whole] == today
    return whole * DAY + (moment - _midnight(today) if begun else timedelta())


def _midnight(day: int) -> datetime:
    return datetime.fromordinal(day).replace(tzinfo=CHINA)
