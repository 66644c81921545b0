"""When a case falls due (docs/cases.md, Deadlines), against the calendar on the wall."""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.deadlines import (
    CHINA,
    after_working_days,
    share_by_clock,
    share_of,
)
from sync.instants import from_wire, to_wire
from sync.policies import Matter, accept_by, settle_by

SETTINGS = settings(max_examples=100, deadline=None, database=None, derandomize=True)
FRIDAY_NIGHT = datetime(2026, 11, 27, 23, 30, tzinfo=CHINA)
SECONDS = st.floats(0, 366 * 24 * 3600)
MOMENTS = SECONDS.map(lambda seconds: FRIDAY_NIGHT + timedelta(seconds=seconds))


def on_weekdays(day: date) -> bool:
    return day.weekday() < 5


def days_later(days: int) -> datetime:
    return FRIDAY_NIGHT + timedelta(days=days)


def due(level: str, urgency: str) -> datetime | None:
    return settle_by(Matter(level, urgency), [], FRIDAY_NIGHT, on_weekdays)


def test_an_urgent_case_is_to_be_accepted_within_the_half_hour_and_another_within_a_day() -> None:
    urgent, normal = (accept_by(Matter("grid", u), [], FRIDAY_NIGHT) for u in ("urgent", "normal"))
    assert (urgent, normal) == (FRIDAY_NIGHT + timedelta(minutes=30), days_later(1))


@pytest.mark.parametrize(
    ("level", "hours", "days"),
    [("grid", 4, 4), ("compound", 8, 5), ("community", 24, 7), ("street", 24, 11), ("district", 48, 21)],
)  # fmt: skip
def test_a_level_settles_urgent_cases_by_the_clock_and_others_by_working_days(
    level: str, hours: int, days: int
) -> None:
    by_the_clock = FRIDAY_NIGHT + timedelta(hours=hours)
    assert due(level, "urgent") == by_the_clock
    assert due(level, "normal") == days_later(days)


def test_the_city_holds_no_cases_and_has_no_time_for_them() -> None:
    assert due("city", "urgent") is None
    assert due("city", "normal") is None


@SETTINGS
@given(MOMENTS, st.integers(0, 20))
def test_so_many_working_days_lie_between_a_case_and_its_time(start: datetime, days: int) -> None:
    due = after_working_days(start, days, on_weekdays)
    passed = [start.date() + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert sum(map(on_weekdays, passed)) == days
    assert due.time() == start.time()
    assert days == 0 or on_weekdays(due.date())


@pytest.mark.parametrize(
    ("share", "passed"),
    [(0.5, timedelta(hours=10, minutes=7, seconds=35, milliseconds=250)), (1, timedelta(days=1))],
)
def test_days_off_are_no_part_of_the_time_of_which_a_share_has_passed(
    share: float, passed: timedelta
) -> None:
    """Of this time 3 h 44 min 49.5 s lie in Thursday and 24 h in Friday."""
    friday = datetime(2026, 11, 27, tzinfo=CHINA)
    thursday_evening = datetime(2026, 11, 26, 20, 15, 10, 500000, CHINA)
    sunday_noon = datetime(2026, 11, 29, 12, tzinfo=CHINA)
    assert share_of(thursday_evening, sunday_noon, share, on_weekdays) == friday + passed


def shared_dully(start: datetime, end: datetime, share: float) -> datetime:
    """Minute by minute, of whole minutes."""
    minutes = range(int((end - start).total_seconds() / 60))
    worked = [n for n in minutes if on_weekdays((start + timedelta(minutes=n)).date())]
    passed = len(worked) * share
    if passed > len(worked) or not worked:
        return end + timedelta(minutes=passed - len(worked))
    return start + timedelta(minutes=worked[ceil(passed) - 1] + 1 - (ceil(passed) - passed))


@SETTINGS
@given(
    st.integers(0, 7 * 24 * 60), st.integers(-60, 9 * 24 * 60), st.sampled_from([0.5, 0.8, 1, 2])
)
def test_a_share_of_the_time_on_working_days_is_as_counted_minute_by_minute(
    begins: int, lasts: int, share: float
) -> None:
    start = FRIDAY_NIGHT + timedelta(minutes=begins)
    end = start + timedelta(minutes=lasts)
    off = share_of(start, end, share, on_weekdays) - shared_dully(start, end, share)
    assert abs(off) < timedelta(milliseconds=1)


@SETTINGS
@given(st.integers(-60, 9 * 24 * 60), st.sampled_from([0.5, 0.8, 1, 2]))
def test_a_share_of_the_time_by_the_clock_is_that_of_a_calendar_without_days_off(
    lasts: int, share: float
) -> None:
    end = FRIDAY_NIGHT + timedelta(minutes=lasts)
    worked = share_of(FRIDAY_NIGHT, end, share, lambda _day: True)
    assert share_by_clock(FRIDAY_NIGHT, end, share) == worked


@pytest.mark.parametrize("share", [0.5, 0.8, 1])
def test_a_time_of_thousands_of_years_is_shared_without_looking_at_each_day(share: float) -> None:
    asked: set[date] = set()

    def is_working(day: date) -> bool:
        asked.add(day)
        return True

    end = datetime(9998, 12, 30, tzinfo=CHINA)
    moment = share_of(FRIDAY_NIGHT, end, share, is_working)
    assert moment == FRIDAY_NIGHT + (end - FRIDAY_NIGHT) * share
    assert len(asked) < 2000


@SETTINGS
@given(MOMENTS)
def test_p9_a_moment_on_the_wire_comes_back_to_the_millisecond(moment: datetime) -> None:
    back = from_wire(to_wire(moment))
    assert back == moment - timedelta(microseconds=moment.microsecond % 1000)
    assert (to_wire(back), back.utcoffset()) == (to_wire(moment), timedelta())


@pytest.fixture
def in_china(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server stands where its clock shows China's time."""
    with monkeypatch.context() as there:
        there.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_china")
def test_p9_a_moment_is_the_same_on_the_wire_wherever_the_server_stands() -> None:
    read = from_wire("2026-11-23T08:31:05.402+08:00")
    assert (to_wire(read), read.utcoffset()) == ("2026-11-23T00:31:05.402Z", timedelta())


def test_p9_a_moment_without_an_offset_is_none() -> None:
    with pytest.raises(ValueError, match=r"^a moment needs an offset or Z$"):
        from_wire("2026-11-23T00:31:05.402")
