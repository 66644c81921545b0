"""Which steps lie ahead of a case, and when (docs/cases.md, Deadlines), against the calendar on the wall."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.deadlines import CHINA, share_of
from sync.due_steps import next_due, planned
from sync.instants import from_wire, to_wire
from sync.policies import Matter, accept_by, settle_by
from sync.records import Record

SETTINGS = settings(max_examples=100, deadline=None, database=None, derandomize=True)
NIGHT_BEFORE = datetime(2025, 9, 30, 21, 0, tzinfo=CHINA)
HOLIDAY = (date(2025, 10, 1), date(2025, 10, 8))
SATURDAY_WORKED = date(2025, 10, 11)


def off_on_national_day(day: date) -> bool:
    """The State Council's days around National Day of 2025."""
    first, last = HOLIDAY
    return day == SATURDAY_WORKED or (day.weekday() < 5 and not first <= day <= last)


def arrived(level: str, urgency: str, at: datetime = NIGHT_BEFORE) -> Record:
    """A case that reaches a unit of this level."""
    matter = Matter(level, urgency)
    due = settle_by(matter, [], at, off_on_national_day)
    clocks = {"accept_by": to_wire(accept_by(matter, [], at)), "settle_by": due and to_wire(due)}
    value = {"state": "open", "urgency": urgency, "holder_id": level, "resolved_at": None, **clocks}
    return planned(None, Record("case", "c", "community", value), at, off_on_national_day)


def ahead(case: Record) -> list[tuple[str, str]]:
    """The steps ahead of a case, with their moments in China."""
    return [(f"{from_wire(at).astimezone(CHINA):%d %H:%M}", step) for at, step in case.due]


def changed(case: Record, **value: str) -> Record:
    """The case after somebody changed it an hour later."""
    return planned(
        case, case.with_(**value), NIGHT_BEFORE + timedelta(hours=1), off_on_national_day
    )


def test_an_urgent_case_is_timed_round_the_clock_and_climbs_after_twice_the_half_hour() -> None:
    assert ahead(arrived("grid", "urgent")) == [
        ("30 22:00", "unaccepted"),
        ("30 23:00", "due"),
        ("01 00:12", "due_soon"),
        ("01 01:00", "overdue"),
    ]


def test_of_another_case_only_the_time_to_accept_runs_on_through_the_holiday() -> None:
    # three hours of 30 September, all of the 9th, and 21 hours of the 10th
    assert ahead(arrived("grid", "normal")) == [
        ("02 21:00", "unaccepted"),
        ("09 21:00", "due"),
        ("10 11:24", "due_soon"),
        ("10 21:00", "overdue"),
    ]


def test_a_saturday_that_is_worked_counts() -> None:
    # 3 hours, then the 9th, 10th, 11th, 13th, and 21 hours of the 14th
    assert ahead(arrived("community", "normal"))[-1] == ("14 21:00", "overdue")


def test_more_time_that_ends_on_a_day_off_is_over_then_and_not_before_the_holiday() -> None:
    more = changed(arrived("grid", "normal"), settle_by="2025-10-08T04:00:00.000Z")
    assert ahead(more)[-1] == ("08 12:00", "overdue")


def test_a_level_without_a_time_to_settle_has_only_a_time_to_accept() -> None:
    assert ahead(arrived("city", "urgent")) == [("30 22:00", "unaccepted")]


def test_an_accepted_case_does_not_climb_and_keeps_its_other_steps() -> None:
    case = arrived("grid", "urgent")
    assert ahead(changed(case, state="accepted")) == ahead(case)[1:]


def test_ahead_of_a_resolved_case_lies_nothing_but_its_residents_silence() -> None:
    resolved = changed(arrived("grid", "urgent"), state="resolved", resolved_at="since then")
    assert ahead(resolved) == [("07 22:00", "silent")]


def test_more_time_to_settle_begins_those_steps_anew_and_leaves_the_others() -> None:
    longer = to_wire(NIGHT_BEFORE + timedelta(hours=11))
    assert ahead(changed(arrived("grid", "urgent"), settle_by=longer)) == [
        ("30 22:00", "unaccepted"),
        ("01 03:00", "due"),
        ("01 06:00", "due_soon"),
        ("01 08:00", "overdue"),
    ]


def test_a_change_of_other_things_moves_no_step() -> None:
    case = arrived("grid", "urgent")
    assert changed(case, title="楼道漏水").due == case.due


def test_a_case_that_comes_back_at_the_moment_it_arrived_has_all_its_steps_ahead_again() -> None:
    case = arrived("grid", "urgent")
    merged = planned(case, case.with_(state="merged"), NIGHT_BEFORE, off_on_national_day)
    assert ahead(merged) == []
    back = planned(merged, merged.with_(state="open"), NIGHT_BEFORE, off_on_national_day)
    assert ahead(back) == ahead(case)


def test_steps_of_one_moment_come_in_the_order_of_the_table() -> None:
    monday = datetime(2025, 10, 13, 9, 0, tzinfo=CHINA)
    assert ahead(arrived("grid", "normal", monday))[-2:] == [
        ("15 09:00", "overdue"),
        ("15 09:00", "unaccepted"),
    ]


def test_a_step_is_due_from_its_moment_on() -> None:
    case, first = arrived("grid", "urgent"), NIGHT_BEFORE + timedelta(hours=1)
    assert next_due(case, first - timedelta(milliseconds=1)) is None
    assert next_due(case, first) == case.due[0]


@SETTINGS
@given(st.floats(0, 60 * 24), st.floats(0, 40 * 24), st.floats(0, 1), st.floats(0, 1))
def test_a_greater_share_is_no_earlier_and_all_of_it_is_the_end_of_what_is_worked(
    start: float, hours: float, one: float, other: float
) -> None:
    begin = NIGHT_BEFORE + timedelta(hours=start)
    end = begin + timedelta(hours=hours)
    less, more = (share_of(begin, end, s, off_on_national_day) for s in sorted((one, other)))
    assert begin <= less <= more <= end
    last = share_of(begin, end, 1, off_on_national_day)
    assert not any(
        off_on_national_day((last + timedelta(minutes=n)).astimezone(CHINA).date())
        for n in range(1, int((end - last).total_seconds() / 60), 60)
    )
