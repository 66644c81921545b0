"""Colleagues swap a shift by agreement: one offers, the one who was asked answers, and nobody else does."""

import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from app.extensions import reading, writing
from app.models import DutyShift
from tests.app.conftest import OWN
from tests.app.post import suspend
from tests.app.test_concurrency import at_once
from tests.app.test_rosters import duty
from tests.phone import new_id
from tests.roster import HOUR, roster
from tests.town import community_of, id_of

pytestmark = pytest.mark.usefixtures("town")
DAY = timedelta(days=1)


@pytest.fixture
def shift() -> str:
    """The worker's shift of tomorrow at their grid."""
    return roster("worker", "garden-1", datetime.now(UTC) + DAY)


def offer(person: Any, shift: str, to: str, swap: str = "swap") -> Any:
    asked = {"id": new_id(swap), "shift_id": shift, "to_id": id_of(to)}
    return person.client.post("/api/v1/duty/swaps", json=asked, headers=OWN)


def reply(person: Any, word: str, swap: str = "swap") -> Any:
    return person.client.post(f"/api/v1/duty/swaps/{new_id(swap)}/{word}", headers=OWN)


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json["code"]


def taker() -> str:
    with reading() as session:
        return session.get_one(
            DutyShift, (community_of("garden-1"), id_of("shift worker"))
        ).person_id


def move_shift(starts_at: datetime) -> None:
    with writing() as session:
        shift = session.get_one(DutyShift, (community_of("garden-1"), id_of("shift worker")))
        shift.starts_at, shift.ends_at = starts_at, starts_at + 8 * HOUR


def test_a_colleague_who_accepts_takes_the_shift_and_both_see_it(somebody: Any, shift: str) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    assert offer(worker, shift, "mate").status_code == 201
    [asked], [offered] = duty(mate)["shifts"], duty(worker)["shifts"]
    assert asked == offered
    assert (asked["person_name"], asked["swap"]) == (
        "worker",
        {
            "id": new_id("swap"), "from_id": id_of("worker"), "from_name": "worker",
            "to_id": id_of("mate"), "to_name": "mate", "state": "offered",
        },
    )  # fmt: skip
    assert reply(mate, "accept").status_code == 204
    [taken], [given] = duty(mate)["shifts"], duty(worker)["shifts"]
    assert taken == given
    assert (taken["person_name"], taken["swap"]["state"]) == ("mate", "accepted")


def test_a_colleague_who_declines_leaves_it_and_the_one_who_asked_learns_it(
    somebody: Any, shift: str
) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    offer(worker, shift, "mate")
    assert reply(mate, "decline").status_code == 204
    assert duty(mate)["shifts"] == []
    [kept] = duty(worker)["shifts"]
    assert (kept["person_name"], kept["swap"]["state"]) == ("worker", "declined")


def test_whatever_is_sent_again_changes_nothing(somebody: Any, shift: str) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    assert [offer(worker, shift, "mate").status_code for _ in range(2)] == [201, 201]
    assert [reply(mate, "accept").status_code for _ in range(2)] == [204, 204]
    assert refused(reply(mate, "decline")) == (409, "swap_over")
    assert taker() == id_of("mate")


def test_asking_somebody_else_takes_the_offer_from_the_one_asked_first(
    somebody: Any, shift: str
) -> None:
    worker, mate, leader = somebody("worker"), somebody("mate"), somebody("leader")
    offer(worker, shift, "mate", "first")
    offer(worker, shift, "leader", "second")
    assert duty(mate)["shifts"] == []
    assert refused(reply(mate, "accept", "first")) == (409, "swap_over")
    assert reply(leader, "accept", "second").status_code == 204
    assert taker() == id_of("leader")


def test_who_took_a_shift_may_offer_it_on_and_who_gave_it_may_not(
    somebody: Any, shift: str
) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    offer(worker, shift, "mate")
    reply(mate, "accept")
    assert refused(offer(worker, shift, "leader", "again")) == (404, "not_found")
    assert offer(mate, shift, "worker", "back").status_code == 201
    assert reply(worker, "accept", "back").status_code == 204
    assert taker() == id_of("worker")


def test_nobody_offers_another_ones_shift_or_answers_for_another(somebody: Any, shift: str) -> None:
    worker, mate, leader = somebody("worker"), somebody("mate"), somebody("leader")
    assert refused(offer(leader, shift, "mate")) == (404, "not_found")
    assert refused(offer(worker, new_id("no shift"), "mate")) == (404, "not_found")
    assert refused(offer(somebody("stranger"), shift, "mate")) == (404, "not_found")
    offer(worker, shift, "mate")
    for person in (worker, leader, somebody("stranger")):
        for word in ("accept", "decline"):
            assert refused(reply(person, word)) == (409, "swap_over")
    assert (taker(), duty(mate)["shifts"][0]["swap"]["state"]) == (id_of("worker"), "offered")


