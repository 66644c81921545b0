"""Households that one grid gives to another, and what is theirs with them, on every store (P7, L4, L9)."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from sync.regridding import NoSuchDoor, Redrawing, regrid
from sync.store import Store
from tests.phone import Phone, case_args, new_id, on_workdays, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.test_sweep import told
from tests.town import MORNING, UNITS, id_of

KINDS = ("case_arrived", "case_moved")
NOON = MORNING + timedelta(hours=4)
OLD, NEW = "garden-1", "garden-2"
BUILDING = "garden-1号楼"
DOOR = f"{BUILDING} 1-101"


def give(store: Store, *doors: str, before: str = OLD, after: str = NEW) -> Counter[str]:
    redrawing = Redrawing(id_of("community"), id_of(before), UNITS[after], doors)
    return regrid(store, redrawing, NOON, on_workdays)


def said(case: str, line: str, **more: Any) -> dict[str, Any]:
    return {"id": new_id(case), "event_id": new_id(line), **more}


@pytest.fixture
def worker(phone: GetPhone) -> Phone:
    """The old grid's worker, who has been at the door."""
    worker = phone("worker")
    worker.do("visit.record", **visit_args("g1-101", "v1"))
    worker.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    worker.sync()
    return worker


def test_l4_the_old_grids_phone_drops_exactly_what_left_and_the_new_one_gets_it(
    worker: Phone, phone: GetPhone
) -> None:
    other, secretary = phone("second-worker"), phone("secretary")
    worker.do("visit.record", **visit_args("g1-102", "v2"))
    for somebody in (worker, other, secretary):
        somebody.sync()
    before = set(worker.records)
    moved = give(worker.store, DOOR)
    for somebody in (worker, other, secretary):
        somebody.sync()
    left = before - set(worker.records)
    assert left == {
        ("dwelling", id_of("g1-101")),
        ("resident", id_of("r-g1-101")),
        ("visit", new_id("v1")),
        ("case", new_id("c1")),
        ("case_event", worker_line(left)),
    }
    assert left <= set(other.records)
    assert all(secretary.records[key] == other.records[key] for key in left)
    assert (moved["dwelling"], moved["resident"], moved["visit"], moved["case"]) == (1, 1, 1, 1)


def worker_line(keys: set[tuple[str, str]]) -> str:
    """The one line that the worker made."""
    (id_,) = [id_ for type_, id_ in keys if type_ == "case_event"]
    return id_


def test_p7_a_visit_written_before_at_a_household_given_away_reaches_its_new_grid(
    worker: Phone, phone: GetPhone
) -> None:
    late = worker.make("visit.record", NOON - timedelta(minutes=9), **visit_args("g1-101", "late"))
    after = worker.make(
        "visit.record", NOON + timedelta(minutes=9), **visit_args("g1-101", "after")
    )
    give(worker.store, DOOR)
    verdicts = worker.push(late, after, now=NOON + timedelta(hours=1))
    assert [(v.verdict, v.code) for v in verdicts] == [("applied", None), ("rejected", "not_found")]
    new = phone("second-worker")
    new.sync()
    assert new.records["visit", new_id("late")]["visitor_name"] == "worker"


def test_p7_words_about_a_case_that_went_with_its_household_reach_the_new_grid(
    worker: Phone, phone: GetPhone
) -> None:
    taps = [("case.note", "n1"), ("case.accept", "a1")]
    late = [worker.make(name, MORNING, **said("c1", line, text="水管裂了")) for name, line in taps]
    give(worker.store, DOOR)
    verdicts = worker.push(*late, now=NOON + timedelta(hours=1))
    assert [v.verdict for v in verdicts] == ["applied", "superseded"]
    new = phone("second-worker")
    new.sync()
    assert {new_id("n1"), new_id("a1")} <= new.ids("case_event")


