"""Whom the lines of a timeline are told to (docs/cases.md, Notices), over the life of one case."""

from datetime import timedelta
from typing import Any

from sync.memory_store import MemoryStore
from sync.records import Notice
from sync.sweep import sweep
from sync.tidings import Tiding, hear
from tests.phone import Phone, case_args, new_id, on_workdays
from tests.sync.test_quarantine import AFTERNOON, decided, shut_out
from tests.town import LADDER, MORNING, PEOPLE, author, id_of, settle_in_memory

CASE = new_id("c1")
MOVED = ("case_moved", None, "community-worker")
"""Whoever opened it is told of each move."""
UNTIL = "2027-06-30T00:00:00.000Z"
PLUMBER = [{"unit_id": None, "department": None, "person_id": id_of("plumber")}]

Told = tuple[str, str | None, str | None]
LIFE: list[tuple[str, str, dict[str, Any], set[Told]]] = [
    ("community-worker", "note", {"text": "在三楼"}, set()),
    (
        "leader",
        "assign",
        {"assignee_id": id_of("mate")},
        {("case_assigned", None, "mate"), MOVED},
    ),
    (
        "mate",
        "extend",
        {"reason": "等材料", "until": UNTIL},
        {("case_time_asked", "garden", None), MOVED},
    ),
    (
        "secretary",
        "deny",
        {"reason": "先垫一块"},
        {("case_time_answered", "garden-1", None), MOVED},
    ),
    (
        "worker",
        "extend",
        {"reason": "还是缺", "until": UNTIL},
        {("case_time_asked", "garden", None), MOVED},
    ),
    ("secretary", "grant", {}, {("case_time_answered", "garden-1", None), MOVED}),
    ("mate", "whistle", {"to": PLUMBER}, {("case_called", None, "plumber"), MOVED}),
    ("plumber", "respond", {"answer": "coming"}, {("case_answered", None, "mate")}),
    ("plumber", "note", {"text": "带了扳手"}, set()),
    ("mate", "escalate", {"reason": "修不了"}, {("case_arrived", "garden", None), MOVED}),
    ("secretary", "return", {"reason": "能修"}, {("case_arrived", "garden-1", None), MOVED}),
    ("leader", "assign", {"assignee_id": id_of("leader")}, {MOVED}),
    ("leader", "resolve", {"text": "修好了"}, {MOVED}),
    ("community-worker", "note", {"text": "谢谢"}, set()),
]
"""Who does what, and which units and people are told of it, never who did it."""


def named(notice: Notice) -> Told:
    """A notice as the table above writes it."""
    names = {id_of(name): name for name in (*LADDER, *PEOPLE)}
    return notice.kind, names.get(notice.unit_id or ""), names.get(notice.person_id or "")


def test_each_line_tells_those_whom_it_concerns_and_never_its_author() -> None:
    store = MemoryStore()
    settle_in_memory(store)
    said = case_args("g1-101", "c1", kind="doorstep", urgency="urgent")
    opened = Phone(store, author("community-worker")).do("case.open", **said)
    assert opened.verdict == "applied"
    assert [named(one) for one in store.notices] == [("case_arrived", "garden-1", None)]
    for number, (who, action, args, told) in enumerate(LIFE):
        before, phone = len(store.notices), Phone(store, author(who, f"phone {number}"))
        phone.recognised()
        at = MORNING + timedelta(minutes=number)
        act = {"id": CASE, "event_id": new_id(f"e{number}"), **args}
        assert phone.do(f"case.{action}", at, **act).verdict == "applied", action
        assert {named(one) for one in store.notices[before:]} == told, action
    check_addresses(store)


