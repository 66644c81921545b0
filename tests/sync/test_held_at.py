"""At which unit it is decided what was quarantined, on every store (P8)."""

from dataclasses import replace
from typing import Any

import pytest

from sync.derived import derived_id
from sync.mutation import Mutation
from tests.phone import Phone, case_args, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.test_exchange import move
from tests.sync.test_journal import HOUR, NOON, given_to_the_store
from tests.town import MORNING, id_of


def held_at(somebody: Phone, name: str, **args: Any) -> str | None:
    """Where it is decided what they wrote in the morning, before they were suspended."""
    somebody.author = replace(somebody.author, suspended_at=NOON)
    (entry,) = given_to_the_store(somebody, somebody.make(name, MORNING, **args)).entries
    assert entry.judged.verdict.verdict == "quarantined"
    return entry.held_at


def told(somebody: Phone, *made: Mutation) -> set[tuple[str | None, str]]:
    """Who is told that what they wrote in the morning waits, and in which partition."""
    somebody.author = replace(somebody.author, suspended_at=NOON)
    notices = given_to_the_store(somebody, *made).notices
    assert {(notice.kind, notice.urgency, notice.case_id) for notice in notices} <= {
        ("held", "normal", None)
    }
    assert len({notice.id for notice in notices}) == len(notices)
    return {(notice.person_id, notice.community_id) for notice in notices}


@pytest.mark.parametrize(
    ("name", "unit", "decides"),
    [
        ("worker", "garden-1", {("secretary", "community")}),
        ("community-worker", "garden", {("secretary", "community")}),
        # where nobody leads
        ("stranger", "next-yard-1", set()),
    ],
)
def test_p8_who_decides_nearest_is_told_that_something_waits(
    phone: GetPhone, name: str, unit: str, decides: set[tuple[str, str]]
) -> None:
    somebody = phone(name)
    case = somebody.make("case.open", MORNING, **at_place(unit))
    assert told(somebody, case) == {(id_of(who), id_of(where)) for who, where in decides}


def test_p8_above_the_community_who_leads_the_unit_is_told_in_its_own_partition(
    phone: GetPhone,
) -> None:
    officer = phone("officer")
    note = {"id": new_id("c1"), "event_id": new_id("n1"), "text": "明天去看"}
    assert told(officer, officer.make("case.note", MORNING, **note)) == {
        (id_of("officer"), id_of("street"))
    }


def test_p8_of_an_outbox_whoever_decides_is_told_once_for_each_unit_and_day(
    phone: GetPhone,
) -> None:
    secretary = phone("secretary")
    visits = [visit_args(home, f"v {home}") for home in ("g1-101", "g1-102", "g2-101")]
    made = [secretary.make("visit.record", MORNING, **visit) for visit in visits]
    secretary.author = replace(secretary.author, suspended_at=NOON)
    days = [
        {notice.id for notice in given_to_the_store(secretary, *made, now=now).notices}
        for now in (NOON, NOON + 2 * HOUR, NOON + 20 * HOUR)
    ]
    of_a_day = [secretary.author.device_id, "2026-11-23", "held", id_of("secretary")]
    assert (
        days[0]
        == days[1]
        == {
            derived_id(of_a_day[0], id_of(unit), *of_a_day[1:]) for unit in ("garden-1", "garden-2")
        }
    )
    assert len(days[2]) == 2
    assert days[0].isdisjoint(days[2])


def at_place(unit: str) -> dict[str, Any]:
    return case_args("", "c1", dwelling_id=None, place={"unit_id": id_of(unit), "text": "楼下"})


def test_p8_a_case_that_was_opened_at_a_place_in_words_is_decided_at_that_place(
    phone: GetPhone,
) -> None:
    assert held_at(phone("secretary"), "case.open", **at_place("garden-2")) == id_of("garden-2")


@pytest.mark.parametrize("unit", ["harbour-1", "nowhere"])
def test_p8_a_place_that_its_author_never_had_is_decided_at_their_own_unit(
    phone: GetPhone, unit: str
) -> None:
    assert held_at(phone("worker"), "case.open", **at_place(unit)) == id_of("garden-1")


def test_p8_what_is_about_a_record_is_decided_at_the_grid_where_that_is(phone: GetPhone) -> None:
    visit = visit_args("g2-101", "v1")
    assert held_at(phone("secretary"), "visit.record", **visit) == id_of("garden-2")


def test_p8_what_is_about_a_case_of_a_whole_compound_is_decided_there(phone: GetPhone) -> None:
    phone("secretary").do("case.open", **at_place("garden"))
    note: dict[str, Any] = {"id": new_id("c1"), "event_id": new_id("n1"), "text": "明天去看"}
    assert held_at(phone("community-secretary"), "case.note", **note) == id_of("garden")


def test_p8_what_is_about_a_household_that_has_moved_since_is_decided_where_it_is_now(
    phone: GetPhone,
) -> None:
    move(phone("second-worker"), "g1-101", id_of("garden-2"))
    assert held_at(phone("worker"), "visit.record", **visit_args("g1-101", "v1")) == id_of(
        "garden-2"
    )


def test_p8_what_is_about_a_record_that_its_author_never_saw_is_decided_at_their_own_unit(
    phone: GetPhone,
) -> None:
    visit = visit_args("h1-101", "v1")
    assert held_at(phone("worker"), "visit.record", **visit) == id_of("garden-1")


def test_p8_who_serves_nowhere_any_more_is_decided_about_where_their_device_belongs(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    worker.author = replace(worker.author, posts=())
    visit = visit_args("g1-101", "v1")
    assert held_at(worker, "visit.record", **visit) == id_of("community")
