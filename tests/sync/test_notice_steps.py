"""The little ladder of a notice (docs/cases.md, Notices), against the clock and the calendar on the wall."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.deadlines import CHINA
from sync.notice_steps import (
    AFTER,
    CLIMBING,
    STEPS,
    Standing,
    after_pause,
    audible_at,
    climbs,
    goes_on,
    next_at,
)

SETTINGS = settings(max_examples=200, deadline=None, database=None, derandomize=True)
# a Monday
MIDNIGHT = datetime(2026, 11, 23, tzinfo=CHINA)
MOMENTS = st.floats(0, 366 * 24 * 3600).map(lambda seconds: MIDNIGHT + timedelta(seconds=seconds))


def on_weekdays(day: date) -> bool:
    return day.weekday() < 5


def at(day: int, clock: str) -> datetime:
    return datetime.combine(date(2026, 11, day), time.fromisoformat(clock), CHINA)


def test_a_notice_climbs_from_push_over_channels_and_the_roster_to_the_secretary() -> None:
    assert STEPS == ("push", "channels", "next_on_roster", "secretary")
    assert [AFTER[step] for step in STEPS[:-1]] == list(STEPS[1:])


@pytest.mark.parametrize("clock", ["03:00", "12:00", "23:58"])
def test_an_urgent_notice_climbs_every_five_minutes_also_at_night(clock: str) -> None:
    start = at(28, clock)
    assert after_pause("urgent", start, on_weekdays) == start + timedelta(minutes=5)
    assert audible_at("urgent", start) == start


@pytest.mark.parametrize(
    ("start", "then"),
    [
        ((23, "09:00"), (23, "13:00")),
        ((23, "13:30"), (23, "17:30")),
        ((23, "13:31"), (24, "08:31")),
        ((23, "02:00"), (23, "12:30")),
        ((23, "20:00"), (24, "12:30")),
        # Friday afternoon to Monday morning
        ((27, "16:40"), (30, "11:40")),
        ((28, "10:00"), (30, "12:30")),
    ],
)
def test_a_normal_notice_climbs_every_four_hours_of_working_time(
    start: tuple[int, str], then: tuple[int, str]
) -> None:
    assert after_pause("normal", at(*start), on_weekdays) == at(*then)


@pytest.mark.parametrize(
    ("at_night", "rings"),
    [
        ((23, "20:59"), (23, "20:59")),
        ((23, "21:00"), (24, "08:00")),
        ((23, "23:59"), (24, "08:00")),
        ((24, "00:00"), (24, "08:00")),
        ((24, "07:59"), (24, "08:00")),
        ((24, "08:00"), (24, "08:00")),
    ],
)
def test_a_normal_matter_of_the_night_rings_in_the_morning(
    at_night: tuple[int, str], rings: tuple[int, str]
) -> None:
    assert audible_at("normal", at(*at_night)) == at(*rings)


@SETTINGS
@given(MOMENTS)
def test_a_normal_notice_never_climbs_at_night_nor_on_a_day_off(start: datetime) -> None:
    then = after_pause("normal", start, on_weekdays)
    assert then - start >= timedelta(hours=4)
    assert on_weekdays(then.astimezone(CHINA).date())
    assert audible_at("normal", then) == then


def test_a_step_that_reaches_nobody_is_passed_over_at_once_and_the_last_has_none_after_it() -> None:
    now = at(23, "10:00")
    assert next_at("channels", "normal", now, heard=False, is_working=on_weekdays) == now
    later = next_at("channels", "normal", now, heard=True, is_working=on_weekdays)
    assert later == now + timedelta(hours=4)
    assert next_at("secretary", "urgent", now, heard=True, is_working=on_weekdays) is None


def test_a_notice_climbs_until_somebody_opens_the_case_or_acts_on_it_or_it_is_past() -> None:
    assert goes_on(Standing("case_arrived", "open", seen=False, acted=False))
    assert not goes_on(Standing("case_arrived", "open", seen=True, acted=False))
    assert not goes_on(Standing("case_arrived", "open", seen=False, acted=True))
    assert not goes_on(Standing("case_arrived", "accepted", seen=False, acted=False))
    assert goes_on(Standing("case_overdue", "accepted", seen=False, acted=False))
    for kind in CLIMBING:
        assert not goes_on(Standing(kind, "closed", seen=False, acted=False))


def test_only_what_must_be_acted_on_climbs() -> None:
    assert climbs("case_overdue")
    assert not climbs("case_moved")
    assert not goes_on(Standing("case_moved", "open", seen=False, acted=False))
