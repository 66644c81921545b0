"""What a resident says of their case by the link of their receipt, on every store."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sync.derived import derived_id
from sync.instants import to_wire
from sync.policies import DutyItem
from sync.resident import Rating, rate
from sync.store import Store
from tests.duty_list import list_item
from tests.phone import Phone, case_args, new_id, on_workdays
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

C1, C2 = new_id("c1"), new_id("c2")
DAY = timedelta(days=1)
SOLVED, UNSOLVED = Rating(True, True, "修得很好"), Rating(False, None, "还是漏")


@pytest.fixture
def leader(phone: GetPhone) -> Phone:
    """A phone of the grid's leader, where two doorstep cases have come."""
    worker = phone("worker")
    for name in ("c1", "c2"):
        worker.do("case.open", **case_args("g1-101", name, kind="doorstep"))
    return phone("leader")


def act(leader: Phone, action: str, case_id: str = C1, at: Any = MORNING, **args: Any) -> None:
    args = {"id": case_id, "event_id": new_id(f"{action} {case_id} {at}"), **args}
    (verdict,) = leader.push(leader.make(f"case.{action}", at, **args), now=at)
    assert verdict.verdict == "applied", verdict


def settle(leader: Phone, case_id: str = C1, at: Any = MORNING) -> None:
    act(leader, "accept", case_id, at)
    act(leader, "resolve", case_id, at, text="修好了")


def says(store: Store, rating: Rating, at: Any = MORNING + DAY, case_id: str = C1) -> bool:
    return rate(store, id_of("community"), case_id, rating, at, on_workdays)


def case_on(phone: Phone, case_id: str = C1) -> dict[str, Any]:
    phone.sync()
    return phone.records["case", case_id]


def ratings(phone: Phone, case_id: str = C1) -> list[dict[str, Any]]:
    phone.sync()
    lines = (value for (type_, _), value in phone.records.items() if type_ == "case_event")
    return [one for one in lines if one["case_id"] == case_id and one["action"] == "rate"]


def test_a_resident_who_says_solved_closes_the_case_under_nobodys_name(
    store: Store, leader: Phone
) -> None:
    settle(leader)
    assert says(store, SOLVED)
    case, (line,) = case_on(leader), ratings(leader)
    assert case["state"] == "closed"
    assert case["rating"] == {"solved": True, "content": True, "how": "link"}
    assert (line["actor_id"], line["actor_name"], line["actor_role"]) == (None, "居民", "resident")
    assert (line["text"], line["details"]) == (
        "修得很好",
        {"solved": True, "content": True, "how": "link"},
    )


def test_a_resident_who_says_not_solved_opens_it_again_with_a_new_clock(
    store: Store, leader: Phone
) -> None:
    settle(leader)
    before = case_on(leader)["settle_by"]
    assert says(store, UNSOLVED)
    case = case_on(leader)
    assert (case["state"], case["holder_id"]) == ("open", id_of("garden-1"))
    assert case["settle_by"] > before


def test_what_a_resident_opens_again_has_the_time_of_its_duty_item(
    store: Store, leader: Phone
) -> None:
    list_item(store, "district", DutyItem("0201", None, None, 7))
    case_id = new_id("leak")
    leader.do("case.open", **case_args("g1-101", "leak", kind="doorstep", category="0201"))
    settle(leader, case_id)
    assert says(store, UNSOLVED, case_id=case_id)
    # on this server everybody works every day
    assert case_on(leader, case_id)["settle_by"] == to_wire(MORNING + DAY + 7 * DAY)


def test_staff_write_no_line_by_which_a_resident_would_have_spoken_already(
    store: Store, leader: Phone
) -> None:
    word = derived_id(C1, "rate", C1, "1")
    note = leader.do("case.note", id=C1, event_id=word, text="问过了，满意")
    settle(leader)
    assert (says(store, UNSOLVED), note.code) == (True, "id_taken")
    assert (case_on(leader)["state"], len(ratings(leader))) == ("open", 1)