def test_a_case_that_falls_due_tells_each_time_in_a_notice_of_its_own() -> None:
    store = MemoryStore()
    settle_in_memory(store)
    leader = Phone(store, author("leader"))
    leader.do("case.open", **case_args("g1-101", "c1", kind="doorstep", urgency="urgent"))
    leader.do("case.assign", id=CASE, event_id=new_id("e"), assignee_id=id_of("mate"))
    store.notices.clear()
    for hours in (2, 3.2, 4):
        sweep(store, id_of("community"), [CASE], MORNING + timedelta(hours=hours), on_workdays)
    assert [named(one) for one in store.notices] == [
        ("case_due", "garden-1", "mate"),
        ("case_due_soon", "garden-1", "mate"),
        ("case_overdue", "garden-1", "mate"),
        ("case_overdue", "garden", None),
    ]
    check_addresses(store)


def test_a_case_that_a_platform_settles_is_told_to_whoever_opened_it() -> None:
    store = MemoryStore()
    settle_in_memory(store)
    said = case_args("g1-101", "c1", urgency="urgent")
    Phone(store, author("community-worker")).do("case.open", **said)
    for number, who in enumerate(("secretary", "community-secretary", "officer")):
        act: dict[str, Any] = {"id": CASE, "event_id": new_id(f"e{number}"), "reason": "修不了"}
        Phone(store, author(who)).do("case.escalate", **act)
    store.notices.clear()
    news = Tiding(new_id("n"), CASE, id_of("district"), "民呼我应", "已修好", MORNING, settled=True)
    assert hear(store, id_of("community"), news, MORNING, on_workdays)
    assert [named(one) for one in store.notices] == [MOVED]
    check_addresses(store)


def test_a_quarantined_case_tells_where_it_arrives_once_it_is_accepted() -> None:
    store = MemoryStore()
    settle_in_memory(store)
    worker = shut_out(Phone(store, author("worker")))
    case = worker.make("case.open", **case_args("g1-101", "c1", urgency="urgent"))
    worker.push(case, now=AFTERNOON)
    assert [notice.kind for notice in store.notices] == ["held"]
    store.notices.clear()
    assert decided(worker, case, accept=True).verdict == "applied"
    assert [named(one) for one in store.notices] == [("case_arrived", "garden", None)]
    check_addresses(store)


def joined(store: MemoryStore) -> Phone:
    """A phone of the grid's leader, who joined an urgent case and another to a third."""
    worker, mate, leader = (Phone(store, author(name)) for name in ("worker", "mate", "leader"))
    worker.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    for name, urgency in (("c2", "urgent"), ("c3", "normal")):
        mate.do("case.open", **case_args("g1-101", name, kind="doorstep", urgency=urgency))
        act: dict[str, Any] = {
            "id": new_id(name),
            "event_id": new_id(f"join {name}"),
            "into_id": CASE,
        }
        assert leader.do("case.merge", **act).verdict == "applied"
    store.notices.clear()
    return leader


def test_each_of_several_joined_cases_is_told_of_in_a_notice_of_its_own() -> None:
    store = MemoryStore()
    settle_in_memory(store)
    joined(store).do("case.accept", id=CASE, event_id=new_id("e"))
    told = [(one.case_id, one.urgency, one.community_id) for one in store.notices]
    urgencies = {CASE: "normal", new_id("c2"): "urgent", new_id("c3"): "normal"}
    assert sorted(told) == sorted((*one, id_of("community")) for one in urgencies.items())
    assert len({one.id for one in store.notices}) == 3


def test_somebody_who_is_called_to_two_cases_has_a_notice_of_each() -> None:
    store = MemoryStore()
    settle_in_memory(store)
    worker = Phone(store, author("worker"))
    for name in ("c1", "c2"):
        worker.do("case.open", **case_args("g1-101", name, kind="doorstep"))
        worker.do("case.whistle", id=new_id(name), event_id=new_id(f"call {name}"), to=PLUMBER)
    calls = {one.case_id: one.id for one in store.notices if one.kind == "case_called"}
    assert set(calls) == {CASE, new_id("c2")}
    assert len(set(calls.values())) == 2


def check_addresses(store: MemoryStore) -> None:
    """All notices are about the case, and no two are one."""
    about = {(one.community_id, one.case_id, one.urgency) for one in store.notices}
    assert about == {(id_of("community"), CASE, "urgent")}
    assert len({one.id for one in store.notices}) == len(store.notices)
