"""A whistle over HTTP: who is called has a post at the case until it is over, by the roster of the moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from app.services import recognising
from tests.app.conftest import Somebody
from tests.phone import case_args, new_id
from tests.roster import roster
from tests.town import id_of

CASE = new_id("c1")


def whistle(worker: Somebody, *to: dict[str, str], event: str = "w1") -> dict[str, Any]:
    """Open a case, if there is none, and blow the whistle; the verdict."""
    opening = [worker.mutation("case.open", **case_args("g1-101", "c1"))] if event == "w1" else []
    call = worker.mutation("case.whistle", id=CASE, event_id=new_id(event), to=list(to))
    verdict: dict[str, Any] = worker.sync(*opening, call)["verdicts"][-1]
    return verdict


def person(name: str) -> dict[str, str]:
    return {"person_id": id_of(name)}


def kinds(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(op["op"], op["type"]) for op in answer["patch"] if op["type"] != "unit"]


def answer(called: Somebody, word: str) -> dict[str, Any]:
    said = {"id": CASE, "event_id": new_id(f"{called.name} {word}"), "answer": word}
    return called.sync(called.mutation("case.respond", **said))


def test_a_case_comes_to_who_is_called_with_the_next_exchange_and_leaves_when_they_decline(
    somebody: Any,
) -> None:
    leader, plumber = somebody("secretary"), somebody("plumber")
    assert kinds(plumber.sync()) == []
    assert whistle(leader, person("plumber"))["verdict"] == "applied"
    puts = [("put", "case"), ("put", "case_event"), ("put", "case_event")]
    assert kinds(plumber.sync()) == puts
    assert plumber.sync()["check"][0]["count"] == 3
    verdicts = answer(plumber, "declined")["verdicts"]
    assert [v["verdict"] for v in verdicts] == ["applied"]
    assert set(kinds(plumber.sync())) == {("del", "case"), ("del", "case_event")}


def test_who_is_on_shift_at_the_unit_is_called_and_who_leads_it_is_left_in_peace(
    somebody: Any,
) -> None:
    worker, mate, leader = somebody("secretary"), somebody("mate"), somebody("leader")
    roster("mate", "garden-1", datetime.now(UTC) - timedelta(hours=1))
    whistle(worker, {"unit_id": id_of("garden-1")})
    for colleague, called in ((mate, True), (leader, False)):
        found = [op["value"] for op in colleague.sync()["patch"] if op["type"] == "case"]
        names = [call["name"] for call in found[-1]["calls"]]
        assert names == ["mate"], (colleague.name, called)


def test_an_answer_that_was_given_before_the_case_was_closed_is_taken_days_later(
    somebody: Any,
) -> None:
    secretary, plumber = somebody("secretary"), somebody("plumber")
    whistle(secretary, person("plumber"))
    plumber.sync()
    late = plumber.mutation(
        "case.respond", id=CASE, event_id=new_id("late"), answer="done", text="换了阀门"
    )
    act = {"id": CASE}
    secretary.sync(
        secretary.mutation("case.accept", event_id=new_id("a"), **act),
        secretary.mutation("case.resolve", event_id=new_id("b"), text="修好了", **act),
        secretary.mutation("case.rate", event_id=new_id("c"), solved=True, how="call", **act),
    )
    assert set(kinds(plumber.sync())) == {("del", "case"), ("del", "case_event")}
    assert plumber.sync(late)["verdicts"][0]["verdict"] == "applied"


def test_a_whistle_needs_exactly_one_of_unit_department_and_person(somebody: Any) -> None:
    worker = somebody("secretary")
    for to in ({}, {"unit_id": id_of("garden"), "department": "物业"}):
        verdict = whistle(worker, to, event=f"w{len(to)}")
        assert (verdict["verdict"], verdict["code"]) == ("rejected", "invalid")


def test_being_called_to_a_case_shows_nothing_of_its_communitys_roster(
    somebody: Any,
) -> None:
    worker, stranger = somebody("secretary"), somebody("plumber")
    whistle(worker, person("plumber"))
    units = stranger.client.get("/api/v1/duty").json["units"]
    assert [unit["name"] for unit in units] == ["garden", "community"]


def test_l6_a_case_that_somebody_was_called_to_once_costs_their_later_requests_nothing(
    somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    read = recognising._read

    def noted(text: str) -> Any:
        told.append(len(orjson.loads(text)["posts"]))
        return read(text)

    monkeypatch.setattr(recognising, "_read", noted)
    secretary, plumber = somebody("secretary"), somebody("plumber")
    plumber.sync()
    whistle(secretary, person("plumber"))
    answer(plumber, "declined")
    plumber.sync()
    before, called, declined = told[0], *told[-2:]
    assert (called, declined) == (before + 1, before)
