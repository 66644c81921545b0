"""What each action on a case does, from phone to phone, on every store (docs/cases.md)."""

from datetime import timedelta
from typing import Any

import pytest

from sync.cases import number
from tests.phone import Phone, case_args, new_id
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

C1, C2, C3 = new_id("c1"), new_id("c2"), new_id("c3")
LATER = "2027-06-30T15:59:00.000Z"
SOLVED = {"solved": True, "content": True, "how": "call"}


def act(phone: Phone, action: str, line: str, at: Any = MORNING, **said: Any) -> tuple[str, Any]:
    """Act on a case, the first unless said otherwise; its verdict and code."""
    verdict = phone.do(f"case.{action}", at, **{"id": C1, "event_id": new_id(line), **said})
    return verdict.verdict, verdict.code


def case(phone: Phone, id_: str = C1) -> dict[str, Any]:
    phone.sync()
    return phone.records["case", id_]


def line(phone: Phone, name: str) -> dict[str, Any]:
    return phone.records["case_event", new_id(name)]


@pytest.fixture
def worker(phone: GetPhone) -> Phone:
    """A phone of the grid where a case has been opened."""
    worker = phone("worker")
    worker.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    return worker


def accepted(phone: Phone) -> None:
    assert act(phone, "accept", "accepted") == ("applied", None)


def settled(phone: Phone, at: Any = MORNING) -> None:
    accepted(phone)
    assert act(phone, "resolve", "resolved", at, text="换了灯泡") == ("applied", None)


def test_a_leader_gives_a_case_to_one_of_the_team_and_has_thereby_accepted_it(
    worker: Phone, phone: GetPhone
) -> None:
    leader = phone("leader")
    assert act(leader, "assign", "e1", assignee_id=id_of("mate")) == ("applied", None)
    assert (case(worker)["state"], case(worker)["assignee_id"]) == ("accepted", id_of("mate"))
    told = {"assignee_id": id_of("mate"), "assignee_name": "mate"}
    assert line(worker, "e1")["details"] == told


def test_an_assignment_that_comes_too_late_is_a_note_that_says_to_whom(
    worker: Phone, phone: GetPhone
) -> None:
    settled(worker)
    assert act(phone("leader"), "assign", "e1", assignee_id=id_of("mate"))[0] == "superseded"
    worker.sync()
    told = {"assignee_id": id_of("mate"), "assignee_name": "mate"}
    assert line(worker, "e1")["details"] == told


def test_an_assignment_of_a_case_that_has_been_passed_on_is_a_note_that_says_to_whom(
    worker: Phone, phone: GetPhone
) -> None:
    act(worker, "escalate", "up", reason="修不了")
    assert act(phone("leader"), "assign", "e1", assignee_id=id_of("mate"))[0] == "superseded"
    worker.sync()
    told = {"assignee_id": id_of("mate"), "assignee_name": "mate"}
    assert line(worker, "e1")["details"] == told


def test_a_case_is_given_to_nobody_outside_the_team(worker: Phone, phone: GetPhone) -> None:
    leader = phone("leader")
    assert act(leader, "assign", "e1", assignee_id=id_of("secretary")) == (
        "rejected",
        "not_on_the_team",
    )
    assert act(worker, "assign", "e2", assignee_id=id_of("mate")) == ("rejected", "not_allowed")


def test_time_is_asked_for_by_the_holder_and_given_by_who_leads_the_unit_above(
    worker: Phone, phone: GetPhone
) -> None:
    accepted(worker)
    due = case(worker)["settle_by"]
    assert act(worker, "extend", "e1", reason="等材料", until=LATER) == ("applied", None)
    assert (case(worker)["extension_until"], case(worker)["settle_by"]) == (LATER, due)
    assert act(worker, "grant", "e2") == ("rejected", "not_allowed")
    assert act(phone("secretary"), "grant", "e3") == ("applied", None)
    assert (case(worker)["extension_until"], case(worker)["settle_by"]) == (None, LATER)


@pytest.mark.parametrize(("answer", "words"), [("grant", {}), ("deny", {"reason": "太久"})])
def test_an_answer_to_another_request_than_its_author_saw_stays_as_a_note(
    worker: Phone, phone: GetPhone, answer: str, words: dict[str, str]
) -> None:
    accepted(worker)
    due = case(worker)["settle_by"]
    act(worker, "extend", "e1", reason="等材料", until="2026-11-28T00:00:00.000Z")
    act(worker, "extend", "e2", reason="材料要等一个月", until=LATER)
    secretary = phone("secretary")
    seen = "2026-11-28T00:00:00.000Z"
    assert act(secretary, answer, "e3", asked=seen, **words)[0] == "superseded"
    assert (case(worker)["extension_until"], case(worker)["settle_by"]) == (LATER, due)
    assert line(worker, "e3")["attempted"] == answer
    assert act(secretary, answer, "e4", asked=LATER, **words) == ("applied", None)
    assert case(worker)["extension_until"] is None
    assert line(worker, "e4")["details"] is None


