"""Cases act by themselves when their time comes, on every store."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import models
from app.extensions import reading
from sync.derived import derived_id
from sync.instants import to_wire
from sync.memory_store import MemoryStore
from sync.store import Changes, Store
from sync.sweep import sweep
from tests.phone import Phone, case_args, new_id, on_workdays
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

HALF_HOUR = timedelta(minutes=30)
CASE = new_id("c1")
Told = tuple[str, str | None, str | None]
"""A notice's kind, and the unit and person it is for."""


def pass_by(store: Store, after: timedelta) -> Counter[str]:
    """A worker's pass so long after the morning: the steps that it took."""
    taken, now = Counter[str](), MORNING + after
    for community_id, case_ids in store.due(now, 100).items():
        taken += sweep(store, community_id, case_ids, now, on_workdays)
    return taken


def opened(phone: GetPhone) -> Phone:
    """A phone from which an urgent case was opened at its grid."""
    worker = phone("worker")
    said = case_args("g1-101", "c1", kind="doorstep", urgency="urgent")
    assert worker.do("case.open", **said).verdict == "applied"
    return worker


def climbed(phone: GetPhone, *names: str) -> Phone:
    """The same, and these people have passed it up in turn."""
    worker = opened(phone)
    for name in names:
        event_id = new_id(f"e {name}")
        verdict = phone(name).do("case.escalate", id=CASE, event_id=event_id, reason="修不了")
        assert verdict.verdict == "applied"
    return worker


def case_on(phone: Phone) -> dict[str, Any]:
    phone.sync()
    return phone.records["case", CASE]


def lines_on(phone: Phone, action: str) -> list[dict[str, Any]]:
    """The lines of this action that the phone has."""
    phone.sync()
    values = (value for (type_, _), value in phone.records.items() if type_ == "case_event")
    return [value for value in values if value["action"] == action]


def told(store: Store, *kinds: str) -> list[Told]:
    """The notices of these kinds, sorted."""
    if isinstance(store, MemoryStore):
        notices = [(n.kind, n.unit_id, n.person_id) for n in store.notices]
    else:
        columns = (models.Notice.kind, models.Notice.unit_id, models.Notice.person_id)
        with reading() as session:
            rows = session.execute(select(*columns))
            notices = [(kind, unit_id, person_id) for kind, unit_id, person_id in rows]
    return sorted((n for n in notices if n[0] in kinds), key=str)


def test_what_time_does_to_a_case_takes_the_place_of_no_line_of_another(phone: GetPhone) -> None:
    worker = opened(phone)
    worker.do("case.accept", id=CASE, event_id=new_id("accepted"))
    overdue = derived_id(CASE, "overdue", case_on(worker)["settle_by"])
    worker.do("case.open", **case_args("g1-102", "c2", kind="doorstep"))
    note = worker.do("case.note", id=new_id("c2"), event_id=overdue, text="先写的")
    pass_by(worker.store, timedelta(hours=5))
    (line,) = lines_on(worker, "overdue")
    assert (line["case_id"], note.code) == (CASE, "id_taken")


def test_a_case_nobody_accepted_in_twice_its_time_climbs_by_itself(
    store: Store, phone: GetPhone
) -> None:
    worker, secretary = opened(phone), phone("secretary")
    assert pass_by(store, 2 * HALF_HOUR - timedelta(milliseconds=1)) == {}
    assert pass_by(store, 2 * HALF_HOUR) == {"unaccepted": 1}
    case = case_on(secretary)
    assert (case["state"], case["holder_id"]) == ("open", id_of("garden"))
    assert case["accept_by"] == to_wire(MORNING + 3 * HALF_HOUR)
    [line] = lines_on(worker, "escalate")
    assert line["actor_id"] is None
    assert (line["from_unit_id"], line["to_unit_id"]) == (id_of("garden-1"), id_of("garden"))
    assert line["at"] == to_wire(MORNING + 2 * HALF_HOUR)


def test_who_gets_the_case_and_who_opened_it_are_told_that_it_climbed(
    store: Store, phone: GetPhone
) -> None:
    opened(phone)
    pass_by(store, 2 * HALF_HOUR)
    assert told(store, "case_arrived", "case_moved") == [
        ("case_arrived", id_of("garden"), None),
        ("case_moved", None, id_of("worker")),
    ]


