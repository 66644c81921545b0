"""Whoever opened a case that was joined to another is told when that moves, on every store."""

from collections.abc import Collection
from typing import Any

import pytest
from sqlalchemy import select

from app import models
from app.extensions import reading
from sync.cases import number
from sync.derived import derived_id
from sync.memory_store import MemoryStore
from sync.resident import Rating, rate
from sync.store import Store
from tests.phone import Phone, case_args, new_id, on_workdays
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

CHILD, PARENT, OTHER = new_id("child"), new_id("parent"), new_id("other")


def told(store: Store) -> list[tuple[str, str]]:
    """The cases of which whoever opened the child was told that they moved, each with the notice's id."""
    if isinstance(store, MemoryStore):
        notices = [(n.kind, n.person_id, n.case_id, n.id) for n in store.notices]
    else:
        row = models.Notice
        with reading() as session:
            found = session.execute(select(row.kind, row.person_id, row.case_id, row.id)).all()
        notices = [(kind, person_id, case_id, id_) for kind, person_id, case_id, id_ in found]
    mine = {
        (str(case_id), id_)
        for kind, to, case_id, id_ in notices
        if (kind, to) == ("case_moved", id_of("mate"))
    }
    return sorted(mine)


def act(phone: Phone, action: str, case_id: str = PARENT, **args: Any) -> None:
    said = {"id": case_id, "event_id": new_id(f"{action} {case_id}"), **args}
    assert phone.do(f"case.{action}", **said).verdict == "applied"


@pytest.fixture
def leader(phone: GetPhone) -> Phone:
    """A phone of the grid's leader, who has joined the case of one of them to that of another."""
    worker, leader = phone("worker"), phone("leader")
    for name in ("parent", "other"):
        worker.do("case.open", **case_args("g1-101", name, kind="doorstep"))
    phone("mate").do("case.open", **case_args("g1-101", "child", kind="doorstep"))
    act(leader, "merge", CHILD, into_id=PARENT)
    return leader


def test_every_move_of_the_parent_tells_whoever_opened_the_child_of_their_own_case(
    store: Store, leader: Phone
) -> None:
    # of the joining itself
    assert [case_id for case_id, _ in told(store)] == [CHILD]
    act(leader, "accept")
    act(leader, "resolve", text="修好了")
    assert [case_id for case_id, _ in told(store)] == [CHILD] * 3
    assert rate(store, id_of("community"), PARENT, Rating(True, True), MORNING, on_workdays)
    assert [case_id for case_id, _ in told(store)] == [CHILD] * 4


def test_a_note_on_the_parent_moves_nothing(store: Store, leader: Phone) -> None:
    before = told(store)
    act(leader, "note", text="下午去看")
    assert told(store) == before


def test_a_child_of_a_child_is_told_of_too(store: Store, leader: Phone) -> None:
    act(leader, "merge", PARENT, into_id=OTHER)
    act(leader, "accept", OTHER)
    assert [case_id for case_id, _ in told(store)] == [CHILD] * 3


def test_a_child_that_goes_on_by_itself_is_told_of_no_more(store: Store, leader: Phone) -> None:
    act(leader, "rate", CHILD, solved=False, how="call")
    before = told(store)
    act(leader, "accept")
    assert told(store) == before


def test_the_queries_of_a_batch_do_not_grow_with_the_cases_it_moves(
    store: Store, leader: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(leader, "merge", PARENT, into_id=OTHER)
    asked: list[Collection[str]] = []
    with store.transaction([leader.author.home_id]) as transaction:
        kind = type(transaction)
    joined = kind.joined

    def asking(transaction: Any, case_ids: Collection[str]) -> Any:
        asked.append(case_ids)
        return joined(transaction, case_ids)

    monkeypatch.setattr(kind, "joined", asking)
    names = [f"case {number}" for number in range(20)]
    opened = [leader.make("case.open", **case_args("g1-101", n, kind="doorstep")) for n in names]
    accepts = [
        leader.make("case.accept", id=id_, event_id=new_id(f"accept {id_}"))
        for id_ in (*map(new_id, names), OTHER)
    ]
    leader.push(*opened)
    assert {verdict.verdict for verdict in leader.push(*accepts)} == {"applied"}
    # of all the cases, and of those joined to one of them, and so on
    assert len(asked) == 3
    assert [case_id for case_id, _ in told(store)] == [CHILD] * 3


def test_a_child_is_told_of_what_happens_to_its_parent_also_in_the_batch_that_joins_them(
    store: Store, phone: GetPhone, leader: Phone
) -> None:
    late = new_id("late")
    phone("mate", "tablet").do("case.open", **case_args("g1-101", "late", kind="doorstep"))
    joins: dict[str, Any] = {"id": late, "event_id": new_id("joins"), "into_id": PARENT}
    accepts: dict[str, Any] = {"id": PARENT, "event_id": new_id("accepts")}
    batch = [leader.make("case.merge", **joins), leader.make("case.accept", **accepts)]
    assert [verdict.verdict for verdict in leader.push(*batch)] == ["applied", "applied"]
    assert [case_id for case_id, _ in told(store) if case_id == late] == [late] * 2


def test_what_was_joined_to_a_case_that_is_withdrawn_goes_on_by_itself(
    store: Store, leader: Phone
) -> None:
    act(leader, "merge", PARENT, into_id=OTHER)
    act(leader, "withdraw", OTHER, reason="登记错了")
    leader.sync()
    parent, child = (leader.records["case", id_] for id_ in (PARENT, CHILD))
    assert (parent["state"], parent["merged_into"]) == ("open", None)
    assert parent["holder_id"] == id_of("garden-1")
    # it was joined to the one that goes on
    assert (child["state"], child["merged_into"]) == ("merged", PARENT)
    ((key, line),) = [
        (key, record)
        for key, record in leader.records.items()
        if key[0] == "case_event" and record["action"] == "part"
    ]
    assert key[1] == derived_id(new_id(f"withdraw {OTHER}"), PARENT)
    assert (line["case_id"], line["text"]) == (PARENT, "登记错了")
    assert line["details"] == {"from_id": OTHER, "number": number(OTHER)}
    # of the two joinings, and of this
    assert [case_id for case_id, _ in told(store)] == [CHILD] * 3
    act(leader, "accept", PARENT)
    assert leader.do("case.accept", id=OTHER, event_id=new_id("late")).verdict == "superseded"
