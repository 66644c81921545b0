"""How far a phone must have come when the server forgets what left its scope, on every store (L5)."""

from datetime import timedelta

from tests.phone import new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.test_agreement import move as move_at
from tests.sync.test_exchange import move
from tests.town import MORNING, id_of

LATER = MORNING + timedelta(days=1)


def test_l5_who_has_just_been_told_of_what_is_then_forgotten_goes_on(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    move(phone("mate"), "g1-101", id_of("garden-2"))
    # full, the page goes no further than that
    assert worker.page(limit=1).more
    assert id_of("g1-101") not in worker.ids("dwelling")
    worker.store.prune(LATER)
    assert worker.page().reset is None


def test_l5_who_is_still_to_be_told_of_what_is_forgotten_begins_anew(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    phone("mate").do("visit.record", **visit_args("g1-102", "v1"))
    move(phone("mate"), "g1-101", id_of("garden-2"))
    assert worker.page(limit=1).more
    assert worker.ids("visit") == {new_id("v1")}
    assert id_of("g1-101") in worker.ids("dwelling")
    worker.store.prune(LATER)
    assert worker.page().reset == {"reason": "cursor_too_old"}


def test_l5_what_left_at_the_very_moment_is_not_forgotten(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    move(phone("mate"), "g1-101", id_of("garden-2"))
    worker.store.prune(MORNING)
    assert worker.sync() == 1


def test_l5_what_was_forgotten_stays_so_though_the_servers_clock_had_gone_back(
    phone: GetPhone,
) -> None:
    worker, store = phone("worker"), phone("worker").store
    move_at(store, "dwelling", id_of("g1-101"), "garden-2", LATER)
    worker.sync()
    move_at(store, "dwelling", id_of("g1-102"), "garden-2", MORNING)
    for before in (MORNING, LATER):
        store.prune(before + timedelta(seconds=1))
    assert worker.page().reset == {"reason": "cursor_too_old"}


def test_l5_who_came_as_far_as_one_forgetting_begins_anew_after_the_next(phone: GetPhone) -> None:
    worker, store = phone("worker"), phone("worker").store
    move_at(store, "dwelling", id_of("g1-102"), "garden-2", MORNING)
    store.prune(MORNING + timedelta(seconds=1))
    worker.sync()
    assert worker.page().reset is None
    move_at(store, "dwelling", id_of("g1-101"), "garden-2", LATER)
    store.prune(LATER + timedelta(seconds=1))
    assert worker.page().reset == {"reason": "cursor_too_old"}