def test_each_case_of_one_pass_is_counted_and_told(store: Store, phone: GetPhone) -> None:
    worker = phone("worker")
    for name in ("c1", "c2", "c3"):
        said = case_args("g1-101", name, kind="doorstep", urgency="urgent")
        worker.do("case.open", **said)
    assert pass_by(store, 2 * HALF_HOUR) == {"unaccepted": 3}
    arrived = ("case_arrived", id_of("garden"), None)
    assert told(store, "case_arrived") == [arrived] * 3


def test_a_step_that_was_taken_is_not_taken_again(store: Store, phone: GetPhone) -> None:
    worker = opened(phone)
    due = store.due(MORNING + 2 * HALF_HOUR, 100)
    pass_by(store, 2 * HALF_HOUR)
    before = store.feed([id_of("community")])
    # as a worker that had asked at the same moment, and came second
    [(community_id, case_ids)] = due.items()
    assert sweep(store, community_id, case_ids, MORNING + 2 * HALF_HOUR, on_workdays) == {}
    assert pass_by(store, 2 * HALF_HOUR) == {}
    assert store.feed([id_of("community")]) == before
    assert len(lines_on(worker, "escalate")) == 1


def test_a_case_climbs_to_the_district_and_no_further(store: Store, phone: GetPhone) -> None:
    worker = opened(phone)
    for passed in range(2, 14):
        pass_by(store, passed * HALF_HOUR)
    assert case_on(worker)["holder_id"] == id_of("district")
    assert [line["to_unit_id"] for line in lines_on(worker, "escalate")] == [
        id_of(name) for name in ("garden", "community", "street", "district")
    ]


def test_the_street_sees_a_case_that_climbed_to_it_with_all_of_its_timeline(
    store: Store, phone: GetPhone
) -> None:
    climbed(phone, "leader", "secretary")
    pass_by(store, 2 * HALF_HOUR)
    officer = phone("officer")
    assert case_on(officer)["holder_id"] == id_of("street")
    # each phone checks its copy against the server's digest as it pulls (L9)
    assert len(officer.ids("case_event")) == 4


def test_an_accepted_case_stays_and_its_unit_and_assignee_are_reminded_twice(
    store: Store, phone: GetPhone
) -> None:
    worker = opened(phone)
    worker.do("case.accept", id=CASE, event_id=new_id("e1"))
    assign(store, "mate")
    assert pass_by(store, timedelta(hours=1, minutes=59)) == {}
    assert pass_by(store, timedelta(hours=2)) == {"due": 1}
    assert pass_by(store, timedelta(hours=3, minutes=12)) == {"due_soon": 1}
    unit_and_mate = (id_of("garden-1"), id_of("mate"))
    reminders = [("case_due", *unit_and_mate), ("case_due_soon", *unit_and_mate)]
    assert told(store, "case_due", "case_due_soon") == reminders
    # a reminder is no event in the life of the case
    worker.sync()
    assert len(worker.ids("case_event")) == 2


def assign(store: Store, name: str) -> None:
    """Give the case to somebody of the unit."""
    community = id_of("community")
    with store.transaction([community]) as transaction:
        [case] = transaction.find("case", [CASE])
        given = case.with_(assignee_id=id_of(name))
        transaction.write(Changes(community, None, records=[given], swept_at=MORNING))


def test_an_overdue_case_says_so_and_is_told_to_its_unit_and_the_one_above(
    store: Store, phone: GetPhone
) -> None:
    worker = opened(phone)
    worker.do("case.accept", id=CASE, event_id=new_id("e1"))
    for hours in (2, 3.2, 4):
        pass_by(store, timedelta(hours=hours))
    [line] = lines_on(worker, "overdue")
    assert (line["actor_id"], line["text"]) == (None, "")
    assert line["at"] == to_wire(MORNING + timedelta(hours=4))
    assert case_on(worker)["holder_id"] == id_of("garden-1")
    units = sorted((id_of("garden-1"), id_of("garden")))
    assert told(store, "case_overdue") == [("case_overdue", unit, None) for unit in units]


