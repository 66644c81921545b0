"""What an action on a case leaves alone, and what it and its lines say in which words, on every store."""

from datetime import timedelta

from sync.memory_store import MemoryStore
from sync.store import Store
from tests.phone import Phone, case_args, new_id
from tests.sync.conftest import GetPhone
from tests.sync.test_case_actions import C1, C2, accepted, act, line
from tests.sync.test_case_actions import worker as worker
from tests.sync.test_sweep import opened, pass_by
from tests.town import MORNING, author, id_of, settle_in_memory

HOUR = timedelta(hours=1)


def test_who_accepts_later_is_reminded_no_later(store: Store, phone: GetPhone) -> None:
    worker = opened(phone)
    accept = worker.make("case.accept", MORNING + HOUR, id=C1, event_id=new_id("e1"))
    assert worker.push(accept, now=MORNING + HOUR)[0].verdict == "applied"
    assert pass_by(store, 2 * HOUR) == {"due": 1}


def test_a_case_that_goes_no_higher_brings_its_new_line_and_none_of_the_earlier(
    worker: Phone, phone: GetPhone
) -> None:
    for somebody in (worker, phone("secretary")):
        act(somebody, "escalate", somebody.author.name, reason="修不了")
    worker.sync()
    assert act(phone("community-secretary"), "accept", "e1") == ("applied", None)
    assert worker.sync() == 2


def test_a_note_on_a_joined_case_stands_on_its_own_timeline_only(
    worker: Phone, phone: GetPhone
) -> None:
    worker.do("case.open", **case_args("g1-102", "c2", kind="doorstep"))
    assert act(phone("leader"), "merge", "e1", into_id=C2, text="同一根管子")[0] == "applied"
    worker.sync()
    notes = [
        worker.make("case.note", id=id_, event_id=new_id(f"note {id_}"), text="住户问了")
        for id_ in (C1, C2)
    ]
    assert [one.verdict for one in worker.push(*notes)] == ["applied", "applied"]
    assert worker.sync() == 2
    lines = [value for (type_, _), value in worker.records.items() if type_ == "case_event"]
    joined = [one for one in lines if (one["case_id"], one["action"]) == (C2, "merge")]
    assert [one["text"] for one in joined] == ["同一根管子"]


def test_a_line_has_the_reason_for_its_words_or_else_none(worker: Phone) -> None:
    accepted(worker)
    act(worker, "escalate", "e1", reason="要物业配合")
    worker.sync()
    assert (line(worker, "accepted")["text"], line(worker, "e1")["text"]) == ("", "要物业配合")


def test_whom_no_unit_that_has_had_the_case_knows_has_no_name_on_the_line(
    worker: Phone, phone: GetPhone
) -> None:
    act(worker, "escalate", "e1", reason="要物业配合")
    assert (
        act(phone("leader"), "assign", "e2", assignee_id=id_of("harbour-worker"))[0] == "superseded"
    )
    worker.sync()
    told = {"assignee_id": id_of("harbour-worker"), "assignee_name": ""}
    assert line(worker, "e2")["details"] == told


def test_a_case_at_a_place_in_words_is_there_in_those_words(phone: GetPhone) -> None:
    leader = phone("leader")
    place = {"unit_id": id_of("garden-1"), "text": "3号楼后门"}
    leader.do("case.open", **case_args("", "c1", dwelling_id=None, place=place))
    leader.sync()
    assert leader.records["case", C1]["place"] == place


def test_of_two_answers_of_one_moment_the_second_counts(phone: GetPhone) -> None:
    leader, plumber = phone("leader"), phone("plumber")
    leader.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    call = [{"person_id": id_of("plumber")}]
    assert act(leader, "whistle", "e1", to=call)[0] == "applied"
    plumber.recognised()
    for answer in ("coming", "arrived"):
        assert act(plumber, "respond", answer, answer=answer)[0] == "applied"
    leader.sync()
    assert [one["answer"] for one in leader.records["case", C1]["calls"]] == ["arrived"]


def test_nobody_is_called_who_serves_the_city_which_holds_no_case() -> None:
    store, clerk = MemoryStore(), new_id("clerk")
    settle_in_memory(store)
    post = {"unit_id": id_of("city"), "role": "admin", "department": ""}
    store.add_person(clerk, id_of("city"), {"name": "clerk", "memberships": [post]})
    leader = Phone(store, author("leader"))
    leader.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    verdict = act(leader, "whistle", "e1", to=[{"person_id": clerk}])
    assert verdict == ("rejected", "nobody_to_call")
