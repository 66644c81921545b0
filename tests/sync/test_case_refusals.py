"""Why what is done to a case is refused: the code its author is told, and where, on every store."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sync import whistle
from sync.derived import derived_id
from sync.instants import from_wire, to_wire
from tests.phone import Phone, case_args, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.town import MORNING, author, id_of

C1, C2 = new_id("c1"), new_id("c2")
ABOVE = ("secretary", "community-secretary", "officer")


def refused(phone: Phone, action: str, **said: Any) -> tuple[str | None, str | None]:
    """The code and the place of a refusal; (None, None) when it is none."""
    event_id = new_id(f"{phone.author.name} {phone.seq}")
    verdict = phone.do(f"case.{action}", **{"id": C1, "event_id": event_id, **said})
    return verdict.code, verdict.detail


@pytest.fixture
def leader(phone: GetPhone) -> Phone:
    """A phone of the leader of a grid where a case has been opened."""
    phone("worker").do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    return phone("leader")


def test_above_the_district_is_nobody_to_pass_a_case_to_or_to_ask_for_time(
    leader: Phone, phone: GetPhone
) -> None:
    for holder in (leader, *map(phone, ABOVE)):
        assert refused(holder, "escalate", reason="请") == (None, None)
    district = phone("district-officer")
    assert refused(district, "escalate", reason="请") == ("no_level_above", "/name")
    assert refused(district, "accept") == (None, None)
    asked = {"reason": "等", "until": "2027-06-30T00:00:00.000Z"}
    assert refused(district, "extend", **asked) == ("no_level_above", "/name")


def test_a_case_that_nobody_sent_is_returned_to_nobody(leader: Phone) -> None:
    assert refused(leader, "return", reason="不归我们") == ("nowhere_to_return", "/name")


def test_who_is_not_of_the_team_is_given_no_case(leader: Phone) -> None:
    where = "/args/assignee_id"
    assert refused(leader, "assign", assignee_id=id_of("plumber")) == ("not_on_the_team", where)


def test_more_time_begins_after_the_time_there_is_and_after_now(leader: Phone) -> None:
    assert refused(leader, "accept") == (None, None)
    leader.sync()
    due = leader.records["case", C1]["settle_by"]
    for until in (due, "2026-11-23T00:30:00.000Z"):
        assert refused(leader, "extend", reason="等", until=until) == ("not_later", "/args/until")
    later = due.replace(".000Z", ".001Z")
    assert refused(leader, "extend", reason="等", until=later) == (None, None)


def test_more_time_for_an_overdue_case_begins_after_now(leader: Phone) -> None:
    assert refused(leader, "accept") == (None, None)
    now = MORNING + timedelta(days=30)
    for until, code in ((now, "not_later"), (now + timedelta(milliseconds=1), None)):
        said = {"id": C1, "event_id": new_id(f"{until}"), "reason": "等", "until": to_wire(until)}
        assert leader.push(leader.make("case.extend", now, **said), now=now)[0].code == code


def test_nobody_is_given_more_than_a_year_more_so_that_a_mistyped_year_is_noticed(
    leader: Phone,
) -> None:
    assert refused(leader, "accept") == (None, None)
    leader.sync()
    due = from_wire(leader.records["case", C1]["settle_by"])
    a_year = due + timedelta(days=366)
    for until in ("9998-12-30T23:59:59Z", to_wire(a_year + timedelta(milliseconds=1))):
        where = ("too_far_ahead", "/args/until")
        assert refused(leader, "extend", reason="等", until=until) == where
    assert refused(leader, "extend", reason="等", until=to_wire(a_year)) == (None, None)


@pytest.mark.parametrize(
    ("into", "code"), [(C1, "no_case_to_join"), (C2, "no_case_to_join"), (id_of("x"), "not_found")]
)
def test_a_case_joins_only_another_that_goes_on(leader: Phone, into: str, code: str) -> None:
    leader.do("case.open", **case_args("g1-102", "c2", kind="doorstep"))
    withdrawn = {"id": C2, "event_id": new_id("e"), "reason": "登记错了"}
    assert leader.do("case.withdraw", MORNING, **withdrawn).verdict == "applied"
    assert refused(leader, "merge", into_id=into) == (code, "/args/into_id")


def test_so_many_people_are_called_to_a_case_and_no_more(
    leader: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whistle, "MOST_CALLED", 2)
    nobody = {"unit_id": None, "department": None, "person_id": None}

    def call(*names: str) -> tuple[str | None, str | None]:
        return refused(leader, "whistle", to=[nobody | {"person_id": id_of(n)} for n in names])

    assert call("plumber", "lawyer") == (None, None)
    assert call("mate") == ("too_many_called", "/args/to")
    assert call("plumber") == (None, None)


@pytest.mark.usefixtures("leader")
def test_who_may_not_act_is_told_that_it_is_the_action(phone: GetPhone) -> None:
    assert refused(phone("community-worker"), "accept") == ("not_allowed", "/name")


def test_a_line_that_there_is_already_is_not_written_again(leader: Phone) -> None:
    assert refused(leader, "note", text="一", event_id=new_id("e")) == (None, None)
    taken = ("id_taken", "/args/event_id")
    assert refused(leader, "note", text="二", event_id=new_id("e")) == taken


@pytest.mark.parametrize(
    ("said", "code", "where"),
    [
        ({"id": C1}, "id_taken", "/args/id"),
        ({"id": id_of("garden-1")}, "id_taken", "/args/id"),
        ({"visit_id": C2}, "not_found", "/args/visit_id"),
        ({"dwelling_id": id_of("n1-101")}, "not_found", "/args/dwelling_id"),
    ],
)
def test_a_case_is_opened_under_a_new_id_and_about_what_its_author_sees(
    leader: Phone, said: dict[str, Any], code: str, where: str
) -> None:
    verdict = leader.do("case.open", **{**case_args("g1-102", "c3", kind="doorstep"), **said})
    assert (verdict.code, verdict.detail) == (code, where)


def test_a_case_is_opened_after_no_visit_of_another_community_and_the_queue_goes_on(
    phone: GetPhone,
) -> None:
    here = phone("worker")
    # one person serves at grids of two communities
    here.moved_to(replace(here.author, posts=(*here.author.posts, *author("stranger").posts)))
    there = here.make("visit.record", **visit_args("n1-101", "v1"))
    opening = here.make("case.open", **case_args("g1-101", "c1", visit_id=new_id("v1")))
    after = here.make("visit.record", **visit_args("g1-101", "v2"))
    verdicts = [(v.verdict, v.code, v.detail) for v in here.push(there, opening, after)]
    taken = ("applied", None, None)
    assert verdicts == [taken, ("rejected", "not_found", "/args/visit_id"), taken]


def test_a_case_whose_first_line_would_have_the_id_of_another_is_not_opened(leader: Phone) -> None:
    opening = leader.make("case.open", **case_args("g1-102", "c2", kind="doorstep"))
    note = leader.make("case.note", id=C1, event_id=opening.id, text="先写的")
    noted, opened = leader.push(*(replace(m, seq=n) for n, m in enumerate((note, opening), 1)))
    assert (noted.verdict, opened.code, opened.detail) == ("applied", "id_taken", "/id")


def test_nobody_takes_the_id_of_the_line_that_joining_a_case_puts_on_the_other(
    leader: Phone,
) -> None:
    leader.do("case.open", **case_args("g1-102", "c2", kind="doorstep"))
    line = derived_id(new_id("join"), "joined")
    taken = ("id_taken", "/args/event_id")
    assert refused(leader, "note", text="先写的", event_id=line) == taken
    join: dict[str, Any] = {"event_id": new_id("join"), "into_id": C2}
    assert refused(leader, "merge", **join) == (None, None)
    leader.sync()
    assert leader.records["case_event", line]["case_id"] == C2
