"""Households and visits changed by several phones at once are merged, or kept, on every store."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from sync.mutation import Mutation
from sync.records import Record
from sync.store import Store, Transaction
from tests.phone import Phone, new_id, sent_as, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.crew import HOME, MINUTE, RESIDENT, conflicts, edit, home, send, synced
from tests.sync.crew import crew as crew
from tests.town import MORNING, author, id_of

BUILDING = id_of("b-garden-1")
ROOM = {"entrance": "2", "floor": 3, "room": "301"}


def test_m1_an_edit_of_what_nobody_else_changed_is_taken(crew: dict[str, Phone]) -> None:
    assert send(crew["worker"], edit(crew["worker"], occupancy="tenant")) == ["applied"]
    crew["mate"].sync()
    assert send(crew["mate"], edit(crew["mate"], occupancy="vacant")) == ["applied"]
    assert home(crew["secretary"])["occupancy"] == "vacant"
    assert conflicts(crew["secretary"]) == []


def test_m1_two_phones_that_edit_different_fields_are_both_kept(crew: dict[str, Phone]) -> None:
    mine = edit(crew["worker"], occupancy="tenant")
    theirs = edit(crew["mate"], room="102A")
    assert send(crew["worker"], mine) + send(crew["mate"], theirs) == ["applied", "merged"]
    kept = home(crew["worker"])
    assert (kept["occupancy"], kept["room"]) == ("tenant", "102A")
    assert set(kept) == set(home(crew["mate"])) == HOME_FIELDS


HOME_FIELDS = {
    "grid_id", "compound_id", "building_id", "entrance", "floor", "room", "occupancy", "note",
}  # fmt: skip


def test_m1_a_phones_own_earlier_edits_are_no_conflict_with_its_later_ones(
    crew: dict[str, Phone],
) -> None:
    worker = crew["worker"]
    edits = [edit(worker, minutes, occupancy=o) for minutes, o in enumerate(("tenant", "vacant"))]
    assert send(worker, *edits) == ["applied", "applied"]
    assert (home(worker)["occupancy"], conflicts(worker)) == ("vacant", [])


def test_l5_an_edit_of_a_version_that_a_backup_lost_has_not_seen_what_was_written_since(
    crew: dict[str, Phone],
) -> None:
    worker, mate = crew["worker"], crew["mate"]
    store, community = worker.store, worker.author.home_id
    lost = store.feed([community]).counters[community] + 1
    late = replace(edit(worker, 1, occupancy="tenant"), base=lost)
    store.renew_epoch(store.feed([]).epoch)
    assert send(mate, edit(mate, 5, occupancy="vacant")) == ["applied"]
    assert send(worker, late) == ["merged"]
    (conflict,) = conflicts(crew["secretary"])
    assert (conflict["mine"]["value"], conflict["theirs"]["value"]) == ("tenant", "vacant")


def test_m2_the_later_tap_stands_and_the_other_is_kept_where_both_see_it(
    crew: dict[str, Phone],
) -> None:
    late, early = (
        edit(crew["worker"], 5, occupancy="tenant"),
        edit(crew["mate"], 1, occupancy="vacant"),
    )
    assert send(crew["worker"], late) + send(crew["mate"], early) == ["applied", "merged"]
    for name in ("worker", "mate", "secretary"):
        assert home(crew[name])["occupancy"] == "tenant"
        (conflict,) = conflicts(crew[name])
        assert (conflict["field"], conflict["record_id"]) == ("occupancy", HOME)
        assert conflict["author_id"] == id_of("mate")
        sides = [(conflict[side]["value"], conflict[side]["name"]) for side in ("mine", "theirs")]
        assert sides == [("vacant", "mate"), ("tenant", "worker")]


def test_m2_free_text_keeps_both_authors_paragraphs(crew: dict[str, Phone]) -> None:
    mine, theirs = edit(crew["worker"], 5, note="狗很凶"), edit(crew["mate"], 1, note="老人在家")
    send(crew["worker"], mine)
    send(crew["mate"], theirs)
    assert home(crew["secretary"])["note"] == "mate：\n老人在家\n\nworker：\n狗很凶"
    assert send(crew["secretary"], edit(crew["secretary"], 9, note="都知道了")) == ["applied"]
    assert home(crew["worker"])["note"] == "都知道了"


def test_m2_a_set_takes_both_authors_additions_and_removals(crew: dict[str, Phone]) -> None:
    mine = edit(crew["worker"], id_=RESIDENT, care_needs=["disabled"])
    theirs = edit(crew["mate"], id_=RESIDENT, care_needs=["living_alone", "pregnant"])
    assert send(crew["mate"], theirs) + send(crew["worker"], mine) == ["applied", "merged"]
    crew["leader"].sync()
    needs = crew["leader"].records["resident", RESIDENT]["care_needs"]
    assert set(needs) == {"disabled", "pregnant"}


def test_m2_a_visit_is_amended_by_two_and_its_new_photo_can_be_read(crew: dict[str, Phone]) -> None:
    worker, mate, visit = crew["worker"], crew["mate"], new_id("v1")
    worker.do("visit.record", **visit_args("g1-101", "v1", photos=["a" * 64]))
    synced(crew)
    send(worker, edit(worker, 1, visit, summary="灯泡换好了", photos=["a" * 64, "b" * 64]))
    assert send(mate, edit(mate, 2, visit, summary="还要换开关")) == ["merged"]
    mate.sync()
    amended = mate.records["visit", visit]
    assert amended["summary"] == "worker：\n灯泡换好了\n\nmate：\n还要换开关"
    assert amended["photos"] == ["a" * 64, "b" * 64]


def test_m2_what_only_the_server_sets_is_refused_by_name(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.do("visit.record", **visit_args("g1-101", "v1"))
    args = {"id": new_id("v1"), "changes": {"visitor_id": id_of("mate")}}
    mutation = Mutation(new_id("m"), 2, MORNING, "visit.amend", None, sent_as(args), args)
    (verdict,) = worker.push(mutation)
    assert (verdict.code, verdict.detail) == ("invalid", "/args/changes/visitor_id")


def three_edits(store: Store) -> list[tuple[Phone, Mutation]]:
    crew = synced({n: Phone(store, author(n)) for n in ("worker", "mate", "leader")})
    said: dict[str, dict[str, Any]] = {
        "worker": {"occupancy": "tenant", "note": "狗很凶", "room": "101"},
        "mate": {"occupancy": "vacant", "note": "没人", "floor": 2},
        "leader": {"occupancy": "owner", "note": "刚搬走"},
    }
    minutes = {"worker": 3, "mate": 3, "leader": 1}
    return [(crew[n], edit(crew[n], minutes[n], **said[n])) for n in said]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_m3_any_order_of_arrival_gives_the_same_dwelling_and_the_same_conflicts(
    store: Store, order: tuple[int, ...]
) -> None:
    made = three_edits(store)
    for number in order:
        somebody, mutation = made[number]
        send(somebody, mutation)
    reader = Phone(store, author("secretary"))
    paragraphs = "leader：\n刚搬走\n\nmate：\n没人\n\nworker：\n狗很凶"
    after = home(reader)
    assert (after["occupancy"], after["note"], after["floor"]) == ("tenant", paragraphs, 2)
    lost = {(c["mine"]["value"], c["theirs"]["value"]) for c in conflicts(reader)}
    assert lost == {("vacant", "tenant"), ("owner", "tenant")}


def test_a_household_made_on_a_phone_without_signal_arrives_in_one_batch_with_its_changes(
    phone: GetPhone,
) -> None:
    worker, mate, ids = phone("worker"), phone("mate"), (new_id("home"), new_id("somebody"))
    room: dict[str, Any] = {"building_id": BUILDING, **ROOM}
    batch = [
        worker.make("dwelling.add", id=ids[0], **room),
        worker.make("resident.add", id=ids[1], dwelling_id=ids[0], name="王五"),
        worker.make("dwelling.edit", id=ids[0], changes={"occupancy": "tenant"}),
        worker.make("resident.edit", id=ids[1], changes={"care_needs": ["disabled"]}),
        worker.make("visit.record", **visit_args("g1-101", "v1", dwelling_id=ids[0])),
    ]
    assert [verdict.verdict for verdict in worker.push(*batch)] == ["applied"] * 5
    mate.sync()
    assert mate.records["dwelling", ids[0]]["occupancy"] == "tenant"
    somebody = mate.records["resident", ids[1]]
    assert (somebody["name"], somebody["care_needs"]) == ("王五", ["disabled"])


def test_m1_an_edit_of_an_own_record_that_came_back_without_a_version_is_beside_what_others_changed(
    phone: GetPhone,
) -> None:
    worker, mate, id_ = phone("worker"), phone("mate"), new_id("home")
    room: dict[str, Any] = {"building_id": BUILDING, **ROOM}
    worker.push(worker.make("dwelling.add", id=id_, **room))
    mate.sync()
    seen = mate.make("dwelling.edit", MORNING + MINUTE, id=id_, changes={"room": "302"})
    unseen = worker.make("dwelling.edit", MORNING, id=id_, changes={"room": "303"})
    assert (send(mate, seen), send(worker, unseen)) == (["applied"], ["merged"])
    mate.sync()
    assert mate.records["dwelling", id_]["room"] == "302"
    assert conflicts(mate)[0]["mine"]["value"] == "303"


@pytest.mark.parametrize(
    ("name", "args", "field"),
    [
        ("dwelling.edit", {"id": id_of("h1-101"), "changes": {"room": "9"}}, "id"),
        ("resident.edit", {"id": id_of("r-h1-101"), "changes": {"name": "李四"}}, "id"),
        ("resident.remove", {"id": id_of("r-h1-101")}, "id"),
        ("visit.amend", {"id": new_id("none"), "changes": {"kind": "care"}}, "id"),
        ("conflict.settle", {"id": new_id("none"), "keep": "mine"}, "id"),
        ("resident.add", {"id": new_id("r"), "dwelling_id": id_of("h1-101"), "name": "李四"}, "dwelling_id"),
        ("dwelling.add", {"id": new_id("d"), "building_id": id_of("b-harbour-1"), **ROOM}, "building_id"),
    ],
)  # fmt: skip
def test_p6_what_lies_outside_the_scope_is_not_found(
    phone: GetPhone, name: str, args: dict[str, Any], field: str
) -> None:
    verdict = phone("worker").do(name, **args)
    assert (verdict.code, verdict.detail) == ("not_found", f"/args/{field}")


def test_the_queries_of_a_batch_do_not_grow_with_its_edits(
    crew: dict[str, Phone], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, asked = crew["worker"], list[str]()
    with worker.store.transaction([worker.author.home_id]) as transaction:
        kind = type(transaction)
    find = kind.find

    def asking(transaction: Transaction, type_: str, ids: set[str]) -> Iterable[Record]:
        asked.append(type_)
        return find(transaction, type_, ids)

    monkeypatch.setattr(kind, "find", asking)
    send(worker, edit(worker, occupancy="tenant"), edit(worker, id_=RESIDENT, phone="1"))
    few = len(asked)
    send(worker, *[edit(worker, n, i, **{f: str(n)}) for n in range(20) for i, f in EDITED])
    assert len(asked) == 2 * few


EDITED = ((HOME, "room"), (RESIDENT, "phone"))
