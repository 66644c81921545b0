"""What a pull brings and takes away, on every store. Titles begin with the rule of PROTOCOL.md."""

from dataclasses import replace
from typing import Any

import orjson

from sync.cursor import decode
from tests.phone import Phone, case_args, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.test_exchange import move
from tests.town import author, id_of


def test_l8_a_case_of_a_dwelling_says_where_it_is_without_the_room(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.do("case.open", **case_args("g1-101", "c1"))
    worker.sync()
    place = worker.records["case", new_id("c1")]["place"]
    assert place == {"unit_id": id_of("garden-1"), "text": "garden garden-1号楼 1单元"}


def test_l1_the_first_pull_brings_a_worker_their_grid_and_nothing_else(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    assert worker.ids("dwelling") == {id_of("g1-101"), id_of("g1-102")}
    assert worker.ids("resident") == {id_of("r-g1-101"), id_of("r-g1-102")}
    assert {
        id_of(name) for name in ("city", "district", "street", "community", "garden")
    } < worker.ids("unit")
    assert id_of("harbour") not in worker.ids("unit")
    assert id_of("mate") in worker.ids("person")
    assert id_of("stranger") not in worker.ids("person")
    unit = {"code": "garden-1", "name": "garden-1", "level": "grid", "parent_id": id_of("garden")}
    assert worker.records["unit", id_of("garden-1")] == unit
    top = [worker.records["unit", id_of(name)]["parent_id"] for name in ("city", "district")]
    assert top == [None, id_of("city")]


def test_l1_a_second_pull_is_empty(phone: GetPhone) -> None:
    for name in ("worker", "secretary", "community-secretary", "officer"):
        somebody = phone(name)
        somebody.sync()
        assert somebody.sync() == 0


def test_l3_the_patch_shows_the_effect_of_the_mutations_it_answers(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    worker.do("visit.record", **visit_args("g1-101", "v1"))
    assert worker.sync() == 1
    assert worker.ids("visit") == {new_id("v1")}


def test_l4_a_worker_moved_to_another_grid_loses_the_old_one_and_gets_the_new(
    phone: GetPhone,
) -> None:
    worker, mate = phone("worker"), phone("mate")
    worker.do("visit.record", **visit_args("g1-101", "v1"))
    worker.sync()
    worker.moved_to(author("harbour-worker"))
    worker.sync(limit=2)
    harbour = phone("harbour-worker")
    harbour.sync()
    assert worker.records == harbour.records
    mate.sync()
    assert mate.ids("visit") == {new_id("v1")}


def test_l4_a_move_to_another_community_goes_on_page_after_page(phone: GetPhone) -> None:
    worker, stranger = phone("worker"), phone("stranger")
    worker.sync()
    worker.moved_to(author("stranger"))
    worker.sync(limit=1)
    stranger.sync()
    assert worker.records == stranger.records


def test_l4_a_wider_scope_does_not_bring_again_what_the_phone_has(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    before = worker.ids("dwelling")
    worker.moved_to(author("secretary"))
    brought = [op for op in _operations(worker) if op["type"] == "dwelling"]
    assert {op["id"] for op in brought} == {id_of("g2-101"), id_of("g2-102")}
    assert before < worker.ids("dwelling")


def test_l4_a_dwelling_moved_to_another_grid_leaves_the_one_phone_and_reaches_the_other(
    phone: GetPhone,
) -> None:
    worker, second, secretary = phone("worker"), phone("second-worker"), phone("secretary")
    for somebody in (worker, second, secretary):
        somebody.sync()
    move(worker, "g1-101", id_of("garden-2"))
    assert [(op["op"], op["id"]) for op in _operations(worker)] == [("del", id_of("g1-101"))]
    assert [(op["op"], op["id"]) for op in _operations(second)] == [("put", id_of("g1-101"))]
    assert [op["op"] for op in _operations(secretary)] == ["put"]
    move(worker, "g1-101", id_of("garden-1"))
    assert [(op["op"], op["id"]) for op in _operations(worker)] == [("put", id_of("g1-101"))]
    assert [(op["op"], op["id"]) for op in _operations(second)] == [("del", id_of("g1-101"))]


def test_l5_a_cursor_that_cannot_be_read_gets_a_reset_and_a_whole_copy(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    whole = dict(worker.records)
    worker.cursor = "bm9uc2Vuc2U="
    assert worker.page().reset == {"reason": "cursor_unreadable"}
    assert worker.records == whole


def test_l5_a_new_epoch_resets_every_phone_once(phone: GetPhone) -> None:
    worker, mate = phone("worker"), phone("mate")
    for somebody in (worker, mate):
        somebody.sync()
    whole, store = dict(worker.records), worker.store
    store.renew_epoch(store.feed([]).epoch)
    for somebody in (worker, mate):
        assert somebody.page().reset == {"reason": "server_restored"}
        assert somebody.records == whole
        assert somebody.page().reset is None


def test_l5_a_phone_ahead_of_the_server_shows_that_a_backup_was_restored(phone: GetPhone) -> None:
    worker, mate = phone("worker"), phone("mate")
    for somebody in (worker, mate):
        somebody.sync()
    assert worker.cursor is not None
    cursor = decode(worker.cursor)
    seen = {partition: mark + 1 for partition, mark in cursor.marks.items()}
    worker.cursor = replace(cursor, marks=seen).encode()
    for somebody in (worker, mate):
        assert somebody.page().reset == {"reason": "server_restored"}
    assert worker.page().reset is None


def test_l7_pages_of_one_bring_the_same_as_one_page(phone: GetPhone) -> None:
    paged, whole = phone("secretary"), phone("secretary")
    assert paged.sync(limit=1) == whole.sync()
    assert paged.records == whole.records


def test_l8_levels_above_the_community_see_a_case_that_reached_them_and_no_households(
    phone: GetPhone,
) -> None:
    worker, secretary, community = (
        phone(n) for n in ("worker", "secretary", "community-secretary")
    )
    officer = phone("officer")
    officer.sync()
    worker.do("case.open", **case_args("g1-101", "c1"))
    worker.do("case.open", **case_args("g1-101", "c2"))
    act: dict[str, Any] = {"id": new_id("c1"), "reason": "请社区帮忙"}
    assert secretary.do("case.escalate", event_id=new_id("e1"), **act).verdict == "applied"
    officer.sync()
    assert officer.ids("case") == set()
    assert community.do("case.escalate", event_id=new_id("e2"), **act).verdict == "applied"
    officer.sync()
    assert officer.ids("case") == {new_id("c1")}
    assert len(officer.ids("case_event")) == 3
    assert officer.ids("dwelling") | officer.ids("resident") | officer.ids("visit") == set()


def test_l8_an_auditor_post_shows_no_households(phone: GetPhone) -> None:
    auditor = phone("auditor")
    assert auditor.sync() == 0
    assert decode(auditor.cursor or "").marks == {}


def test_l5_who_is_shown_nothing_begins_anew_no_more_than_once(phone: GetPhone) -> None:
    auditor = phone("auditor")
    assert auditor.page().reset is None
    auditor.cursor = "bm9uc2Vuc2U="
    assert auditor.page().reset == {"reason": "cursor_unreadable"}
    assert auditor.page().reset is None


def _operations(somebody: Phone) -> list[dict[str, object]]:
    operations: list[dict[str, object]] = orjson.loads(orjson.dumps(somebody.page().operations))
    for operation in operations:
        somebody._apply(operation)
    return operations
