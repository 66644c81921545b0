"""What becomes of the work of somebody who was shut out (P8), on every store."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sync.batch import LONGEST_AWAY
from sync.deciding import Held, Ruling, decide
from sync.instants import to_wire
from sync.mutation import Mutation
from sync.quarantine import may_decide
from sync.store import Store
from sync.verdict import Decision
from tests.phone import Phone, case_args, new_id, on_workdays, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.crew import RESIDENT, conflicts, in_conflict
from tests.sync.crew import crew as crew
from tests.town import MORNING, UNITS, author, id_of

NOON = MORNING + timedelta(hours=3)
AFTERNOON = MORNING + timedelta(hours=6)


def shut_out(phone: Phone, revoked: bool = False) -> Phone:
    """The phone's owner is suspended, or the phone revoked, from noon on."""
    since = (None, NOON) if revoked else (NOON, None)
    phone.author = replace(phone.author, suspended_at=since[0], revoked_at=since[1])
    return phone


def ruling(accept: bool, by: str = "secretary") -> Ruling:
    return Ruling(id_of(by), accept, AFTERNOON)


def decided(phone: Phone, mutation: Mutation, accept: bool, by: str = "secretary") -> Decision:
    held = Held(phone.author, mutation, mutation.at)
    return decide(phone.store, held, ruling(accept, by), on_workdays)


@pytest.mark.parametrize(("revoked", "code"), [(False, "suspended"), (True, "device_revoked")])
def test_p8_what_was_written_before_is_quarantined_and_what_was_written_after_is_rejected(
    phone: GetPhone, revoked: bool, code: str
) -> None:
    worker, mate = shut_out(phone("worker"), revoked), phone("mate")
    before = worker.make("visit.record", MORNING, **visit_args("g1-101", "v1"))
    after = worker.make("visit.record", NOON, **visit_args("g1-101", "v2"))
    verdicts = worker.push(before, after, now=AFTERNOON)
    assert [(v.verdict, v.code) for v in verdicts] == [("quarantined", None), ("rejected", code)]
    mate.sync()
    assert mate.ids("visit") == set()


def test_p8_a_clock_that_is_put_back_does_not_write_before_the_suspension(phone: GetPhone) -> None:
    worker = shut_out(phone("worker"))
    visit = worker.make("visit.record", AFTERNOON, **visit_args("g1-101", "v1"))
    assert worker.push(visit, now=AFTERNOON)[0].code == "suspended"


def test_p8_a_quarantined_mutation_has_its_place_in_the_queue_and_its_first_verdict(
    phone: GetPhone,
) -> None:
    worker = shut_out(phone("worker"))
    visits = [worker.make("visit.record", **visit_args("g1-101", f"v{n}")) for n in range(2)]
    first = worker.push(*visits, now=AFTERNOON)
    decided(worker, visits[0], accept=True)
    assert worker.push(*visits, now=AFTERNOON) == [v._replace(duplicate=True) for v in first]
    worker.author = author("worker")
    assert worker.do("visit.record", AFTERNOON, **visit_args("g1-101", "v3")).verdict == "applied"


@pytest.mark.parametrize("revoked", [False, True])
def test_p8_an_accepted_visit_reaches_everybody_as_its_authors_at_the_time_of_the_tap(
    phone: GetPhone, revoked: bool
) -> None:
    worker, mate = shut_out(phone("worker"), revoked), phone("mate")
    visit = worker.make("visit.record", **visit_args("g1-101", "v1"))
    case = worker.make("case.open", MORNING, **case_args("g1-101", "c1", kind="doorstep"))
    worker.push(visit, case, now=AFTERNOON)
    assert decided(worker, visit, accept=True).verdict == "applied"
    assert decided(worker, case, accept=True).verdict == "applied"
    mate.sync()
    assert mate.records["visit", new_id("v1")]["visitor_name"] == "worker"
    assert mate.records["case", new_id("c1")]["opened_at"] == "2026-11-23T00:30:00.000Z"


def test_p8_waiting_for_a_decision_does_not_move_the_time_of_a_tap(phone: GetPhone) -> None:
    worker, mate = shut_out(phone("worker")), phone("mate")
    long_ago = MORNING - timedelta(days=800)
    case = worker.make("case.open", long_ago, **case_args("g1-101", "c1", kind="doorstep"))
    worker.push(case, now=NOON)
    held = Held(worker.author, case, NOON - LONGEST_AWAY)
    assert decide(worker.store, held, ruling(accept=True), on_workdays).verdict == "applied"
    mate.sync()
    assert mate.records["case", new_id("c1")]["opened_at"] == to_wire(NOON - LONGEST_AWAY)


