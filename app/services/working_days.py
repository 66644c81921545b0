"""Which days people work on: the State Council's calendar with its shifted weekends."""

from datetime import date
from functools import cache, lru_cache

import chinese_calendar


@lru_cache(1000)
def is_working_day(day: date) -> bool:
    """Whether people work on this day; a batch of cases asks for the same ones again and again.

    A year not announced yet is taken as plain weekdays.
    """
    if is_announced(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


@cache
def is_announced(year: int) -> bool:
    """Whether the calendar knows which days of the year are off."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def is_holiday(day: date) -> bool:
    """Whether this day is off for a holiday, weekends within it too; False in a year not announced yet."""
    if not is_announced(day.year):
        return False
    off, name = chinese_calendar.get_holiday_detail(day)
    return bool(off and name)