@pytest.mark.parametrize("together", [True, False])
def test_p7_more_about_what_was_made_before_at_a_household_given_away_reaches_its_new_grid(
    worker: Phone, phone: GetPhone, together: bool
) -> None:
    at, room = NOON - timedelta(minutes=9), {"entrance": "1", "floor": 1, "room": "103"}
    about = {"id": new_id("v2"), "changes": {"summary": "换好了"}}
    late = [
        worker.make("visit.record", at, **visit_args("g1-101", "v2")),
        worker.make("visit.amend", at, **about),
        worker.make("case.open", at, **case_args("g1-101", "c2", visit_id=new_id("v2"))),
        worker.make("case.note", at, **said("c2", "n2", text="水管裂了")),
        worker.make("dwelling.add", at, id=new_id("h"), building_id=id_of("b-garden-1"), **room),
        worker.make("resident.add", at, id=new_id("r"), dwelling_id=new_id("h"), name="李四"),
        worker.make("resident.edit", at, id=new_id("r"), changes={"name": "李五"}),
    ]
    give(worker.store, BUILDING)
    batches = [late] if together else [[one] for one in late]
    hour = NOON + timedelta(hours=1)
    verdicts = [verdict for batch in batches for verdict in worker.push(*batch, now=hour)]
    assert [(v.verdict, v.code) for v in verdicts] == [("applied", None)] * len(late)
    new = phone("second-worker")
    new.sync()
    assert new.records["visit", new_id("v2")]["summary"] == "换好了"
    assert new.records["resident", new_id("r")]["name"] == "李五"
    assert new_id("n2") in new.ids("case_event")


def test_p7_more_about_somebody_added_before_whom_the_new_grid_has_removed_since_is_kept(
    worker: Phone, phone: GetPhone
) -> None:
    at = NOON - timedelta(minutes=9)
    about = {"id": new_id("r"), "changes": {"phone": "13900000009"}}
    late = [
        worker.make("resident.add", at, id=new_id("r"), dwelling_id=id_of("g1-101"), name="李四"),
        worker.make("resident.edit", at, **about),
        worker.make("resident.remove", at, id=new_id("r")),
    ]
    give(worker.store, BUILDING)
    hour = NOON + timedelta(hours=1)
    worker.push(late[0], now=hour)
    new = phone("second-worker")
    new.sync()
    assert new.do("resident.remove", hour, id=new_id("r")).verdict == "applied"
    verdicts = [worker.push(one, now=hour)[0].verdict for one in late[1:]]
    assert verdicts == ["superseded", "merged"]


@pytest.mark.parametrize("together", [True, False])
def test_p7_what_was_done_about_a_case_that_came_late_is_kept_as_its_authors_words(
    worker: Phone, together: bool
) -> None:
    at = NOON - timedelta(minutes=9)
    late = [
        worker.make("case.open", at, **case_args("g1-101", "c2", kind="doorstep")),
        worker.make("case.accept", at, **said("c2", "a2")),
        worker.make("case.resolve", at, **said("c2", "s2", text="修好了")),
    ]
    give(worker.store, DOOR)
    batches = [late] if together else [[one] for one in late]
    hour = NOON + timedelta(hours=1)
    verdicts = [verdict for batch in batches for verdict in worker.push(*batch, now=hour)]
    assert [v.verdict for v in verdicts] == ["applied", "superseded", "superseded"]


def test_a_case_that_the_old_grid_held_is_open_at_the_new_one_which_is_told(
    worker: Phone, phone: GetPhone
) -> None:
    worker.do("case.accept", **said("c1", "a1"))
    give(worker.store, DOOR)
    new = phone("second-worker")
    new.sync()
    case = new.records["case", new_id("c1")]
    at_new = id_of(NEW)
    assert (case["state"], case["holder_id"], case["origin_id"]) == ("open", at_new, at_new)
    assert case["place"] == {"unit_id": at_new, "text": f"garden {BUILDING} 1单元"}
    (line,) = [r for (_, _), r in new.records.items() if r.get("action") == "regrid"]
    assert (line["from_unit_id"], line["to_unit_id"]) == (id_of(OLD), at_new)
    assert line["actor_role"] == "system"
    assert told(worker.store, "case_arrived", "case_moved") == [
        ("case_arrived", at_new, None),
        ("case_moved", None, id_of("worker")),
    ]
    assert new.do("case.accept", NOON, **said("c1", "a2")).verdict == "applied"


def test_a_case_that_has_climbed_stays_where_it_is_and_returns_to_the_new_grid(
    worker: Phone, phone: GetPhone
) -> None:
    secretary = phone("secretary")
    worker.do("case.escalate", **said("c1", "e1", reason="要换总管"))
    before = told(worker.store, *KINDS)
    give(worker.store, DOOR)
    assert told(worker.store, *KINDS) == before
    secretary.do("case.return", NOON, **said("c1", "r1", reason="请先上门看"))
    secretary.sync()
    case = secretary.records["case", new_id("c1")]
    assert (case["grid_id"], case["holder_id"]) == (id_of(NEW), id_of(NEW))