def test_p8_an_accepted_settling_keeps_the_lost_value_of_the_same_phone(
    crew: dict[str, Phone],
) -> None:
    in_conflict(crew, "phone", "111", "222", RESIDENT)
    (conflict,) = conflicts(crew["mate"])
    mate = shut_out(crew["mate"])
    settling = mate.make("conflict.settle", MORNING, id=conflict["id"], keep="mine")
    mate.push(settling, now=AFTERNOON)
    assert decided(mate, settling, accept=True).verdict == "applied"
    (settled,) = conflicts(crew["secretary"], "settled")
    assert settled["settled_by"] == id_of("mate")
    assert crew["secretary"].records["resident", RESIDENT]["phone"] == "111"


def test_p8_a_refused_visit_is_kept_with_who_refused_it_and_reaches_nobody(phone: GetPhone) -> None:
    worker, mate = shut_out(phone("worker")), phone("mate")
    visit = worker.make("visit.record", **visit_args("g1-101", "v1"))
    worker.push(visit, now=AFTERNOON)
    refused = decided(worker, visit, accept=False)
    assert (refused.verdict, refused.code, refused.accepted) == ("rejected", "not_accepted", False)
    assert (refused.person_id, refused.at) == (id_of("secretary"), AFTERNOON)
    mate.sync()
    assert mate.ids("visit") == set()


def test_p8_the_first_decision_stands(phone: GetPhone) -> None:
    worker, mate = shut_out(phone("worker")), phone("mate")
    visit = worker.make("visit.record", **visit_args("g1-101", "v1"))
    worker.push(visit, now=AFTERNOON)
    first = decided(worker, visit, accept=True)
    assert decided(worker, visit, accept=False, by="community-secretary") == first
    mate.sync()
    assert mate.sync() == 0
    assert mate.ids("visit") == {new_id("v1")}


def test_p8_an_accepted_visit_outside_its_authors_posts_is_judged_like_any_other(
    phone: GetPhone,
) -> None:
    worker = shut_out(phone("worker"))
    visit = worker.make("visit.record", **visit_args("h1-101", "v1"))
    worker.push(visit, now=AFTERNOON)
    decision = decided(worker, visit, accept=True)
    assert (decision.verdict, decision.accepted) == ("rejected", True)
    assert (decision.code, decision.detail) == ("not_found", "/args/dwelling_id")


def test_p8_a_shut_out_phone_that_lost_part_of_its_outbox_still_says_so(
    phone: GetPhone, store: Store
) -> None:
    worker = shut_out(phone("worker"))
    worker.seq = 5
    stretch: dict[str, Any] = {"from": 1, "to": 5}
    lost = worker.make("outbox.lost", **stretch)
    visit = worker.make("visit.record", **visit_args("g1-101", "v1"))
    verdicts = worker.push(lost, visit, now=AFTERNOON)
    assert [v.verdict for v in verdicts] == ["applied", "quarantined"]
    with store.transaction([worker.author.home_id]) as transaction:
        (progress,) = transaction.progress(worker.author.device_id)
    assert progress.lost == ((1, 5),)


@pytest.mark.parametrize(
    ("unit", "deciders"),
    [
        ("garden-1", {"secretary", "community-secretary"}),
        ("garden", {"secretary", "community-secretary"}),
        ("harbour-1", {"harbour-secretary", "community-secretary"}),
        ("community", {"community-secretary"}),
        ("street", {"officer", "district-officer"}),
    ],
)
def test_p8_who_leads_the_compound_or_the_community_decides_and_nobody_above_sees_households(
    unit: str, deciders: set[str]
) -> None:
    leads = ("leader", "secretary", "harbour-secretary", "community-secretary")
    people = (*leads, "community-worker", "officer", "district-officer", "stranger", "auditor")
    assert {name for name in people if may_decide(author(name).posts, UNITS[unit])} == deciders


def test_p8_what_somebody_above_the_community_did_to_a_case_is_decided_like_any_other(
    phone: GetPhone,
) -> None:
    case: dict[str, Any] = {"id": new_id("c1")}
    phone("worker").do("case.open", **case_args("g1-101", "c1"))
    for name in ("secretary", "community-secretary"):
        phone(name).do("case.escalate", **case, event_id=new_id(name), reason="修不了")
    officer = shut_out(phone("officer"))
    accept = officer.make("case.accept", **case, event_id=new_id("e"))
    assert officer.push(accept, now=AFTERNOON)[0].verdict == "quarantined"
    assert decided(officer, accept, accept=True, by="district-officer").verdict == "applied"
    officer.sync()
    assert officer.records["case", new_id("c1")]["state"] == "accepted"
