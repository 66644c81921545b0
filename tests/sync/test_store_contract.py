"""What `sync/store.py` asks of a store, method by method, on every store; and SQL against memory."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import orjson
import pytest

from sync import duty
from sync.levels import Unit
from sync.memory_store import MemoryStore
from sync.mutation import Mutation
from sync.policies import DeadlinePolicy, DutyItem
from sync.records import Record
from sync.scope import Scope, Territory, View
from sync.store import EPOCH, REFERENCE, Changes, Line, Progress, ReferenceWindow, Store, Window
from sync.verdict import Entry, Judged, Verdict
from tests.duty_list import list_item, set_policy
from tests.phone import Phone, case_args, new_id, sent_as
from tests.town import HOMES, MORNING, UNITS, author, id_of, settle_in_memory

SEED = 20261126
COMMUNITY, NEXT, DEVICE = id_of("community"), id_of("next"), id_of("d-worker")
ALL, NOTHING = View(whole=True), View()
PROGRESS = Progress(DEVICE, 7, MORNING, -250, ((2, 4),))


def find(store: Store, type_: str, id_: str, partition: str = COMMUNITY) -> list[Record]:
    with store.transaction([partition]) as transaction:
        return list(transaction.find(type_, [id_]))


def write(store: Store, *records: Record, progress: Progress = PROGRESS) -> None:
    """Write these as a batch does, which reads before it writes."""
    with store.transaction([COMMUNITY]) as transaction:
        for record in records:
            list(transaction.find(record.type, [record.id]))
        transaction.write(Changes(COMMUNITY, progress, records=list(records)))


def moved(store: Store, home: str, grid: str) -> Record:
    (record,) = find(store, "dwelling", id_of(home))
    return record.with_(grid_id=id_of(grid), compound_id=UNITS[grid].path[4])


def removed(record: Record) -> Record:
    place = {"grid_id": record.grid_id, "compound_id": record.compound_id}
    return replace(record, value=place, stamps={}, removed={"by": "somebody"})


def operations(lines: list[Line]) -> list[dict[str, Any]]:
    return [orjson.loads(orjson.dumps(operation)) for _, operation in lines]


def test_a_team_is_those_who_serve_on_it_and_nobody_who_only_inspects(store: Store) -> None:
    with store.transaction([COMMUNITY]) as transaction:
        serving = transaction.serving([COMMUNITY], MORNING)
    assert duty.team(serving) == {
        id_of(name): name for name in ("community-secretary", "community-worker")
    }


def test_who_serves_at_a_unit_is_told_with_role_and_department(store: Store) -> None:
    with store.transaction([COMMUNITY]) as transaction:
        serving = transaction.serving([id_of("garden"), id_of("street")], MORNING)
    assert {(one.name, one.level, one.role, one.department) for one in serving} == {
        ("secretary", "compound", "branch_secretary", ""),
        ("plumber", "compound", "responder", "物业"),
        ("officer", "street", "street_officer", ""),
    }


def test_a_unit_has_the_times_it_set_for_itself_and_those_of_no_other(store: Store) -> None:
    asked = DeadlinePolicy("normal", settle_working_days=4)
    agreed = DeadlinePolicy("urgent", "0101", accept_minutes=60, settle_hours=6, agreed=True)
    for policy in (asked, agreed):
        set_policy(store, "garden", policy)
    with store.transaction([COMMUNITY]) as transaction:
        assert set(transaction.policies(id_of("garden"))) == {asked, agreed}
        assert list(transaction.policies(id_of("garden-1"))) == []


def test_a_duty_item_is_that_of_the_nearest_list_above_which_no_other_district_has(
    store: Store,
) -> None:
    of_city, of_district = (DutyItem("0101", None, None, days) for days in (10, 3))
    urgent = DutyItem("0102", "urgent", 2)
    for unit, item in (("city", of_city), ("district", of_district), ("city", urgent)):
        list_item(store, unit, item)
    path = UNITS["garden-1"].path
    with store.transaction([COMMUNITY]) as transaction:
        assert transaction.duty_item(path, "0101") == of_district
        assert transaction.duty_item(path[:1], "0101") == of_city
        assert transaction.duty_item(path, "0102") == urgent
        assert transaction.duty_item(path, "9999") is None
        assert transaction.duty_item((id_of("nowhere"),), "0101") is None


def test_there_is_no_progress_before_the_first_batch_and_then_what_was_written(
    store: Store,
) -> None:
    with store.transaction([COMMUNITY]) as transaction:
        assert list(transaction.progress(DEVICE)) == []
    assert store.received_through(COMMUNITY, DEVICE) == 0
    write(store)
    assert store.received_through(COMMUNITY, DEVICE) == PROGRESS.received_through
    with store.transaction([COMMUNITY]) as transaction:
        assert list(transaction.progress(DEVICE)) == [PROGRESS]
        assert list(transaction.progress(id_of("d-mate"))) == []


def test_the_journal_gives_back_the_first_verdict_of_this_device_only(store: Store) -> None:
    args: dict[str, Any] = {"id": new_id("v"), "summary": "灯泡坏了"}
    mutation = Mutation(new_id("m"), 7, MORNING, "visit.record", None, sent_as(args), args)
    verdict = Verdict(mutation.id, 7, "rejected", "8F3K-22QD", "not_found", "/args/id")
    judged = Judged(verdict, mutation.digest)
    entry = Entry(DEVICE, id_of("worker"), mutation, MORNING, MORNING, judged)
    with store.transaction([COMMUNITY]) as transaction:
        transaction.write(Changes(COMMUNITY, PROGRESS, [entry]))
    ids = [mutation.id, new_id("other")]
    with store.transaction([COMMUNITY]) as transaction:
        for journal in (store, transaction):
            assert list(journal.judged(COMMUNITY, DEVICE, ids)) == [judged]
            assert list(journal.judged(COMMUNITY, id_of("d-mate"), ids)) == []


def test_nothing_is_written_by_a_transaction_that_fails(store: Store) -> None:
    before = store.feed([COMMUNITY])
    with pytest.raises(RuntimeError):
        write_and_fail(store, room("101B"))
    assert store.feed([COMMUNITY]) == before
    assert find(store, "dwelling", room("101B").id) == []
    with store.transaction([COMMUNITY]) as transaction:
        assert list(transaction.progress(DEVICE)) == []


def test_what_a_transaction_has_written_is_found_in_it_and_undone_when_it_fails(
    store: Store,
) -> None:
    with pytest.raises(RuntimeError):
        write_twice_and_fail(store)
    assert find(store, "dwelling", room("101B").id) == []
    with store.transaction([COMMUNITY]) as transaction:
        assert list(transaction.progress(DEVICE)) == []


def write_twice_and_fail(store: Store) -> None:
    with store.transaction([COMMUNITY]) as transaction:
        list(transaction.find("dwelling", [room("101B").id]))
        transaction.write(Changes(COMMUNITY, PROGRESS, records=[room("101B")]))
        (first,) = transaction.find("dwelling", [room("101B").id])
        later = replace(PROGRESS, received_through=9)
        transaction.write(Changes(COMMUNITY, later, records=[first.with_(note="换了锁")]))
        (second,) = transaction.find("dwelling", [room("101B").id])
        assert (second.version, second.value["note"]) == (first.version + 1, "换了锁")
        assert list(transaction.progress(DEVICE)) == [later]
        raise RuntimeError


def write_and_fail(store: Store, record: Record) -> None:
    with store.transaction([COMMUNITY]) as transaction:
        transaction.write(Changes(COMMUNITY, PROGRESS, records=[record]))
        raise RuntimeError


def room(number: str, grid: str = "garden-1") -> Record:
    """A dwelling in a grid's building."""
    place = {"grid_id": id_of(grid), "compound_id": UNITS[grid].path[4]}
    door = {"building_id": id_of(f"b-{grid}"), "entrance": "1", "floor": 1, "room": number}
    value = {**place, **door, "occupancy": "owner", "note": ""}
    return Record("dwelling", new_id(number), COMMUNITY, value)


