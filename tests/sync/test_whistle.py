"""The whistle (吹哨) and the answers to it (报到), on every store (docs/cases.md)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sync.batch import Batch
from sync.push import partitions
from sync.records import Notice
from sync.whistle import post
from tests.phone import Phone, case_args, new_id
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

CASE = new_id("c1")
SOON = MORNING + timedelta(minutes=5)


@pytest.fixture
def worker(phone: GetPhone) -> Phone:
    """A grid worker who has opened a case at their grid."""
    worker = phone("worker")
    worker.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    return worker


def whistle(phone: Phone, *to: dict[str, Any], event: str = "w1", **more: Any) -> Any:
    return phone.do("case.whistle", id=CASE, event_id=new_id(event), to=list(to), **more)


def respond(phone: Phone, answer: str, event: str = "r1", at: Any = SOON) -> Any:
    phone.recognised()
    return phone.do("case.respond", at, id=CASE, event_id=new_id(event), answer=answer)


def person(name: str) -> dict[str, str]:
    return {"person_id": id_of(name)}


def calls(phone: Phone) -> dict[str, str | None]:
    """The answers of those who were called, by name."""
    phone.sync()
    return {one["name"]: one["answer"] for one in phone.records["case", CASE]["calls"]}


def test_who_is_called_sees_the_case_and_its_whole_timeline_and_nothing_else(
    worker: Phone, phone: GetPhone
) -> None:
    worker.do("case.note", id=CASE, event_id=new_id("n1"), text="三楼")
    plumber = phone("plumber")
    plumber.sync()
    assert not plumber.records
    assert whistle(worker, person("plumber")).verdict == "applied"
    plumber.recognised()
    plumber.sync()
    assert plumber.ids("case") == {CASE}
    assert len(plumber.ids("case_event")) == 3
    assert not plumber.ids("dwelling") | plumber.ids("resident") | plumber.ids("person")


def test_who_is_called_reads_of_the_units_around_a_case_what_they_are_called(
    worker: Phone, phone: GetPhone
) -> None:
    lawyer = phone("lawyer")
    lawyer.sync()
    whistle(worker, person("lawyer"))
    lawyer.recognised()
    lawyer.sync()
    case = lawyer.records["case", CASE]
    around = [case["holder_id"], case["grid_id"], case["compound_id"]]
    names = [lawyer.records["unit", unit_id]["name"] for unit_id in around]
    assert names == ["garden-1", "garden-1", "garden"]
    respond(lawyer, "declined")
    lawyer.recognised()
    lawyer.sync()
    assert not lawyer.ids("unit")


def test_what_happens_to_a_case_afterwards_comes_to_those_who_were_called(
    worker: Phone, phone: GetPhone
) -> None:
    whistle(worker, person("plumber"))
    plumber = phone("plumber")
    plumber.recognised()
    plumber.sync()
    worker.do("case.accept", id=CASE, event_id=new_id("a1"))
    assert plumber.sync() == 2
    assert plumber.records["case", CASE]["state"] == "accepted"


def test_a_case_leaves_the_phones_of_those_who_cannot_come_and_of_all_when_it_is_over(
    worker: Phone, phone: GetPhone
) -> None:
    whistle(worker, person("plumber"), person("lawyer"))
    plumber, lawyer = phone("plumber"), phone("lawyer")
    for called in (plumber, lawyer):
        called.recognised()
        called.sync()
    assert respond(plumber, "declined").verdict == "applied"
    plumber.recognised()
    plumber.sync()
    assert not plumber.ids("case") | plumber.ids("case_event")
    worker.do("case.accept", id=CASE, event_id=new_id("a1"))
    worker.do("case.resolve", id=CASE, event_id=new_id("a2"), text="修好了")
    worker.do("case.rate", id=CASE, event_id=new_id("a3"), solved=True, how="call")
    lawyer.recognised()
    lawyer.sync()
    assert not lawyer.ids("case") | lawyer.ids("case_event")


def test_a_worker_of_the_grid_keeps_their_case_after_the_call_is_over(
    worker: Phone, phone: GetPhone
) -> None:
    mate = phone("mate")
    whistle(worker, person("mate"))
    mate.recognised()
    mate.sync()
    respond(mate, "declined")
    mate.recognised()
    mate.sync()
    assert mate.ids("case") == {CASE}


def test_those_who_were_called_may_note_and_answer_and_nothing_else(
    worker: Phone, phone: GetPhone
) -> None:
    whistle(worker, person("plumber"))
    plumber = phone("plumber")
    plumber.recognised()
    note = plumber.do("case.note", id=CASE, event_id=new_id("n1"), text="要换阀门")
    assert note.verdict == "applied"
    refused = plumber.do("case.accept", id=CASE, event_id=new_id("n2"))
    assert (refused.verdict, refused.code) == ("rejected", "not_allowed")
    worker.sync()
    line = worker.records["case_event", new_id("n1")]
    assert (line["actor_name"], line["actor_role"]) == ("plumber", "responder")


def test_each_answer_stands_on_the_timeline_with_its_time_and_the_case_says_the_last(
    worker: Phone, phone: GetPhone
) -> None:
    whistle(worker, person("plumber"))
    plumber = phone("plumber")
    for minutes, answer in enumerate(("coming", "arrived", "done")):
        at = SOON + timedelta(minutes=minutes)
        assert respond(plumber, answer, answer, at).verdict == "applied"
    assert calls(worker) == {"plumber": "done"}
    lines = [worker.records["case_event", new_id(a)] for a in ("coming", "arrived", "done")]
    assert [line["details"] for line in lines] == [
        {"answer": "coming"},
        {"answer": "arrived"},
        {"answer": "done"},
    ]


def settle(worker: Phone) -> None:
    """Bring the case to its end."""
    worker.do("case.accept", id=CASE, event_id=new_id("a1"))
    worker.do("case.resolve", id=CASE, event_id=new_id("a2"), text="修好了")
    worker.do("case.rate", id=CASE, event_id=new_id("a3"), solved=True, how="call")


def test_an_answer_is_never_late_however_long_the_case_has_been_over(
    worker: Phone, phone: GetPhone
) -> None:
    whistle(worker, person("plumber"))
    settle(worker)
    plumber = phone("plumber")
    assert respond(plumber, "done", at=MORNING + timedelta(days=3)).verdict == "applied"
    assert calls(worker) == {"plumber": "done"}


def test_who_was_called_answers_also_after_their_post_has_ended(
    worker: Phone, phone: GetPhone
) -> None:
    whistle(worker, person("plumber"))
    settle(worker)
    plumber = phone("plumber")
    plumber.moved_to(replace(plumber.author, posts=()))
    assert respond(plumber, "arrived", at=MORNING + timedelta(days=3)).verdict == "applied"
    worker.sync()
    assert worker.records["case_event", new_id("r1")]["actor_role"] == "responder"


def test_nobody_answers_for_another(worker: Phone, phone: GetPhone) -> None:
    whistle(worker, person("plumber"))
    mate = phone("mate")
    refused = mate.do("case.respond", id=CASE, event_id=new_id("r1"), answer="coming")
    assert (refused.verdict, refused.code) == ("rejected", "not_allowed")


@pytest.mark.parametrize(
    ("to", "called"),
    [
        ({"unit_id": id_of("garden")}, {"secretary"}),
        ({"unit_id": id_of("street")}, {"officer"}),
        ({"unit_id": id_of("district")}, {"district-officer"}),
        ({"unit_id": id_of("garden-1")}, {"leader"}),
        ({"unit_id": id_of("harbour-1")}, {"harbour-worker"}),
        ({"department": "物业"}, {"plumber"}),
        (person("lawyer"), {"lawyer"}),
    ],
    ids=["who leads a unit", "above", "far above", "own grid", "a team", "a department", "by name"],
)
def test_a_whistle_calls_those_who_answer_for_a_unit_a_department_or_one_by_name(
    worker: Phone, to: dict[str, str], called: set[str]
) -> None:
    assert whistle(worker, to).verdict == "applied"
    assert set(calls(worker)) == called
    line = worker.records["case_event", new_id("w1")]
    assert line["details"] == {"to": [filled(to)], "called": sorted(called), "count": 1}


def test_who_leads_a_unit_and_whistles_for_it_calls_the_others_of_its_team(
    worker: Phone, phone: GetPhone
) -> None:
    whistle(phone("leader"), {"unit_id": id_of("garden-1")})
    assert set(calls(worker)) == {"worker", "mate"}


def filled(to: dict[str, str]) -> dict[str, str | None]:
    return {"unit_id": None, "department": None, "person_id": None, **to}


@pytest.mark.parametrize(
    "to",
    [person("stranger"), person("worker"), {"department": "消防"}, {"unit_id": id_of("next")}],
    ids=["another community", "oneself", "a department nobody is of", "a unit elsewhere"],
)
def test_a_whistle_that_would_call_nobody_says_so(worker: Phone, to: dict[str, str]) -> None:
    refused = whistle(worker, to)
    assert (refused.verdict, refused.code, refused.detail) == (
        "rejected",
        "nobody_to_call",
        "/args/to",
    )


@pytest.mark.parametrize("passed_on", [False, True])
def test_who_is_called_already_is_not_told_twice_and_who_declined_is_called_anew(
    worker: Phone, phone: GetPhone, passed_on: bool
) -> None:
    whistle(worker, person("plumber"), person("lawyer"))
    respond(phone("lawyer"), "declined")
    caller = worker
    if passed_on:
        said = {"id": CASE, "event_id": new_id("e1"), "reason": "要换整根管"}
        assert worker.do("case.escalate", SOON, **said).verdict == "applied"
        caller = phone("secretary")
    at = SOON + timedelta(hours=1)
    whistle(caller, person("plumber"), person("lawyer"), event="w2", at=at)
    assert calls(caller) == {"plumber": None, "lawyer": None}
    second = caller.records["case_event", new_id("w2")]
    assert second["details"]["called"] == ["lawyer"]


@pytest.mark.parametrize("closed", [False, True])
def test_who_was_called_before_a_case_was_opened_again_is_called_anew_and_once(
    worker: Phone, phone: GetPhone, closed: bool
) -> None:
    whistle(worker, person("plumber"))
    respond(phone("plumber"), "arrived")
    rated = {"solved": closed, "content": None, "how": "call"}
    life: list[tuple[str, dict[str, Any]]] = [
        ("case.accept", {}),
        ("case.resolve", {"text": "修好了"}),
        ("case.rate", rated),
        *([("case.reopen", {"reason": "又漏了"})] if closed else []),
    ]
    for number, (action, said) in enumerate(life):
        at = SOON + timedelta(hours=1 + number)
        verdict = worker.do(action, at, id=CASE, event_id=new_id(f"e{number}"), **said)
        assert verdict.verdict == "applied", action
    for number, event in enumerate(("w2", "w3")):
        at = SOON + timedelta(hours=9 + number)
        whistle(worker, person("plumber"), event=event, at=at)
    assert calls(worker) == {"plumber": None}
    lines = [worker.records["case_event", new_id(event)] for event in ("w2", "w3")]
    assert [line["details"]["called"] for line in lines] == [["plumber"], []]


def test_each_who_is_called_is_told_and_who_called_hears_the_answer(
    worker: Phone, phone: GetPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Notice] = []
    hold = worker.store.transaction

    def listening(partitions: Any) -> Any:
        return Listening(hold(partitions), told)

    monkeypatch.setattr(worker.store, "transaction", listening)
    whistle(worker, {"department": "物业"}, person("lawyer"), person("mate"))
    assert {(n.kind, n.person_id) for n in told} == {
        ("case_called", id_of(name)) for name in ("plumber", "lawyer", "mate")
    }
    assert len({n.id for n in told}) == 3
    told.clear()
    respond(phone("plumber"), "coming")
    assert [(n.kind, n.person_id) for n in told] == [("case_answered", id_of("worker"))]


class Listening:
    """A transaction that tells which notices it writes."""

    def __init__(self, held: Any, told: list[Notice]) -> None:
        self._held, self._told = held, told

    def __enter__(self) -> Any:
        transaction = self._held.__enter__()
        write = transaction.write

        def noted(changes: Any) -> None:
            self._told += changes.notices
            write(changes)

        transaction.write = noted
        return transaction

    def __exit__(self, *ended: Any) -> Any:
        return self._held.__exit__(*ended)


def test_a_whistle_moves_nothing(worker: Phone) -> None:
    worker.sync()
    before = worker.records["case", CASE]
    whistle(worker, person("plumber"))
    worker.sync()
    after = worker.records["case", CASE]
    assert {**before, "calls": after["calls"]} == after
    assert worker.records["case_event", new_id("w1")]["to_unit_id"] is None


def test_l2_who_was_called_to_cases_in_other_communities_locks_none_but_those_they_write_about(
    worker: Phone, phone: GetPhone
) -> None:
    plumber, elsewhere = phone("plumber"), phone("stranger").author.posts[0].territory
    before = ((post(elsewhere.community_path or (), new_id("c2")), MORNING + timedelta(days=1)),)
    whistle(worker, person("plumber"))
    plumber.recognised()
    plumber.author = replace(plumber.author, former=before)
    said = {"id": CASE, "event_id": new_id("r1"), "answer": "coming"}
    batch = Batch(plumber.author, [plumber.make("case.respond", SOON, **said)], SOON, SOON)
    own = {plumber.author.home_id, worker.author.home_id}
    assert elsewhere.home_id not in own
    assert partitions(plumber.store, batch) == own