def test_a_community_that_asks_for_time_shows_its_case_to_the_street_that_is_to_give_it(
    worker: Phone, phone: GetPhone
) -> None:
    for holder in (worker, phone("secretary")):
        act(holder, "escalate", holder.author.name, reason="修不了")
    community = phone("community-worker")
    accepted(community)
    officer = phone("officer")
    officer.sync()
    assert not officer.ids("case")
    assert act(community, "extend", "e1", reason="等材料", until=LATER) == ("applied", None)
    assert case(officer)["extension_until"] == LATER
    assert len(officer.ids("case_event")) == 5
    assert act(officer, "grant", "e2") == ("applied", None)
    assert case(community)["settle_by"] == LATER


def test_time_that_is_refused_leaves_the_deadline_as_it_was(worker: Phone, phone: GetPhone) -> None:
    accepted(worker)
    due = case(worker)["settle_by"]
    act(worker, "extend", "e1", reason="等材料", until=LATER)
    assert act(phone("secretary"), "deny", "e2", reason="先垫一块") == ("applied", None)
    assert (case(worker)["extension_until"], case(worker)["settle_by"]) == (None, due)


def test_time_that_was_asked_for_is_asked_no_more_once_the_case_is_passed_on(worker: Phone) -> None:
    accepted(worker)
    act(worker, "extend", "e1", reason="等材料", until=LATER)
    assert act(worker, "escalate", "e2", reason="要物业配合") == ("applied", None)
    assert case(worker)["extension_until"] is None


def test_a_returned_case_was_held_by_each_unit_once(worker: Phone, phone: GetPhone) -> None:
    act(worker, "escalate", "e1", reason="要物业配合")
    assert act(phone("secretary"), "return", "e2", reason="网格能修") == ("applied", None)
    assert case(worker)["held_by"] == [id_of("garden-1"), id_of("garden")]


def test_of_two_answers_to_one_request_the_second_stays_as_a_note(
    worker: Phone, phone: GetPhone
) -> None:
    accepted(worker)
    act(worker, "extend", "e1", reason="等材料", until=LATER)
    secretary = phone("secretary")
    act(secretary, "grant", "e2")
    assert act(secretary, "deny", "e3", reason="不行")[0] == "superseded"
    assert case(worker)["settle_by"] == LATER
    assert (line(worker, "e3")["action"], line(worker, "e3")["attempted"]) == ("note", "deny")


@pytest.mark.parametrize("until", ["2026-11-01T00:00:00Z", "2026-11-23T12:00:00Z"])
def test_more_time_must_be_later_than_the_time_there_is(worker: Phone, until: str) -> None:
    accepted(worker)
    assert act(worker, "extend", "e1", reason="等", until=until) == ("rejected", "not_later")


def test_a_resident_who_says_that_it_is_solved_closes_the_case(worker: Phone) -> None:
    settled(worker)
    later = MORNING + timedelta(days=1)
    assert act(worker, "rate", "e1", later, **SOLVED, text="修好了") == ("applied", None)
    now = case(worker)
    assert (now["state"], now["rating"], now["closed_at"]) == (
        "closed",
        SOLVED,
        "2026-11-24T00:30:00.000Z",
    )
    assert line(worker, "e1")["details"] == SOLVED


def test_a_resident_who_says_that_it_is_not_solved_starts_the_clock_anew(worker: Phone) -> None:
    settled(worker)
    before = case(worker)["settle_by"]
    later = MORNING + timedelta(days=1)
    unsolved = {"solved": False, "content": None, "how": "visit"}
    assert act(worker, "rate", "e1", later, **unsolved) == ("applied", None)
    now = case(worker)
    assert (now["state"], now["resolved_at"], now["rating"]) == ("open", None, unsolved)
    assert now["settle_by"] > before
    assert line(worker, "e1")["to_unit_id"] == id_of("garden-1")


def test_a_rating_that_comes_when_the_case_is_open_again_is_a_line_and_changes_nothing(
    worker: Phone, phone: GetPhone
) -> None:
    settled(worker)
    mate = phone("mate")
    act(worker, "rate", "e1", solved=False, content=None, how="visit")
    assert act(mate, "rate", "e2", **SOLVED) == ("applied", None)
    assert (case(worker)["state"], line(worker, "e2")["action"]) == ("open", "rate")


