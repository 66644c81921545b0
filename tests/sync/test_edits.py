"""Households and visits changed by several phones at once, on every store."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import orjson
import pytest

from sync.mutation import Mutation
from sync.records import Record
from sync.store import Store, Transaction
from tests.phone import Phone, new_id, sent_as, visit_args
from tests.sync.conftest import GetPhone
from tests.town import MORNING, author, id_of

HOME, RESIDENT = id_of("g1-101"), id_of("r-g1-101")
MINUTE = timedelta(minutes=1)
BUILDING = id_of("b-garden-1")


@pytest.fixture
def crew(phone: GetPhone) -> dict[str, Phone]:
    """The phones of everybody around one grid, in step."""
    return synced({name: phone(name) for name in ("worker", "mate", "leader", "secretary")})


def synced(crew: dict[str, Phone]) -> dict[str, Phone]:
    for somebody in crew.values():
        somebody.sync()
    return crew


def edit(somebody: Phone, minutes: int = 0, id_: str = HOME, **changes: Any) -> Mutation:
    """An edit at a tap so many minutes after the morning began."""
    name = {HOME: "dwelling.edit", RESIDENT: "resident.edit"}.get(id_, "visit.amend")
    return somebody.make(name, MORNING + minutes * MINUTE, id=id_, changes=changes)


def send(somebody: Phone, *mutations: Mutation) -> list[str]:
    """Send what was written, an hour later."""
    hour = MORNING + timedelta(hours=1)
    return [verdict.verdict for verdict in somebody.push(*mutations, now=hour)]


def conflicts(somebody: Phone, state: str = "open") -> list[dict[str, Any]]:
    somebody.sync()
    found = [(key, value) for key, value in somebody.records.items() if key[0] == "conflict"]
    return [{"id": id_, **value} for (_, id_), value in found if value["state"] == state]


def settle(somebody: Phone, keep: str, minutes: int = 90) -> str:
    """Settle the one open conflict on this phone."""
    (conflict,) = conflicts(somebody)
    return settle_this(somebody, conflict["id"], keep, minutes)


def refusal(somebody: Phone, name: str, **args: Any) -> tuple[str | None, str | None]:
    verdict = somebody.do(name, MORNING + timedelta(hours=2), **args)
    return verdict.code, verdict.detail


def settle_this(somebody: Phone, id_: str, keep: str, minutes: int = 90) -> str:
    at = MORNING + minutes * MINUTE
    verdict = somebody.do("conflict.settle", at, id=id_, keep=keep)
    return verdict.code or verdict.verdict


def home(somebody: Phone) -> dict[str, Any]:
    somebody.sync()
    return somebody.records["dwelling", HOME]


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


def in_conflict(crew: dict[str, Phone], field: str, mine: Any, theirs: Any, id_: str) -> None:
    """The mate's value loses to the worker's."""
    late = edit(crew["worker"], 5, id_, **{field: theirs})
    send(crew["mate"], edit(crew["mate"], 1, id_, **{field: mine}))
    send(crew["worker"], late)


@pytest.mark.parametrize(
    ("name", "keep", "phone_number"),
    [("mate", "mine", "111"), ("worker", "theirs", "222"), ("secretary", "both", "111 / 222")],
)
def test_m2_one_tap_settles_a_conflict_and_a_second_is_superseded(
    crew: dict[str, Phone], name: str, keep: str, phone_number: str
) -> None:
    in_conflict(crew, "phone", "111", "222", RESIDENT)
    (conflict,) = conflicts(crew["worker"])
    assert settle(crew[name], keep) == "applied"
    synced(crew)
    assert crew["leader"].records["resident", RESIDENT]["phone"] == phone_number
    assert [conflicts(somebody) for somebody in crew.values()] == [[], [], [], []]
    assert conflicts(crew["mate"], "settled")[0]["settled_by"] == id_of(name)
    assert settle_this(crew["worker"], conflict["id"], "mine") == "superseded"
    crew["leader"].sync()
    assert crew["leader"].records["resident", RESIDENT]["phone"] == phone_number


def test_m2_only_the_authors_and_who_leads_the_compound_or_community_settle(
    crew: dict[str, Phone], phone: GetPhone
) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    assert settle(crew["leader"], "mine") == "not_allowed"
    assert settle(phone("community-worker"), "mine") == "not_allowed"
    (conflict,) = conflicts(crew["mate"])
    outside = phone("harbour-worker")
    assert settle_this(outside, conflict["id"], "mine") == "not_found"
    assert settle(phone("community-secretary"), "mine") == "applied"
    assert home(crew["mate"])["occupancy"] == "vacant"


def test_m2_who_both_works_and_leads_at_a_unit_settles(
    crew: dict[str, Phone], phone: GetPhone
) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    both, lead = phone("community-worker"), author("community-secretary").posts
    both.moved_to(replace(both.author, posts=(*both.author.posts, *lead)))
    assert settle(both, "mine") == "applied"


def test_m2_a_field_that_cannot_hold_two_values_refuses_both(crew: dict[str, Phone]) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    assert settle(crew["secretary"], "both") == "invalid"
    assert len(conflicts(crew["secretary"])) == 1


def test_m2_settling_one_of_two_conflicts_leaves_the_other_against_what_stands_now(
    crew: dict[str, Phone],
) -> None:
    edits = {"worker": "tenant", "mate": "vacant", "leader": "owner"}
    made = [(crew[n], edit(crew[n], 9 - i, occupancy=o)) for i, (n, o) in enumerate(edits.items())]
    for somebody, mutation in made:
        send(somebody, mutation)
    mates = next(c for c in conflicts(crew["mate"]) if c["author_id"] == id_of("mate"))
    assert settle_this(crew["mate"], mates["id"], "mine") == "applied"
    (left,) = conflicts(crew["leader"])
    assert (left["mine"]["value"], left["theirs"]["value"]) == ("owner", "vacant")
    assert settle(crew["leader"], "theirs") == "applied"
    assert home(crew["worker"])["occupancy"] == "vacant"


def test_m2_what_was_written_after_a_conflict_is_not_overwritten_in_silence_by_settling_it(
    crew: dict[str, Phone],
) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    (old,) = conflicts(crew["mate"])
    crew["leader"].sync()
    send(crew["leader"], edit(crew["leader"], 30, occupancy="owner"))
    assert home(crew["leader"])["occupancy"] == "owner"
    settle_this(crew["mate"], old["id"], "mine")
    (new,) = conflicts(crew["leader"])
    assert (new["mine"]["value"], new["author_id"]) == ("owner", id_of("leader"))
    assert settle(crew["leader"], "mine", 99) == "applied"
    assert (home(crew["mate"])["occupancy"], conflicts(crew["mate"])) == ("owner", [])


def remove(somebody: Phone, minutes: int = 0) -> Mutation:
    at = MORNING + minutes * MINUTE
    return somebody.make("resident.remove", at, id=RESIDENT, reason="搬走了")


def test_l4_a_removed_resident_leaves_every_phone_with_the_reason(
    crew: dict[str, Phone], phone: GetPhone
) -> None:
    crew["late"] = synced({"late": phone("community-secretary")})["late"]
    assert send(crew["worker"], remove(crew["worker"])) == ["applied"]
    gone = {"op": "del", "type": "resident", "id": RESIDENT, "reason": "removed"}
    for somebody in crew.values():
        assert orjson.loads(orjson.dumps(somebody.page().operations)) == [gone]
        assert RESIDENT not in somebody.ids("resident")


@pytest.mark.parametrize("first", ["remove", "edit"])
def test_m2_a_removal_wins_and_the_edit_is_kept_whichever_arrives_first(
    crew: dict[str, Phone], first: str
) -> None:
    removal, change = remove(crew["worker"], 2), edit(crew["mate"], 1, RESIDENT, phone="111")
    sent = [(crew["worker"], removal), (crew["mate"], change)]
    verdicts = [send(p, m)[0] for p, m in (sent if first == "remove" else sent[::-1])]
    assert verdicts[1] == {"remove": "superseded", "edit": "merged"}[first]
    (conflict,) = conflicts(crew["secretary"])
    assert RESIDENT not in crew["secretary"].ids("resident")
    assert (conflict["against"], conflict["mine"]["value"]) == ("removal", "111")
    assert (conflict["theirs"]["name"], conflict["theirs"]["value"]) == ("worker", None)
    assert settle(crew["secretary"], "mine") == "record_removed"
    assert settle(crew["secretary"], "theirs") == "applied"


def test_m2_a_resident_removed_by_two_is_removed_and_the_id_stays_taken(
    crew: dict[str, Phone],
) -> None:
    removals = [(crew[name], remove(crew[name])) for name in ("worker", "mate")]
    assert [send(*removal) for removal in removals] == [["applied"], ["merged"]]
    again = crew["worker"].do("resident.add", id=RESIDENT, dwelling_id=HOME, name="张三")
    assert again.code == "id_taken"
    assert (
        crew["worker"].push(edit(crew["worker"], id_=RESIDENT, name="李四"))[0].code == "not_found"
    )


def test_a_household_made_on_a_phone_without_signal_arrives_in_one_batch_with_its_changes(
    phone: GetPhone,
) -> None:
    worker, mate, ids = phone("worker"), phone("mate"), (new_id("home"), new_id("somebody"))
    room: dict[str, Any] = {"building_id": BUILDING, "entrance": "2", "floor": 3, "room": "301"}
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
    room: dict[str, Any] = {"building_id": BUILDING, "entrance": "2", "floor": 3, "room": "301"}
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


def test_m2_a_settling_that_is_refused_names_what_is_wrong(crew: dict[str, Phone]) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    (conflict,) = conflicts(crew["leader"])
    asked = {"id": conflict["id"]}
    assert refusal(crew["leader"], "conflict.settle", **asked, keep="mine") == (
        "not_allowed",
        "/name",
    )
    both = refusal(crew["mate"], "conflict.settle", **asked, keep="both")
    assert both == ("invalid", "/args/keep")
    assert (conflict["against"], conflict["settled_by"]) == ("edit", None)


def test_m2_a_removal_keeps_its_reason_and_each_unseen_field_under_its_name(
    crew: dict[str, Phone],
) -> None:
    removal = remove(crew["worker"], 2)
    send(crew["mate"], edit(crew["mate"], 1, RESIDENT, phone="111", name="李四"))
    send(crew["worker"], removal)
    kept = {c["field"]: (c["id"], c["mine"]["value"]) for c in conflicts(crew["secretary"])}
    assert {field: value for field, (_, value) in kept.items()} == {"phone": "111", "name": "李四"}
    id_ = kept["phone"][0]
    lost = refusal(crew["secretary"], "conflict.settle", id=id_, keep="mine")
    assert lost == ("record_removed", "/args/keep")
    assert refusal(crew["worker"], "resident.remove", id=RESIDENT) == ("not_found", "/args/id")
    with crew["worker"].store.transaction([crew["worker"].author.home_id]) as transaction:
        (tombstone,) = transaction.find("resident", [RESIDENT])
    assert (tombstone.removed or {})["value"] == "搬走了"


def test_m2_an_edit_after_a_removal_keeps_each_field_under_its_name(crew: dict[str, Phone]) -> None:
    change = edit(crew["mate"], 1, RESIDENT, phone="111", name="李四")
    send(crew["worker"], remove(crew["worker"], 2))
    assert send(crew["mate"], change) == ["superseded"]
    assert {c["field"] for c in conflicts(crew["secretary"])} == {"phone", "name"}
    again = refusal(crew["worker"], "resident.edit", id=RESIDENT, changes={"phone": "2"})
    assert again == ("not_found", "/args/id")


def test_m2_theirs_forgets_the_lost_edit_for_good(crew: dict[str, Phone]) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    late = edit(crew["leader"], 9, occupancy="owner")
    assert settle(crew["secretary"], "theirs") == "applied"
    send(crew["leader"], late)
    lost = [c["mine"]["value"] for c in conflicts(crew["secretary"])]
    assert lost == ["tenant"]


def test_m2_both_values_stand_in_the_order_in_which_they_were_written(
    crew: dict[str, Phone],
) -> None:
    early, late = (edit(crew[n], at, RESIDENT, phone=p) for n, at, p in WRITTEN)
    send(crew["worker"], late)
    send(crew["mate"], early)
    assert settle(crew["secretary"], "both") == "applied"
    crew["leader"].sync()
    assert crew["leader"].records["resident", RESIDENT]["phone"] == "999 / 111"


WRITTEN = (("mate", 1, "999"), ("worker", 5, "111"))
EDITED = ((HOME, "room"), (RESIDENT, "phone"))
