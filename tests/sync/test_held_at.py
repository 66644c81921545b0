"""At which unit it is decided what was quarantined, on every store (P8)."""

from dataclasses import replace
from typing import Any

import pytest

from tests.phone import Phone, case_args, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.test_exchange import move
from tests.sync.test_journal import NOON, given_to_the_store
from tests.town import MORNING, id_of


def held_at(somebody: Phone, name: str, **args: Any) -> str | None:
    """Where it is decided what they wrote in the morning, before they were suspended."""
    somebody.author = replace(somebody.author, suspended_at=NOON)
    (entry,) = given_to_the_store(somebody, somebody.make(name, MORNING, **args)).entries
    assert entry.judged.verdict.verdict == "quarantined"
    return entry.held_at


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