def test_a_street_that_is_told_of_a_communitys_overdue_case_can_open_it(
    store: Store, phone: GetPhone
) -> None:
    climbed(phone, "leader", "secretary")
    phone("community-secretary").do("case.accept", id=CASE, event_id=new_id("e accept"))
    officer = phone("officer")
    officer.sync()
    assert officer.ids("case") == set()
    pass_by(store, timedelta(hours=24))
    assert case_on(officer)["holder_id"] == id_of("community")
    assert len(officer.ids("case_event")) == 5


def test_steps_missed_in_a_stop_are_all_taken_and_only_the_last_tells_anybody(
    store: Store, phone: GetPhone
) -> None:
    worker = opened(phone)
    worker.do("case.accept", id=CASE, event_id=new_id("e1"))
    assert pass_by(store, timedelta(days=3)) == {"due": 1, "due_soon": 1, "overdue": 1}
    assert told(store, "case_due", "case_due_soon") == []
    assert len(told(store, "case_overdue")) == 2
    [line] = lines_on(worker, "overdue")
    assert line["at"] == to_wire(MORNING + timedelta(hours=4))
    assert line["received_at"] == to_wire(MORNING + timedelta(days=3))


def test_a_case_that_climbs_late_has_its_full_time_at_the_unit_it_reaches(
    store: Store, phone: GetPhone
) -> None:
    worker = opened(phone)
    stop = timedelta(days=3)
    assert pass_by(store, stop) == {"unaccepted": 1}
    assert case_on(worker)["accept_by"] == to_wire(MORNING + stop + HALF_HOUR)
    assert pass_by(store, stop + HALF_HOUR) == {}


def test_a_case_that_others_have_ended_takes_no_step(store: Store, phone: GetPhone) -> None:
    worker = opened(phone)
    community = id_of("community")
    with store.transaction([community]) as transaction:
        [case] = transaction.find("case", [CASE])
        withdrawn = replace(case.with_(state="withdrawn"), due=case.due)
        transaction.write(Changes(community, None, records=[withdrawn], swept_at=MORNING))
    assert pass_by(store, timedelta(days=1)) == {}
    assert store.due(MORNING + timedelta(days=1), 100) == {}
    assert case_on(worker)["state"] == "withdrawn"


def test_who_accepts_after_the_case_has_climbed_keeps_their_words(
    store: Store, phone: GetPhone
) -> None:
    worker = opened(phone)
    accept = worker.make("case.accept", id=CASE, event_id=new_id("e1"), text="我来")
    pass_by(store, 2 * HALF_HOUR)
    [verdict] = worker.push(accept, now=MORNING + 2 * HALF_HOUR)
    assert verdict.verdict == "superseded"
    assert case_on(worker)["holder_id"] == id_of("garden")


@pytest.mark.parametrize("most", [1, 2])
def test_the_longest_due_cases_come_first(store: Store, phone: GetPhone, most: int) -> None:
    worker = phone("worker")
    for minutes, name in ((20, "later"), (0, "first"), (10, "second")):
        said = case_args("g1-101", name, kind="doorstep", urgency="urgent")
        worker.do("case.open", MORNING + timedelta(minutes=minutes), **said)
    found = store.due(MORNING + timedelta(minutes=75), most)
    assert found == {id_of("community"): [new_id("first"), new_id("second")][:most]}


def test_a_resolved_case_that_nobody_rates_closes_after_seven_days_and_counts_as_unrated(
    store: Store, phone: GetPhone
) -> None:
    worker, mate = opened(phone), phone("mate")
    for action in ("accept", "resolve"):
        done = mate.do(f"case.{action}", id=CASE, event_id=new_id(action), text="修好了")
        assert done.verdict == "applied"
    assert pass_by(store, timedelta(days=7, seconds=-1)) == {}
    assert pass_by(store, timedelta(days=7)) == {"silent": 1}
    closed = case_on(worker)
    assert (closed["state"], closed["rating"]) == ("closed", None)
    assert closed["closed_at"] == to_wire(MORNING + timedelta(days=7))
    (line,) = lines_on(worker, "close")
    assert line["actor_id"] is None
