"""A phone whose owner gets another post, page by page, on every store (L4, L7)."""

from dataclasses import replace
from typing import Any, cast

import orjson
import pytest

from sync.cursor import decode
from sync.memory_store import MemoryStore
from sync.pull import Patch, pull
from sync.store import Store
from tests.phone import Phone, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.test_agreement import Interrupted
from tests.town import author, id_of, settle_in_memory

MOVES = [
    ("worker", "harbour-worker"),
    ("harbour-worker", "worker"),
    ("worker", "secretary"),
    ("worker", "stranger"),
    ("officer", "worker"),
    ("worker", "auditor"),
]


def pages(phone: Phone, limit: int) -> list[Patch]:
    """Pull until there is no more."""
    patches = [phone.page(limit)]
    while patches[-1].more:
        patches.append(phone.page(limit))
    return patches


def brought(phone: Phone, type_: str) -> list[str]:
    """The ids of the records of a type that the next page puts, as often as it does."""
    operations = orjson.loads(orjson.dumps(phone.page().operations))
    return [op["id"] for op in operations if (op["op"], op["type"]) == ("put", type_)]


@pytest.mark.parametrize("limit", [1, 3, 1000])
@pytest.mark.parametrize(("before", "after"), MOVES)
def test_l7_no_page_is_longer_than_asked_for_nor_begins_anew_and_the_end_is_that_of_a_new_phone(
    phone: GetPhone, before: str, after: str, limit: int
) -> None:
    mover, fresh = phone(before), phone(after)
    patches = pages(mover, limit)
    mover.moved_to(fresh.author)
    patches += pages(mover, limit)
    assert [patch.reset for patch in patches] == [None] * len(patches)
    assert all(len(patch.operations) <= limit for patch in patches)
    fresh.sync()
    assert mover.records == fresh.records
    assert decode(mover.cursor or "") == decode(fresh.cursor or "")
    assert decode(mover.cursor or "").begun == {}
    assert mover.sync() == 0


def test_l5_who_moves_again_before_the_first_move_is_brought_to_an_end_begins_anew(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    worker.sync()
    worker.moved_to(author("harbour-worker"))
    assert worker.page(limit=1).more
    worker.moved_to(author("second-worker"))
    assert worker.page().reset == {"reason": "scope_changed_twice"}


def test_l4_who_moves_before_the_first_copy_is_whole_gets_that_of_the_new_post(
    phone: GetPhone,
) -> None:
    worker, stranger = phone("worker"), phone("stranger")
    assert worker.page(limit=20).more
    assert decode(worker.cursor or "").begun.keys() == {id_of("community")}
    worker.moved_to(stranger.author)
    for somebody in (worker, stranger):
        somebody.sync()
    assert worker.records == stranger.records


def test_l4_what_is_written_in_the_new_scope_before_the_move_is_brought_once(
    phone: GetPhone,
) -> None:
    worker, second = phone("worker"), phone("second-worker")
    worker.sync()
    second.do("visit.record", **visit_args("g2-101", "v1"))
    worker.moved_to(author("secretary"))
    assert brought(worker, "visit") == [new_id("v1")]


def test_l4_units_that_both_posts_show_are_not_brought_again(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    worker.moved_to(author("harbour-worker"))
    assert sorted(brought(worker, "unit")) == sorted([id_of("harbour"), id_of("harbour-1")])


def test_l4_who_came_to_the_new_community_before_the_move_is_brought_once() -> None:
    store = MemoryStore()
    settle_in_memory(store)
    worker, stranger = Phone(store, author("worker")), author("stranger")
    worker.sync()
    store.add_person(new_id("newcomer"), stranger.home_id, {"name": "新来的", "memberships": []})
    worker.moved_to(stranger)
    assert sorted(brought(worker, "person")) == sorted([new_id("newcomer"), id_of("stranger")])


def test_l9_no_check_is_given_for_a_new_scope_in_which_somebody_writes_meanwhile(
    phone: GetPhone,
) -> None:
    worker, second = phone("worker"), phone("second-worker")
    worker.sync()
    amend: dict[str, Any] = {"id": id_of("g2-101"), "changes": {"note": "敲后门"}}
    edit = second.make("dwelling.edit", **amend)
    store = cast(Store, Interrupted(worker.store, lambda: second.push(edit)))
    assert pull(store, author("secretary").scope, worker.cursor, 1000).check == []


def test_l5_a_phone_under_whose_own_community_nothing_is_numbered_has_seen_a_lost_server(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    empty = in_an_empty_community(worker)
    empty.page()
    cursor = decode(empty.cursor or "")
    empty.cursor = replace(cursor, marks={**cursor.marks, new_id("empty"): 1}).encode()
    assert empty.page().reset == {"reason": "server_restored"}


def test_l9_who_serves_in_a_community_without_records_holds_none_and_is_told_so(
    phone: GetPhone,
) -> None:
    (line,) = in_an_empty_community(phone("worker")).page().check
    assert (line["scope"], line["count"]) == (f"community:{new_id('empty')}", 0)


def in_an_empty_community(phone: Phone) -> Phone:
    """The phone's owner moves to a community of the same street in which nothing was ever written."""
    post = author("community-secretary").posts[0]
    path = (*post.path[:-1], new_id("empty"))
    phone.moved_to(replace(phone.author, posts=(replace(post, path=path),)))
    return phone