def test_two_taps_are_one_rating(store: Store, leader: Phone) -> None:
    settle(leader)
    assert says(store, SOLVED)
    assert not says(store, UNSOLVED)
    assert case_on(leader)["state"] == "closed"
    assert len(ratings(leader)) == 1


def test_what_is_settled_again_is_rated_again(store: Store, leader: Phone) -> None:
    settle(leader)
    assert says(store, UNSOLVED, MORNING + DAY)
    settle(leader, at=MORNING + 2 * DAY)
    assert says(store, SOLVED, MORNING + 3 * DAY)
    assert case_on(leader)["rating"]["solved"]
    assert len(ratings(leader)) == 2


def settle_without_signal(leader: Phone, tapped: datetime, received: datetime) -> None:
    """Accept and resolve the first case at one moment, which the server hears of at a later one."""
    again = [
        leader.make(
            f"case.{action}", tapped, id=C1, event_id=new_id(f"late {action}"), text="修好了"
        )
        for action in ("accept", "resolve")
    ]
    verdicts = leader.push(*again, now=received)
    assert [one.verdict for one in verdicts] == ["applied", "applied"]


@pytest.mark.parametrize("tapped", [MORNING, MORNING + DAY / 2])
def test_who_settles_a_case_before_not_solved_is_heard_asks_the_resident_anew(
    store: Store, leader: Phone, tapped: datetime
) -> None:
    settle(leader)
    assert says(store, UNSOLVED, MORNING + DAY)
    settle_without_signal(leader, tapped, MORNING + 2 * DAY)
    assert says(store, SOLVED, MORNING + 3 * DAY)
    assert not says(store, SOLVED, MORNING + 3 * DAY)
    assert case_on(leader)["state"] == "closed"
    assert [line["details"]["solved"] for line in ratings(leader)] == [False, True]


@pytest.mark.parametrize("state", ["open", "accepted", "withdrawn"])
def test_nothing_is_rated_before_it_is_settled_or_when_it_was_withdrawn(
    store: Store, leader: Phone, state: str
) -> None:
    if state == "accepted":
        act(leader, "accept")
    if state == "withdrawn":
        act(leader, "withdraw", reason="重复")
    before = case_on(leader)
    assert not says(store, SOLVED)
    assert (case_on(leader), ratings(leader)) == (before, [])


def test_who_was_asked_by_call_may_still_say_so_themselves(store: Store, leader: Phone) -> None:
    settle(leader)
    act(leader, "rate", solved=True, content=True, how="call")
    assert says(store, UNSOLVED)
    assert case_on(leader)["state"] == "open"


@pytest.mark.parametrize(
    ("later", "state"), [(30 * DAY, "open"), (30 * DAY + timedelta(milliseconds=1), "closed")]
)
def test_not_solved_opens_a_closed_case_until_the_time_is_over_and_is_written_down_after_it(
    store: Store, leader: Phone, later: timedelta, state: str
) -> None:
    settle(leader)
    act(leader, "rate", solved=True, content=True, how="call")
    assert says(store, UNSOLVED, MORNING + later)
    case = case_on(leader)
    assert (case["state"], case["rating"]["solved"]) == (state, False)


def test_a_joined_case_is_rated_by_its_own_resident_once_the_other_is_settled(
    store: Store, leader: Phone
) -> None:
    act(leader, "merge", into_id=C2)
    assert not says(store, SOLVED)
    settle(leader, C2)
    assert says(store, SOLVED)
    assert not says(store, SOLVED)
    assert case_on(leader)["rating"]["how"] == "link"
    assert case_on(leader, C2)["rating"] is None


def test_a_joined_case_whose_resident_says_not_solved_goes_on_by_itself(
    store: Store, leader: Phone
) -> None:
    act(leader, "merge", into_id=C2)
    settle(leader, C2)
    assert says(store, UNSOLVED)
    case = case_on(leader)
    assert (case["state"], case["merged_into"]) == ("open", None)
    assert case_on(leader, C2)["state"] == "resolved"


def test_of_a_case_that_has_not_arrived_nothing_is_said(store: Store) -> None:
    assert not says(store, SOLVED, case_id=new_id("another"))