def test_records_are_found_in_the_locked_partitions_only_with_what_merging_remembers(
    store: Store,
) -> None:
    stamps: dict[str, Any] = {"note": {"edits": [], "dots": []}}
    write(store, replace(room("101B"), stamps=stamps))
    (found,) = find(store, "dwelling", room("101B").id)
    assert found == replace(room("101B"), stamps=stamps, version=found.version)
    assert found.version == store.feed([COMMUNITY]).counters[COMMUNITY]
    assert find(store, "dwelling", found.id, NEXT) == []
    assert find(store, "visit", found.id) == []


def test_a_removed_resident_is_found_as_a_tombstone_and_leaves_by_a_del(store: Store) -> None:
    (resident,) = find(store, "resident", id_of("r-g1-101"))
    before = store.feed([COMMUNITY]).counters[COMMUNITY]
    write(store, removed(resident))
    (tombstone,) = find(store, "resident", resident.id)
    latest = store.feed([COMMUNITY]).counters[COMMUNITY]
    assert tombstone == replace(removed(resident), version=latest)
    gone = {"op": "del", "type": "resident", "id": resident.id, "reason": "removed"}
    assert operations(store.read(Window(COMMUNITY, ALL, before), 10).lines) == [gone]


def test_a_timeline_is_a_cases_events_oldest_first(store: Store) -> None:
    worker, ids = Phone(store, author("worker")), [new_id(f"e{n}") for n in range(3)]
    for name in ("c1", "c2"):
        worker.do("case.open", **case_args("g1-101", name))
    for id_ in ids:
        worker.do("case.note", id=new_id("c1"), event_id=id_, text="话")
    with store.transaction([COMMUNITY]) as transaction:
        assert [event.id for event in transaction.timelines([new_id("c1")])][1:] == ids
        assert list(transaction.timelines([new_id("none")])) == []
    assert store.communities_of([new_id("c1"), new_id("none")]) == {COMMUNITY}


