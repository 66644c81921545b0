"""Moving people between units, and what becomes of their phones."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.extensions import writing
from app.models import Membership
from app.services import staffing, suspending
from tests.phone import case_args, new_id, visit_args
from tests.town import id_of


def dwellings(answer: dict[str, Any], op: str) -> set[str]:
    return {o["id"] for o in answer["patch"] if o["op"] == op and o["type"] == "dwelling"}


def test_a_worker_who_is_moved_brings_late_visits_home_and_changes_grids(somebody: Any) -> None:
    worker = somebody("worker")
    worker.cursor = worker.sync()["cursor"]
    visit = worker.mutation("visit.record", **visit_args("g1-101", "v1"))
    assert staffing.move("worker", "garden-1", "harbour-1", datetime.now(UTC)) == ["grid_worker"]
    an_hour_later = datetime.fromisoformat(visit["at"]) + timedelta(hours=1)
    answer = worker.post(worker.envelope(visit, sent_at=an_hour_later.isoformat())).json
    assert [v["verdict"] for v in answer["verdicts"]] == ["applied"]
    assert dwellings(answer, "del") == {id_of("g1-101"), id_of("g1-102")}
    assert dwellings(answer, "put") == {id_of("h1-101")}


def test_a_worker_of_two_grids_who_is_moved_from_one_to_the_other_has_the_other(
    somebody: Any,
) -> None:
    with writing() as session:
        post = {"person_id": id_of("worker"), "role": "grid_worker"}
        session.add(Membership(unit_id=id_of("harbour-1"), **post))
    staffing.move("worker", "garden-1", "harbour-1", datetime.now(UTC))
    assert dwellings(somebody("worker").sync(), "put") == {id_of("h1-101")}


def test_who_is_moved_takes_along_all_that_they_were_at_the_old_unit(somebody: Any) -> None:
    second = {"person_id": id_of("worker"), "role": "responder", "department": "物业"}
    with writing() as session:
        session.add(Membership(unit_id=id_of("garden-1"), **second))
    moved = staffing.move("worker", "garden-1", "harbour-1", datetime.now(UTC))
    assert moved == ["grid_worker", "responder"]
    assert posts(somebody("worker").sync(), "worker") == [id_of("harbour-1")] * 2


def people(answer: dict[str, Any], op: str = "put") -> set[str]:
    return {o["id"] for o in answer["patch"] if o["op"] == op and o["type"] == "person"}


def test_a_colleague_who_is_moved_to_another_community_leaves_the_phones_that_saw_them(
    somebody: Any,
) -> None:
    worker, stranger = somebody("worker"), somebody("stranger")
    seen = people(worker.sync())
    stranger.sync()
    staffing.move("mate", "garden-1", "next-yard-1", datetime.now(UTC))
    assert people(worker.sync(), "del") == {id_of("mate")}
    assert people(stranger.sync()) == {id_of("mate")}
    assert people(somebody("worker", "d-new").sync()) == seen - {id_of("mate")}


def test_somebody_who_is_moved_at_their_second_post_stays_with_the_colleagues_of_their_first(
    somebody: Any,
) -> None:
    worker, stranger = somebody("worker"), somebody("stranger")
    second = {"person_id": id_of("mate"), "role": "responder", "department": "物业"}
    with writing() as session:
        session.add(Membership(unit_id=id_of("next-yard"), **second))
    assert id_of("mate") in people(worker.sync())
    stranger.sync()
    staffing.move("mate", "next-yard", "harbour", datetime.now(UTC))
    assert people(worker.sync(), "del") == people(stranger.sync()) == set()


def posts(answer: dict[str, Any], name: str) -> list[str] | None:
    """The units at which somebody serves, as an answer says; None where it says nothing of them."""
    for op in answer["patch"]:
        if (op["type"], op["id"], op["op"]) == ("person", id_of(name), "put"):
            return [post["unit_id"] for post in op["value"]["memberships"]]
    return None


def test_a_suspended_colleague_is_offered_for_nothing_until_they_are_back(somebody: Any) -> None:
    worker = somebody("worker")
    assert posts(worker.sync(), "mate") == [id_of("garden-1")]
    for _ in range(2):
        suspending.suspend("mate", datetime.now(UTC))
    assert posts(worker.sync(), "mate") == []
    assert posts(worker.sync(), "mate") is None
    assert posts(somebody("leader", "d-new").sync(), "mate") == []
    for back in (True, False):
        assert suspending.reinstate("mate") is back
    assert posts(worker.sync(), "mate") == [id_of("garden-1")]


def test_a_responder_who_is_moved_is_called_by_their_department_at_the_new_unit(
    somebody: Any,
) -> None:
    staffing.move("plumber", "garden", "harbour", datetime.now(UTC))
    leader = somebody("secretary")
    opening = leader.mutation("case.open", **case_args("g1-101", "c1"))
    act = {"id": new_id("c1"), "event_id": new_id("w1"), "to": [{"department": "物业"}]}
    verdict = leader.sync(opening, leader.mutation("case.whistle", **act))["verdicts"][-1]
    assert (verdict["verdict"], verdict["code"]) == ("applied", None)


@pytest.mark.parametrize(
    ("username", "from_code", "to_code"),
    [
        ("nobody", "garden-1", "harbour-1"),
        ("worker", "nowhere", "harbour-1"),
        ("worker", "garden-2", "harbour-1"),
        ("worker", "garden-1", "harbour"),
    ],
)
@pytest.mark.usefixtures("town")
def test_a_move_that_names_no_post_changes_nothing(
    username: str, from_code: str, to_code: str
) -> None:
    with pytest.raises(staffing.NoSuchPost):
        staffing.move(username, from_code, to_code, datetime.now(UTC))