def test_a_closed_case_is_opened_again_within_thirty_days_and_not_after(worker: Phone) -> None:
    settled(worker)
    act(worker, "rate", "e1", **SOLVED)
    late = MORNING + timedelta(days=30, minutes=1)
    assert act(worker, "reopen", "e2", late, reason="又漏了")[0] == "superseded"
    assert act(worker, "reopen", "e3", MORNING + timedelta(days=29), reason="又漏了") == (
        "applied",
        None,
    )
    assert (case(worker)["state"], case(worker)["closed_at"]) == ("open", None)


@pytest.mark.parametrize(
    ("later", "state"), [(timedelta(days=30), "open"), (timedelta(days=30, minutes=1), "merged")]
)
def test_a_case_joined_to_one_that_was_joined_is_taken_out_again_within_thirty_days_of_its_closing(
    worker: Phone, phone: GetPhone, later: timedelta, state: str
) -> None:
    for name in ("c2", "c3"):
        worker.do("case.open", **case_args("g1-102", name, kind="doorstep"))
    leader = phone("leader")
    act(leader, "merge", "e1", into_id=C2)
    act(leader, "merge", "e2", id=C2, into_id=C3)
    act(leader, "accept", "e3", id=C3)
    act(leader, "resolve", "e4", id=C3, text="换了水管")
    act(leader, "rate", "e5", id=C3, **SOLVED)
    unsolved = {"solved": False, "content": None, "how": "visit"}
    assert act(worker, "rate", "e6", MORNING + later, **unsolved) == ("applied", None)
    assert (case(worker)["state"], case(worker)["rating"]["solved"]) == (state, False)


def test_a_merged_case_follows_another_and_both_timelines_say_so(
    worker: Phone, phone: GetPhone
) -> None:
    worker.do("case.open", **case_args("g1-102", "c2", kind="doorstep"))
    assert act(phone("leader"), "merge", "e1", into_id=C2, text="同一根管子") == ("applied", None)
    assert (case(worker)["state"], case(worker)["merged_into"]) == ("merged", C2)
    assert line(worker, "e1")["details"] == {"into_id": C2, "number": number(C2)}
    (joined,) = (
        event
        for (type_, _), event in worker.records.items()
        if type_ == "case_event" and event["case_id"] == C2 and event["action"] == "merge"
    )
    assert joined["details"] == {"case_id": C1, "number": number(C1)}


@pytest.mark.parametrize(
    ("into", "code"),
    [("c1", "no_case_to_join"), ("nowhere", "not_found"), ("elsewhere", "not_found")],
)
def test_a_case_is_merged_only_into_another_open_one_of_its_community(
    worker: Phone, phone: GetPhone, into: str, code: str
) -> None:
    phone("stranger").do("case.open", **case_args("n1-101", "elsewhere", kind="doorstep"))
    assert act(phone("leader"), "merge", "e1", into_id=new_id(into)) == ("rejected", code)
    assert case(worker)["state"] == "open"


def test_the_child_of_a_merged_case_has_a_rating_of_its_own(worker: Phone, phone: GetPhone) -> None:
    worker.do("case.open", **case_args("g1-102", "c2", kind="doorstep"))
    act(phone("leader"), "merge", "e1", into_id=C2)
    assert act(worker, "rate", "e2", **SOLVED) == ("applied", None)
    assert (case(worker)["state"], case(worker)["rating"]) == ("merged", SOLVED)
    assert act(worker, "rate", "e3", solved=False, content=False, how="visit") == ("applied", None)
    assert (case(worker)["state"], case(worker)["merged_into"]) == ("open", None)
    assert case(worker, C2)["rating"] is None


def test_who_opened_a_case_withdraws_it_until_somebody_accepts_it(
    phone: GetPhone, worker: Phone
) -> None:
    mate = phone("mate")
    assert act(mate, "withdraw", "e1", reason="登记错了") == ("rejected", "not_allowed")
    accepted(mate)
    assert act(worker, "withdraw", "e2", reason="登记错了")[0] == "superseded"
    assert act(phone("leader"), "withdraw", "e3", reason="居民说不用了") == ("applied", None)
    assert case(worker)["state"] == "withdrawn"


def test_a_council_leaves_its_steps_and_votes_on_the_timeline(worker: Phone) -> None:
    accepted(worker)
    votes = {"in_favour": 9, "against": 1, "abstained": 2}
    deliberated = {"stage": "deliberate", "present": 12, "votes": votes}
    assert act(worker, "council", "e1", text="装感应灯", **deliberated) == ("applied", None)
    assert case(worker)["state"] == "accepted"
    assert line(worker, "e1")["details"] == deliberated