def test_a_record_that_moved_has_left_the_grid_and_only_what_it_left(store: Store) -> None:
    write(store, moved(store, "g1-101", "garden-2"))
    later = replace(PROGRESS, last_contact_at=MORNING + timedelta(hours=1))
    write(store, moved(store, "g1-101", "harbour-1"), progress=later)
    with store.transaction([COMMUNITY]) as transaction:
        left = transaction.departures([id_of("g1-101"), id_of("g1-102")])
        places = [(d.id, d.grid_id, d.compound_id, d.at) for d in left]
    home, second = id_of("g1-101"), (id_of("garden-2"), id_of("garden"))
    first = (home, id_of("garden-1"), None, MORNING)
    assert sorted(places, key=str) == sorted(
        [first, (home, *second, later.last_contact_at)], key=str
    )


def test_the_ladder_has_the_locked_communities_and_all_above_them(store: Store) -> None:
    with store.transaction([COMMUNITY]) as transaction:
        ladder = transaction.ladder()
    for name in ("city", "street", "community", "harbour", "garden-2"):
        assert ladder.get(id_of(name)) == UNITS[name]
    assert ladder.above(id_of("garden-2")) == UNITS["garden"]
    assert ladder.above(id_of("district")) is None
    assert ladder.above(id_of("nowhere")) is None
    assert ladder.at_level(id_of("garden-2"), "street") == UNITS["street"]
    assert ladder.at_level(id_of("street"), "grid") is None
    assert ladder.at_level(id_of("nowhere"), "grid") is None


def test_the_communities_below_a_street_or_district_are_given_with_their_paths(
    store: Store,
) -> None:
    def below(name: str) -> dict[str, tuple[str, ...]]:
        return store.communities_below([Territory(UNITS[name].level, UNITS[name].path)])

    assert below("street") == {COMMUNITY: UNITS["community"].path}
    assert below("district") == {COMMUNITY: UNITS["community"].path, NEXT: UNITS["next"].path}


def test_feeds_stand_at_their_latest_change_and_unknown_ones_nowhere(store: Store) -> None:
    before = store.feed([COMMUNITY, NEXT, new_id("none")])
    assert set(before.counters) == {COMMUNITY, NEXT}
    write(store, room("101B"), room("101C"))
    after = store.feed([COMMUNITY, NEXT])
    assert after.counters[COMMUNITY] == before.counters[COMMUNITY] + 2
    assert (after.counters[NEXT], after.epoch) == (before.counters[NEXT], before.epoch)


def test_an_epoch_ends_once_however_many_find_that_it_must(store: Store) -> None:
    first = store.feed([]).epoch
    store.renew_epoch(first)
    second = store.feed([]).epoch
    store.renew_epoch(first)
    assert first != second == store.feed([]).epoch


def test_l5_a_community_that_is_first_written_in_after_a_restore_numbers_above_the_lost_epoch(
    store: Store,
) -> None:
    empty = new_id("empty")
    for epoch in (0, 1, 2):
        with store.transaction([f"{empty[:-1]}{epoch}"]) as transaction:
            assert transaction.latest(f"{empty[:-1]}{epoch}") == epoch * EPOCH
        store.renew_epoch(store.feed([]).epoch)


def territory(unit: Unit) -> Territory:
    return Territory(unit.level, unit.path)


