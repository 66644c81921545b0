"""What a phone is told of a record that leaves it, and of which ones it is told, on every store (L4)."""

from typing import Any

import orjson

from sync.records import Record, departed
from tests.phone import Phone, new_id
from tests.sync.conftest import GetPhone
from tests.sync.crew import HOME
from tests.sync.test_exchange import move
from tests.town import MORNING, author, id_of, place_of


def reasons(phone: Phone) -> dict[str, set[str]]:
    """Why records leave by the next page, by their types."""
    told: dict[str, set[str]] = {}
    for op in orjson.loads(orjson.dumps(phone.page().operations)):
        if op["op"] == "del":
            told.setdefault(op["type"], set()).add(op["reason"])
    return told


def test_l4_all_that_a_new_post_does_not_show_leaves_as_out_of_scope(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    move(phone("mate"), "g1-102", id_of("garden-2"))
    worker.moved_to(author("stranger"))
    types = ("unit", "person", "building", "dwelling", "resident")
    assert reasons(worker) == {type_: {"out_of_scope"} for type_ in types}


def test_l4_a_household_that_moves_to_another_grid_leaves_as_out_of_scope(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    move(phone("mate"), "g1-102", id_of("garden-2"))
    assert reasons(worker) == {"dwelling": {"out_of_scope"}}


def test_l4_what_stays_in_its_grid_when_that_changes_compounds_leaves_the_compound_only() -> None:
    before = Record("dwelling", HOME, id_of("community"), place_of("garden-1"))
    after = before.with_(compound_id=id_of("harbour"))
    left = departed(before, after, MORNING)
    assert left.place == {"grid_id": None, "compound_id": id_of("garden")}


def test_l8_of_what_moves_elsewhere_a_phone_is_told_nothing(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    move(phone("mate"), "h1-101", id_of("garden-2"))
    assert worker.sync() == 0


def test_l4_a_resident_who_is_added_and_removed_in_one_batch_reaches_nobody(
    phone: GetPhone,
) -> None:
    worker, mate = phone("worker"), phone("mate")
    mate.sync()
    id_ = new_id("r")
    said: dict[str, Any] = {"id": id_, "dwelling_id": HOME, "name": "李四"}
    added = worker.make("resident.add", **said)
    removed = worker.make("resident.remove", id=id_, reason="写错了")
    assert [one.verdict for one in worker.push(added, removed)] == ["applied", "applied"]
    mate.sync()
    assert id_ not in mate.ids("resident")
    assert worker.do("resident.add", **said).code == "id_taken"


def test_l8_of_a_removed_resident_nobody_hears_who_never_saw_them(phone: GetPhone) -> None:
    worker, stranger = phone("worker"), phone("harbour-worker")
    worker.do("resident.remove", id=id_of("r-g1-101"), reason="搬走了")
    edit = stranger.make("resident.edit", id=id_of("r-g1-101"), changes={"name": "李四"})
    (verdict,) = stranger.push(edit)
    assert (verdict.verdict, verdict.code) == ("rejected", "not_found")
