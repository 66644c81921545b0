"""Colleagues and units that move away leave the phones that see them no longer, on every store (L1, L4)."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.services import staffing
from app.services.importing import import_units
from sync.levels import Unit
from sync.memory_store import MemoryStore
from sync.pull import pull
from sync.regridding import transfer
from sync.scope import Post
from sync.store import Store
from tests.phone import Phone, case_args, new_id, on_workdays, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.test_sweep import told as notices
from tests.town import MORNING, PEOPLE, UNITS, author, community_of, id_of

LATER = MORNING + timedelta(days=1)
HERE, THERE = "garden-1", "next-yard-1"
NEXT_STREET = UNITS["next-street"].path


def move(store: Store, name: str, before: str, after: str) -> None:
    """Somebody serves at another grid from now on."""
    if not isinstance(store, MemoryStore):
        staffing.move(name, before, after, MORNING)
        return
    post = {"unit_id": id_of(after), "role": PEOPLE[name][0], "department": ""}
    value = {"name": name, "memberships": [post]}
    store.add_person(id_of(name), community_of(after) or "", value, MORNING)


def move_community(store: Store, folder: Path) -> None:
    """The community belongs to another street from now on."""
    if isinstance(store, MemoryStore):
        above = NEXT_STREET
        for name, unit in UNITS.items():
            if id_of("community") in unit.path:
                moved = Unit(unit.id, unit.level, unit.name, (*above, *unit.path[3:]))
                store.add_unit(moved, name, MORNING)
        instead = dict(zip(UNITS["street"].path, above, strict=True))
        with store.transaction([id_of("community")]) as transaction:
            transfer(transaction, id_of("community"), instead, MORNING, on_workdays)
        return
    file = folder / "units.csv"
    file.write_text("code,name,level,parent_code\ncommunity,community,community,next-street\n")
    import_units(file, MORNING)


def same_as_new(phone: Phone) -> bool:
    """Whether a phone has of units and people what a new one of the same person gets."""
    new = Phone(phone.store, phone.author)
    new.sync()
    return all(phone.ids(type_) == new.ids(type_) for type_ in ("unit", "person"))


@pytest.mark.parametrize("limit", [1, 1000])
def test_l4_a_colleague_who_moves_to_another_community_leaves_the_phones_of_the_old_one(
    phone: GetPhone, limit: int
) -> None:
    worker, stranger = phone("worker"), phone("stranger")
    for somebody in (worker, stranger):
        somebody.sync()
    move(worker.store, "mate", HERE, THERE)
    for somebody in (worker, stranger):
        somebody.sync(limit)
        assert same_as_new(somebody)
    assert id_of("mate") not in worker.ids("person")
    assert id_of("mate") in stranger.ids("person")


def test_l4_a_colleague_who_moves_and_comes_back_stays(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    move(worker.store, "mate", HERE, THERE)
    move(worker.store, "mate", THERE, HERE)
    assert worker.sync() == 1
    assert same_as_new(worker)


def test_l1_a_colleague_who_changes_grids_within_the_community_is_brought_anew(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    worker.sync()
    move(worker.store, "mate", HERE, "harbour-1")
    assert worker.sync() == 1
    assert same_as_new(worker)


@pytest.mark.parametrize("after", ["stranger", "officer", "harbour-worker"])
@pytest.mark.parametrize("limit", [1, 1000])
def test_l4_who_moves_after_a_colleague_has_moved_has_only_those_of_the_new_post(
    phone: GetPhone, after: str, limit: int
) -> None:
    worker = phone("worker")
    worker.sync()
    move(worker.store, "mate", HERE, THERE)
    worker.moved_to(author(after))
    worker.sync(limit)
    assert same_as_new(worker)


def test_l4_a_community_that_moves_to_another_street_leaves_the_phones_of_the_old_one(
    phone: GetPhone, tmp_path: Path
) -> None:
    officer, district = phone("officer"), phone("district-officer")
    for somebody in (officer, district):
        somebody.sync()
    move_community(officer.store, tmp_path)
    for somebody in (officer, district):
        somebody.sync()
        assert same_as_new(somebody)
    assert id_of("garden-1") not in officer.ids("unit")
    assert id_of("garden-1") in district.ids("unit")


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_l4_cases_of_a_community_that_moves_to_another_street_leave_with_it(
    phone: GetPhone, tmp_path: Path, limit: int
) -> None:
    officer, district = phone("officer"), phone("district-officer")
    climb(phone)
    for somebody in (officer, district):
        somebody.sync()
    assert officer.ids("case") == {new_id("street case"), new_id("district case")}
    move_community(officer.store, tmp_path)
    for somebody in (officer, district):
        somebody.sync(limit)
    assert officer.ids("case") == officer.ids("case_event") == set()
    assert district.ids("case") == {new_id("district case")}
    assert officer.sync() == district.sync() == 0


def test_what_a_street_held_of_a_community_that_moved_away_is_open_at_the_new_street(
    phone: GetPhone, tmp_path: Path
) -> None:
    climb(phone)
    officer = Phone(phone("officer").store, author("officer", "d-second"))
    accept: dict[str, Any] = {"id": new_id("street case"), "event_id": new_id("accepts")}
    assert officer.do("case.accept", **accept).verdict == "applied"
    officer.sync()
    before = officer.records["case", new_id("street case")]
    move_community(officer.store, tmp_path)
    officer.sync()
    assert officer.ids("case") == set()
    new = officer_of_next_street(officer.store)
    case = new.records["case", new_id("street case")]
    clock = {name: case[name] for name in ("accept_by", "settle_by")}
    assert case == {**at_next_street(before), **clock, "state": "open"}
    last = [line for (type_, _), line in new.records.items() if type_ == "case_event"][-1]
    assert (last["action"], last["from_unit_id"], last["to_unit_id"]) == (
        "transfer",
        id_of("street"),
        id_of("next-street"),
    )
    assert new.do("case.accept", **{**accept, "event_id": new_id("too")}).verdict == "applied"


def test_of_each_case_that_goes_to_the_new_street_a_line_of_its_own_says_so_and_the_street_is_told(
    phone: GetPhone, tmp_path: Path
) -> None:
    district, case = phone("district-officer"), new_id("district case")
    climb(phone)
    district.do("case.return", id=case, event_id=new_id("back"), reason="请街道办")
    move_community(district.store, tmp_path)
    new = officer_of_next_street(district.store)
    lines = [line for (type_, _), line in new.records.items() if type_ == "case_event"]
    told = [line["case_id"] for line in lines if line["action"] == "transfer"]
    assert sorted(told) == sorted([case, new_id("street case")])
    arrived = ("case_arrived", id_of("next-street"), None)
    assert notices(new.store, "case_arrived").count(arrived) == len(told)


def test_what_a_street_settled_of_a_community_that_moved_away_is_settled_at_the_new_street(
    phone: GetPhone, tmp_path: Path
) -> None:
    climb(phone)
    case = new_id("street case")
    officer = Phone(phone("officer").store, author("officer", "d-second"))
    officer.do("case.accept", id=case, event_id=new_id("accepts"))
    officer.do("case.resolve", id=case, event_id=new_id("resolves"), text="修好了")
    officer.sync()
    before = officer.records["case", case]
    move_community(officer.store, tmp_path)
    new = officer_of_next_street(officer.store)
    assert new.records["case", case] == at_next_street(before)
    assert before["state"] == "resolved"


@pytest.mark.parametrize(
    ("wrote", "verdicts"),
    [
        (MORNING - timedelta(hours=1), [("superseded", None), ("applied", None)]),
        (MORNING + timedelta(hours=1), [("rejected", "not_found")] * 2),
    ],
)
def test_p7_what_a_street_wrote_before_its_community_moved_away_stands_on_the_timeline(
    phone: GetPhone, tmp_path: Path, wrote: datetime, verdicts: list[tuple[str, str | None]]
) -> None:
    climb(phone)
    case, officer = (
        new_id("street case"),
        Phone(phone("officer").store, author("officer", "d-second")),
    )
    accepts = officer.make("case.accept", wrote, id=case, event_id=new_id("accepts"))
    notes = officer.make("case.note", wrote, id=case, event_id=new_id("notes"), text="明天去看")
    move_community(officer.store, tmp_path)
    judged = officer.push(accepts, notes, now=MORNING + timedelta(hours=2))
    assert [(verdict.verdict, verdict.code) for verdict in judged] == verdicts
    new = officer_of_next_street(officer.store)
    late = [
        new.records["case_event", line]
        for line in sorted({new_id("accepts"), new_id("notes")} & new.ids("case_event"))
    ]
    assert len(late) == sum(verdict != "rejected" for verdict, _ in verdicts)
    assert {line["actor_id"] for line in late} <= {id_of("officer")}
    assert new.records["case", case]["holder_id"] == id_of("next-street")


def test_p7_what_waits_for_a_community_while_it_moves_is_taken(
    phone: GetPhone, tmp_path: Path
) -> None:
    worker = phone("worker")
    gate = {"dwelling_id": None, "place": {"unit_id": id_of("garden-1"), "text": "南门"}}
    sent = [
        worker.make("visit.record", **visit_args("g1-101", "v1") | gate),
        worker.make("case.open", **case_args("g1-101", "c1") | gate),
    ]
    move_community(worker.store, tmp_path)
    # whose phone it is was asked before that
    assert [verdict.verdict for verdict in worker.push(*sent)] == ["applied", "applied"]


def test_the_district_gives_back_to_the_new_street_what_the_old_one_sent_up(
    phone: GetPhone, tmp_path: Path
) -> None:
    district = phone("district-officer")
    climb(phone)
    move_community(district.store, tmp_path)
    district.sync()
    case = new_id("district case")
    back: dict[str, Any] = {"event_id": new_id("back"), "reason": "请街道办"}
    assert district.records["case", case]["holder_id"] == id_of("district")
    assert district.do("case.return", id=case, **back).verdict == "applied"
    district.sync()
    assert district.records["case", case]["holder_id"] == id_of("next-street")


def test_l4_cases_leave_whoever_changes_posts_as_their_community_changes_streets(
    phone: GetPhone, tmp_path: Path
) -> None:
    officer = phone("officer")
    climb(phone)
    officer.sync()
    move_community(officer.store, tmp_path)
    officer.moved_to(author("stranger"))
    officer.sync()
    assert officer.ids("case") == set()


def test_l4_who_works_in_a_community_that_moves_is_brought_none_of_it_anew(
    phone: GetPhone, tmp_path: Path
) -> None:
    worker = phone("worker")
    worker.sync()
    homes = worker.ids("dwelling")
    move_community(worker.store, tmp_path)
    (post,) = worker.author.posts
    path = (*UNITS["next-street"].path, *post.path[3:])
    worker.moved_to(replace(worker.author, posts=(replace(post, path=path),)))
    assert {op["type"] for op in operations(worker)} <= {"unit", "person"}
    assert worker.ids("dwelling") == homes


def at_next_street(case: dict[str, Any]) -> dict[str, Any]:
    """A case that the street held, with the next street as its holder."""
    street = id_of("next-street")
    return {**case, "holder_id": street, "held_by": [*case["held_by"], street]}


def officer_of_next_street(store: Store) -> Phone:
    """A new phone of who serves at the street that the community comes under."""
    post = Post("street", "street_officer", NEXT_STREET)
    new = Phone(store, replace(author("officer", "d-third"), posts=(post,)))
    new.sync()
    return new


def climb(phone: GetPhone) -> None:
    """One case has climbed to the street, another to the district."""
    both = ("street case", "district case")
    worker = phone("worker")
    for case in both:
        worker.do("case.open", **case_args("g1-101", case))
    climbing = {"secretary": both, "community-secretary": both, "officer": both[1:]}
    for name, cases in climbing.items():
        holder = phone(name)
        for case in cases:
            up: dict[str, Any] = {"id": new_id(case), "event_id": new_id(f"{case} {name}")}
            assert holder.do("case.escalate", **up, reason="请帮忙").verdict == "applied"


def operations(phone: Phone) -> list[dict[str, Any]]:
    """What the next page brings."""
    before = phone.cursor
    patch = pull(phone.store, phone.scope, before, 1000)
    phone.sync()
    return [orjson.loads(orjson.dumps(operation)) for operation in patch.operations]


def test_l5_who_is_still_to_be_told_that_a_forgotten_colleague_left_begins_anew(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    worker.sync()
    move(worker.store, "mate", HERE, THERE)
    worker.store.prune(LATER)
    assert worker.page().reset == {"reason": "cursor_too_old"}
