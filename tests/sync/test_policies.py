"""What counts when the duty list and a unit have times of their own (docs/cases.md, Deadlines)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.deadlines import CHINA
from sync.instants import to_wire
from sync.policies import (
    DeadlinePolicy,
    DutyItem,
    Limit,
    Matter,
    accept_by,
    needs_consent,
    settle_by,
)
from sync.store import Store
from sync.sweep import sweep
from tests.duty_list import list_item, set_policy
from tests.phone import Phone, case_args, new_id, on_workdays
from tests.sync.test_store_contract import find
from tests.town import MORNING, author, id_of

SETTINGS = settings(max_examples=200, deadline=None, database=None, derandomize=True)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
LEAK = DutyItem("0201", None, None, 7)
LIFT = DutyItem("0301", "urgent", 1, None)


def on_weekdays(day: date) -> bool:
    return day.weekday() < 5


def after(
    urgency: str, *policies: DeadlinePolicy, item: DutyItem | None = None
) -> timedelta | None:
    """How long a grid has to settle a case that reaches it on Monday morning."""
    due = settle_by(Matter("grid", urgency, item), policies, MONDAY, on_weekdays)
    return due - MONDAY if due else None


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_a_duty_items_limit_takes_the_place_of_the_levels_also_when_it_is_longer() -> None:
    assert after("normal") == days(2)
    assert after("normal", item=LEAK) == days(9)
    assert after("urgent", item=LIFT) == timedelta(hours=1)


def test_an_urgent_case_keeps_the_urgent_time_whatever_an_item_that_is_not_urgent_allows() -> None:
    assert after("urgent", item=LEAK) == timedelta(hours=4)
    assert after("normal", item=LIFT) == days(2)
    assert after("normal", item=DutyItem("0401")) == days(2)


def test_a_stricter_policy_counts_at_once_and_a_looser_one_when_the_unit_above_agreed() -> None:
    assert after("normal", DeadlinePolicy("normal", settle_working_days=1)) == days(1)
    asked = DeadlinePolicy("normal", settle_working_days=4)
    assert after("normal", asked) == days(2)
    agreed = DeadlinePolicy("normal", settle_working_days=4, agreed=True)
    assert after("normal", agreed) == days(4)
    assert after("urgent", agreed) == timedelta(hours=4)


def test_a_time_to_accept_counts_at_once_if_it_is_stricter_and_else_when_the_unit_above_agreed() -> (
    None
):
    def accepted(minutes: int, agreed: bool = False) -> timedelta:
        own = DeadlinePolicy("urgent", accept_minutes=minutes, agreed=agreed)
        return accept_by(Matter("grid", "urgent"), [own], MONDAY) - MONDAY

    assert accepted(10) == timedelta(minutes=10)
    assert accepted(45) == timedelta(minutes=30)
    assert accepted(45, agreed=True) == timedelta(minutes=45)


def test_what_says_most_of_the_case_decides() -> None:
    own = DeadlinePolicy("normal", settle_working_days=1)
    of_item = DeadlinePolicy("normal", LEAK.code, settle_hours=12)
    assert after("normal", own, item=LEAK) == days(9)
    assert after("normal", own, of_item, item=LEAK) == timedelta(hours=12)
    assert after("normal", own, of_item) == days(1)
    assert after("normal", own, item=DutyItem("0401")) == days(1)


def test_a_looser_time_for_an_item_takes_nothing_from_the_units_own_until_it_is_agreed() -> None:
    item = DutyItem("0401")
    own = DeadlinePolicy("normal", accept_minutes=60, settle_working_days=1)

    def times(days_: int, agreed: bool = False) -> tuple[timedelta | None, timedelta]:
        minutes = days_ * 24 * 60
        of_item = DeadlinePolicy("normal", item.code, minutes, None, days_, agreed)
        accepted = accept_by(Matter("grid", "normal", item), [own, of_item], MONDAY)
        return after("normal", own, of_item, item=item), accepted - MONDAY

    assert times(4) == (days(1), timedelta(hours=1))
    assert times(4, agreed=True) == (days(4), days(4))
    own = replace(own, accept_minutes=4 * 24 * 60, settle_working_days=4, agreed=True)
    assert times(3) == (days(3), days(3))
    assert times(5) == (days(4), days(4))


def test_what_a_policy_leaves_out_is_as_without_it() -> None:
    of_item = DeadlinePolicy("urgent", LIFT.code, settle_hours=2, agreed=True)
    own = DeadlinePolicy("urgent", accept_minutes=10)
    matter = Matter("grid", "urgent", LIFT)
    assert accept_by(matter, [of_item, own], MONDAY) == MONDAY + timedelta(minutes=10)
    assert after("urgent", of_item, own, item=LIFT) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("policy", "item", "needed"),
    [
        (DeadlinePolicy("normal", settle_working_days=3), None, True),
        (DeadlinePolicy("normal", settle_working_days=2), None, False),
        (DeadlinePolicy("normal", settle_hours=48), None, False),
        (DeadlinePolicy("normal", settle_hours=49), None, True),
        (DeadlinePolicy("urgent", settle_working_days=1), None, True),
        (DeadlinePolicy("urgent", settle_hours=4), None, False),
        (DeadlinePolicy("normal", LEAK.code, settle_working_days=7), LEAK, False),
        (DeadlinePolicy("normal", LEAK.code, settle_working_days=8), LEAK, True),
        (DeadlinePolicy("urgent", accept_minutes=31), None, True),
        (DeadlinePolicy("urgent", accept_minutes=30), None, False),
        (DeadlinePolicy("normal", accept_minutes=24 * 60 + 1), None, True),
        (DeadlinePolicy("normal", accept_minutes=24 * 60), None, False),
    ],
)
def test_only_what_may_give_more_time_needs_consent(
    policy: DeadlinePolicy, item: DutyItem | None, needed: bool
) -> None:
    assert needs_consent(policy, "grid", item) is needed


LIMITS = st.one_of(
    st.builds(Limit, st.integers(1, 400), st.none()),
    st.builds(Limit, st.none(), st.integers(1, 20)),
)


@SETTINGS
@given(LIMITS, LIMITS, st.integers(0, 7 * 24))
def test_a_limit_that_is_not_longer_never_falls_later(one: Limit, other: Limit, hours: int) -> None:
    arrived = MONDAY + timedelta(hours=hours)
    if not one.may_be_longer(other):
        assert one.moment(arrived, on_weekdays) <= other.moment(arrived, on_weekdays)


def test_a_case_gets_the_times_of_its_item_and_of_the_unit_it_reaches(store: Store) -> None:
    list_item(store, "district", LEAK)
    set_policy(store, "garden", DeadlinePolicy("normal", LEAK.code, settle_hours=12))
    set_policy(store, "garden", DeadlinePolicy("normal", accept_minutes=60))
    worker, args = Phone(store, author("worker")), case_args("g1-101", "c")
    worker.do("case.open", **{**args, "kind": "doorstep", "category": LEAK.code})
    (case,) = find(store, "case", new_id("c"))
    opened = datetime.fromisoformat(case.value["opened_at"])
    assert case.value["holder_id"] == id_of("garden-1")
    assert datetime.fromisoformat(case.value["accept_by"]) - opened == timedelta(hours=24)
    # on this phone's server everybody works every day
    assert datetime.fromisoformat(case.value["settle_by"]) - opened == days(7)
    worker.do("case.escalate", id=new_id("c"), event_id=new_id("e"), reason="要物业配合")
    (case,) = find(store, "case", new_id("c"))
    assert case.value["holder_id"] == id_of("garden")
    arrived = datetime.fromisoformat(case.value["accept_by"]) - timedelta(minutes=60)
    assert datetime.fromisoformat(case.value["settle_by"]) - arrived == timedelta(hours=12)


def test_a_case_that_climbs_by_itself_gets_the_time_of_its_item(store: Store) -> None:
    list_item(store, "district", LEAK)
    worker, args = Phone(store, author("worker")), case_args("g1-101", "c")
    worker.do("case.open", **{**args, "kind": "doorstep", "category": LEAK.code})
    climbs = MORNING + timedelta(hours=48)
    assert sweep(store, id_of("community"), [new_id("c")], climbs, on_workdays) == {"unaccepted": 1}
    (case,) = find(store, "case", new_id("c"))
    assert case.value["holder_id"] == id_of("garden")
    assert case.value["settle_by"] == to_wire(climbs + days(7))
