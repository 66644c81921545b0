"""Which days people work on: the State Council's calendar with its shifted weekends."""

from datetime import date

import chinese_calendar


def is_working_day(day: date) -> bool:
    """Whether people work on this day. A year not announced yet is taken as plain weekdays."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5