@pytest.mark.parametrize("to", ["worker", "second-worker", "secretary", "stranger", "auditor"])
def test_a_shift_goes_to_a_colleague_of_the_same_unit_only(
    somebody: Any, shift: str, to: str
) -> None:
    assert refused(offer(somebody("worker"), shift, to)) == (409, "not_a_colleague")


def test_nobody_suspended_is_asked(somebody: Any, shift: str) -> None:
    suspend("mate")
    assert refused(offer(somebody("worker"), shift, "mate")) == (409, "not_a_colleague")


def test_a_shift_that_has_begun_is_neither_offered_nor_taken(somebody: Any, shift: str) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    offer(worker, shift, "mate")
    move_shift(datetime.now(UTC) - HOUR)
    assert refused(offer(worker, shift, "leader", "late")) == (409, "shift_begun")
    assert refused(reply(mate, "accept")) == (409, "shift_begun")
    assert duty(mate)["shifts"] == []


def test_nobody_is_given_two_shifts_at_once(somebody: Any, shift: str) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    offer(worker, shift, "mate")
    roster("mate", "garden-1", datetime.now(UTC) + DAY + 7 * HOUR)
    assert refused(reply(mate, "accept")) == (409, "on_duty_then")
    assert refused(offer(worker, shift, "mate", "again")) == (409, "on_duty_then")


def test_shifts_that_follow_each_other_are_not_at_once(somebody: Any, shift: str) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    with reading() as session:
        ends_at = session.get_one(DutyShift, (community_of("garden-1"), shift)).ends_at
    roster("mate", "garden-1", ends_at)
    assert offer(worker, shift, "mate").status_code == 201
    assert reply(mate, "accept").status_code == 204


def test_an_offer_taken_back_while_it_is_being_accepted_is_settled_one_way(
    somebody: Any, shift: str
) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    offer(worker, shift, "mate", "first")
    answers: dict[str, int] = {}

    def at_once(name: str, ask: Any) -> None:
        answers[name] = ask().status_code

    asks = {
        "anew": lambda: offer(worker, shift, "leader", "second"),
        "taken": lambda: reply(mate, "accept", "first"),
    }
    threads = [threading.Thread(target=at_once, args=pair) for pair in asks.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ways = {
        id_of("mate"): {"anew": 404, "taken": 204},
        id_of("worker"): {"anew": 201, "taken": 409},
    }
    assert answers == ways[taker()]


def test_of_two_shifts_at_one_time_that_are_taken_at_one_moment_one_is_given(
    town: Flask, somebody: Any
) -> None:
    phones = [somebody("mate", f"d-mate-{number}") for number in range(2)]
    for day in range(1, 9):
        starts_at = datetime.now(UTC) + day * DAY
        swaps = {name: f"{name} {day}" for name in ("worker", "leader")}
        for name, swap in swaps.items():
            shift = roster(name, "garden-1", starts_at, shift=f"shift {swap}")
            offer(somebody(name), shift, "mate", swap)
        takes = [
            partial(reply, phone, "accept", swap)
            for phone, swap in zip(phones, swaps.values(), strict=True)
        ]
        taken, refusal = sorted(at_once(town, *takes), key=lambda answer: answer.status_code)
        assert (taken.status_code, refused(refusal)) == (204, (409, "on_duty_then"))


def test_words_of_a_refusal_say_what_to_do_in_the_askers_language(
    somebody: Any, shift: str
) -> None:
    move_shift(datetime.now(UTC) - HOUR)
    response = offer(somebody("worker"), shift, "mate")
    assert response.json["message"] == "这个班已经开始了，不能再换。要找人顶，请直接打电话。"


@pytest.mark.parametrize("wrong", [{"to_id": "mate"}, {"id": None}, {"more": 1}])
def test_an_offer_of_another_shape_is_refused(
    somebody: Any, shift: str, wrong: dict[str, Any]
) -> None:
    asked = {"id": new_id("swap"), "shift_id": shift, "to_id": id_of("mate")} | wrong
    worker = somebody("worker")
    response = worker.client.post("/api/v1/duty/swaps", json=asked, headers=OWN)
    assert refused(response) == (400, "malformed")