def test_units_and_people_come_to_a_scope_and_go_with_it(store: Store) -> None:
    grid, other = (Scope([territory(UNITS[n])]) for n in ("garden-1", "harbour-1"))
    lines = store.read_reference(ReferenceWindow(grid, 0), 100)
    puts = operations(lines)
    assert [op["version"] for op in puts] == [version for version, _ in lines]
    assert {op["id"] for op in puts} >= {id_of(n) for n in ("city", "garden-1", "worker", "mate")}
    assert id_of("harbour-1") not in {op["id"] for op in puts}
    gained = operations(store.read_reference(ReferenceWindow(other, 0, unless=grid), 100))
    assert {op["id"] for op in gained} == {id_of("harbour"), id_of("harbour-1")}
    lost = operations(store.read_dropped_reference(ReferenceWindow(grid, 0, unless=other), 100))
    assert {(op["op"], op["id"]) for op in lost} == {
        ("del", id_of("garden")),
        ("del", id_of("garden-1")),
    }
    latest = store.feed([REFERENCE]).counters[REFERENCE]
    assert store.read_reference(ReferenceWindow(grid, latest), 100) == []


def wander(store: Store, random: Random) -> None:
    """A bad day of records: they move between grids, climb, and are removed."""
    phone = Phone(store, author("worker"))
    for name in CASES:
        phone.do("case.open", **case_args("g1-101", name))
    homes = [home for grid, names in HOMES.items() if grid != "next-yard-1" for home in names]
    for _ in range(25):
        write(store, moved(store, random.choice(homes), random.choice(GRIDS)))
        (case,) = find(store, "case", new_id(f"c{random.randrange(6)}"))
        write(store, case.with_(reached=random.randint(1, 5)))
    for home in random.sample(homes, 2):
        (resident,) = find(store, "resident", id_of(f"r-{home}"))
        write(store, removed(resident))


GRIDS = ["garden-1", "garden-2", "harbour-1"]
CASES = [f"c{number}" for number in range(6)]


def some_cases(random: Random) -> frozenset[str]:
    return frozenset(new_id(name) for name in CASES if random.random() < 0.2)


def any_view(random: Random) -> View:
    def some(names: list[str]) -> frozenset[str]:
        return frozenset(id_of(name) for name in names if random.random() < 0.4)

    above = random.choice([None, None, 3, 4, 5])
    compounds, grids, cases = some(["garden", "harbour"]), some(GRIDS), some_cases(random)
    return View(random.random() < 0.15, compounds, grids, cases, above)


Effects = dict[tuple[str, str], Any]


def effects(lines: list[Line]) -> Effects:
    """What is left on a phone that takes these lines, in their order."""
    assert [version for version, _ in lines] == sorted(version for version, _ in lines)
    return {(op["type"], op["id"]): op for op in operations(lines)}


def puts(effects: Effects) -> Effects:
    return {key: op for key, op in effects.items() if op["op"] == "put"}


def check(ours: Effects, dull: Effects, seen: Effects) -> None:
    """The same puts, and all dels; a del more is of what is not to be seen, and so changes nothing."""
    assert puts(ours) == puts(dull)
    assert set(dull) <= set(ours)
    assert (set(ours) - set(dull)).isdisjoint(puts(seen))


@pytest.mark.parametrize("view", [ALL, NOTHING])
def test_l9_an_excerpt_says_where_its_feed_stood(store: Store, view: View) -> None:
    def latest(community_id: str) -> set[int]:
        window = Window(community_id, view, 0)
        return {read(window, 1).latest for read in (store.read, store.read_dropped)}

    (before,) = latest(COMMUNITY)
    assert before == store.feed([COMMUNITY]).counters[COMMUNITY]
    write(store, room("101B"))
    assert latest(COMMUNITY) == {before + 1}
    assert latest(id_of("nowhere")) == {0}


def test_l1_windows_are_those_of_the_store_in_memory(store: Store) -> None:
    """Versions, values and dels, for views, stretches and exceptions drawn from a seed."""
    random, memory = Random(SEED), MemoryStore()
    settle_in_memory(memory)
    for each in (store, memory):
        wander(each, Random(SEED))
    latest = store.feed([COMMUNITY]).counters[COMMUNITY]
    assert latest == memory.feed([COMMUNITY]).counters[COMMUNITY]
    for _ in range(60):
        after, upto = random.randint(0, latest), random.choice([None, random.randint(0, latest)])
        window = Window(COMMUNITY, any_view(random), after, upto, any_view(random))
        shown, hidden = (
            effects(memory.read(Window(COMMUNITY, view, 0), 1000).lines)
            for view in (window.view, window.unless)
        )
        seen = store.read(window, 1000)
        check(effects(seen.lines), effects(memory.read(window, 1000).lines), shown)
        dropped, dull = store.read_dropped(window, 1000), memory.read_dropped(window, 1000)
        check(effects(dropped.lines), effects(dull.lines), hidden)
        assert seen.latest == dropped.latest == latest
        few = random.randint(1, 5)
        assert [v for v, _ in store.read(window, few).lines] == [v for v, _ in seen.lines[:few]]
