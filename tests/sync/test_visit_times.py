"""A visit is dated by the clock of its phone, and put right where that is wrong, on every store (P9)."""

from datetime import datetime, timedelta

import pytest

from sync.instants import from_wire, to_wire
from tests.phone import Phone, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.town import MORNING

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def dated(worker: Phone, off: timedelta, said: datetime) -> str:
    """What becomes of the time said of a visit, tapped in the morning by a clock so far off."""
    args = visit_args("g1-101", "v1", occurred_at=said.isoformat())
    visit = worker.make("visit.record", MORNING + off, **args)
    worker.push(visit, now=MORNING + HOUR, sent_at=MORNING + HOUR + off)
    worker.sync()
    moment: str = worker.records["visit", new_id("v1")]["occurred_at"]
    return moment


@pytest.mark.parametrize("off", [timedelta(), DAY, -DAY, 2 * MINUTE + timedelta(seconds=1)])
def test_p9_a_visit_is_put_right_with_the_clock_it_was_dated_by(
    phone: GetPhone, off: timedelta
) -> None:
    assert dated(phone("worker"), off, MORNING + off) == to_wire(MORNING)


@pytest.mark.parametrize("off", [MINUTE, -MINUTE, 2 * MINUTE, -2 * MINUTE])
def test_p9_for_two_minutes_nobodys_words_are_changed(phone: GetPhone, off: timedelta) -> None:
    assert from_wire(dated(phone("worker"), off, MORNING + off)) == MORNING + off


def test_p9_a_visit_that_a_clock_of_another_age_dates_was_when_it_was_tapped(
    phone: GetPhone,
) -> None:
    ages = 6000 * 365 * DAY
    assert dated(phone("worker"), ages, MORNING) == to_wire(MORNING)


def test_p9_a_time_corrected_before_the_server_knew_the_visit_is_put_right_as_the_visit_was(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    said = {"occurred_at": (MORNING + DAY).isoformat()}
    visit = worker.make("visit.record", MORNING + DAY, **visit_args("g1-101", "v1", **said))
    earlier = {"id": new_id("v1"), "changes": {"occurred_at": to_wire(MORNING + DAY - HOUR)}}
    amend = worker.make("visit.amend", MORNING + DAY, **earlier)
    worker.push(visit, amend, now=MORNING + HOUR, sent_at=MORNING + DAY + HOUR)
    worker.sync()
    assert worker.records["visit", new_id("v1")]["occurred_at"] == to_wire(MORNING - HOUR)


def test_p9_a_time_corrected_where_the_server_had_put_it_right_stays_as_it_is_said(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    dated(worker, DAY, MORNING + DAY)
    earlier = {"id": new_id("v1"), "changes": {"occurred_at": to_wire(MORNING - HOUR)}}
    amend = worker.make("visit.amend", MORNING + DAY + HOUR, **earlier)
    worker.push(amend, now=MORNING + HOUR, sent_at=MORNING + DAY + HOUR)
    worker.sync()
    assert worker.records["visit", new_id("v1")]["occurred_at"] == to_wire(MORNING - HOUR)
