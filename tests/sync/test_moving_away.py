"""Colleagues and units that move away leave the phones that see them no longer, on every store (L1, L4)."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.services import staffing
from app.services.importing import import_units
from sync.levels import Unit
from sync.memory_store import MemoryStore
from sync.store import Store
from tests.phone import Phone
from tests.sync.conftest import GetPhone
from tests.town import MORNING, PEOPLE, UNITS, author, community_of, id_of

LATER = MORNING + timedelta(days=1)
HERE, THERE = "garden-1", "next-yard-1"


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
        above = UNITS["next-street"].path
        for name, unit in UNITS.items():
            if id_of("community") in unit.path:
                moved = Unit(unit.id, unit.level, unit.name, (*above, *unit.path[3:]))
                store.add_unit(moved, name, MORNING)
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


def test_l5_who_is_still_to_be_told_that_a_forgotten_colleague_left_begins_anew(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    worker.sync()
    move(worker.store, "mate", HERE, THERE)
    worker.store.prune(LATER)
    assert worker.page().reset == {"reason": "cursor_too_old"}