def test_a_case_that_is_over_goes_too_and_stays_over(worker: Phone, phone: GetPhone) -> None:
    for action, more in (("accept", {}), ("resolve", {"text": "修好了"})):
        worker.do(f"case.{action}", **said("c1", action, **more))
    before = told(worker.store, *KINDS)
    give(worker.store, DOOR)
    assert told(worker.store, *KINDS) == before
    new = phone("second-worker")
    new.sync()
    case = new.records["case", new_id("c1")]
    assert (case["state"], case["holder_id"]) == ("resolved", id_of(NEW))
    rated = said("c1", "rate", solved=False, how="visit")
    assert new.do("case.rate", NOON, **rated).verdict == "applied"


def test_what_two_wrote_apart_goes_with_the_household(worker: Phone, phone: GetPhone) -> None:
    mate = phone("mate")
    mate.sync()
    for somebody, occupancy in ((worker, "vacant"), (mate, "tenant")):
        somebody.do("dwelling.edit", id=id_of("g1-101"), changes={"occupancy": occupancy})
    mate.sync()
    (open_,) = mate.ids("conflict")
    assert give(worker.store, DOOR)["conflict"] == 1
    new = phone("second-worker")
    for somebody in (mate, new):
        somebody.sync()
    assert (mate.ids("conflict"), new.ids("conflict")) == (set(), {open_})


@pytest.mark.parametrize("door", [BUILDING, f"{BUILDING} 1单元"])
def test_a_building_of_which_nothing_stays_goes_with_its_dwellings(
    worker: Phone, phone: GetPhone, door: str
) -> None:
    moved = give(worker.store, door)
    assert (moved["building"], moved["dwelling"], moved["resident"]) == (1, 2, 2)
    new = phone("second-worker")
    for somebody in (worker, new):
        somebody.sync()
    assert worker.ids("building") == worker.ids("dwelling") == set()
    assert id_of("b-garden-1") in new.ids("building")


def test_a_part_of_a_building_is_of_one_of_its_name_at_the_new_grid_until_it_comes_back(
    worker: Phone, phone: GetPhone
) -> None:
    new = phone("second-worker")
    give(worker.store, DOOR)
    for somebody in (worker, new):
        somebody.sync()
    (half,) = new.ids("building") - {id_of("b-garden-2")}
    assert new.records["building", half]["name"] == BUILDING
    assert new.records["dwelling", id_of("g1-101")]["building_id"] == half
    assert worker.ids("building") == {id_of("b-garden-1")}
    give(worker.store, DOOR, before=NEW, after=OLD)
    for somebody in (worker, new):
        somebody.sync()
    home = worker.records["dwelling", id_of("g1-101")]
    assert (home["building_id"], home["grid_id"]) == (id_of("b-garden-1"), id_of(OLD))
    assert new.ids("building") == {id_of("b-garden-2")}


def test_a_grid_of_another_compound_has_the_household_and_the_case_and_its_words(
    worker: Phone, phone: GetPhone
) -> None:
    worker.do("case.open", **case_args("g1-101", "c2"))
    worker.sync()
    lines = worker.ids("case_event")
    give(worker.store, BUILDING, after="harbour-1")
    new = phone("harbour-secretary")
    new.sync()
    case = new.records["case", new_id("c2")]
    assert (case["holder_id"], case["compound_id"]) == (id_of("harbour"), id_of("harbour"))
    assert case["place"]["text"] == f"harbour {BUILDING} 1单元"
    assert id_of("r-g1-101") in new.ids("resident")
    assert lines <= new.ids("case_event")


def test_the_same_given_twice_changes_nothing(worker: Phone) -> None:
    assert give(worker.store, DOOR)
    community = id_of("community")
    before = worker.store.feed([community]).counters
    assert not give(worker.store, DOOR)
    assert worker.store.feed([community]).counters == before


def test_a_door_that_neither_grid_has_is_refused_and_nothing_moves(worker: Phone) -> None:
    before = worker.store.feed([id_of("community")]).counters
    with pytest.raises(NoSuchDoor, match="9-999"):
        give(worker.store, DOOR, f"{BUILDING} 9-999")
    assert worker.store.feed([id_of("community")]).counters == before
