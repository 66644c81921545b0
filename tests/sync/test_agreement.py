"""Phones prove that they hold what the server holds (L9), also after it has forgotten what left them (L5)."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.agreement import MASK, Tally, tally
from sync.memory_store import MemoryStore
from sync.pull import pull
from sync.records import Record
from sync.scope import Scope
from sync.store import Changes, Excerpt, Progress, Store, Window
from tests import dull
from tests.phone import Phone, case_args, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.town import MORNING, author, id_of, place_of, settle_in_memory

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/agreement.json").read_text("utf-8"))
SETTINGS = settings(max_examples=200, deadline=None, database=None, print_blob=True)
VERSIONS = st.integers(0, 2**53)
RECORDS = st.lists(st.tuples(st.sampled_from(["visit", "case"]), st.uuids(), VERSIONS))
DAY = timedelta(days=1)


def total(records: list[tuple[str, str, int]]) -> Tally:
    return sum((tally(type_, [id_], [version]) for type_, id_, version in records), Tally())


def test_l9_server_and_phone_are_held_to_the_same_vectors() -> None:
    records = [(one["type"], one["id"], one["version"]) for one in VECTORS["records"]]
    assert [total([one]).digest for one in records] == [r["digest"] for r in VECTORS["records"]]
    for said, of in ((VECTORS["together"], records), (VECTORS["none"], [])):
        assert said == {"count": total(of).count, "digest": total(of).digest}
        assert dull.digest(of) == said["digest"]


@SETTINGS
@given(RECORDS, st.randoms())
def test_l9_the_digest_does_not_depend_on_the_order_nor_on_what_is_counted_together(
    drawn: Any, dice: Any
) -> None:
    records = [(type_, str(id_), version) for type_, id_, version in drawn]
    shuffled = dice.sample(records, len(records))
    visits = [one for one in records if one[0] == "visit"]
    rest = [one for one in records if one[0] != "visit"]
    together = tally("visit", [one[1] for one in visits], [one[2] for one in visits])
    assert total(records) == total(shuffled) == together + total(rest)
    assert total(records).digest == dull.digest(records)


@SETTINGS
@given(st.lists(st.uuids(), min_size=1, unique=True), VERSIONS, st.integers(1, MASK))
def test_l9_a_record_taken_away_leaves_no_trace_and_a_new_version_always_shows(
    ids: Any, version: int, later: int
) -> None:
    first, *others = [("visit", str(id_), version) for id_ in ids]
    whole, rest = total([first, *others]), total(others)
    assert whole + -1 * total([first]) == rest
    changed = rest + total([(*first[:2], version + later)])
    assert changed.count == whole.count
    assert changed.digest != whole.digest


def test_l9_a_whole_exchange_says_what_each_territory_holds(phone: GetPhone) -> None:
    worker, officer = phone("worker"), phone("officer")
    assert worker.page(limit=3).check == []
    worker.sync()
    (line,) = worker.page().check
    assert (line["scope"], line["count"]) == (f"grid:{id_of('garden-1')}", 5)
    officer.sync()
    assert officer.page().check == [
        {"scope": f"street:{id_of('street')}", "count": 0, "digest": "0" * 16}
    ]


def test_l9_the_tallies_follow_visits_cases_that_climb_moves_and_removals(phone: GetPhone) -> None:
    above = ("secretary", "community-secretary", "officer", "district-officer")
    names = ("worker", "second-worker", *above, "stranger")
    everybody = {name: phone(name) for name in names}
    worker = everybody["worker"]

    def agree() -> dict[str, int]:
        for somebody in everybody.values():
            somebody.sync()
            somebody.sync()
        return {name: one.page().check[0]["count"] for name, one in everybody.items()}

    before = agree()
    worker.do("visit.record", **visit_args("g1-101", "v1"))
    worker.do("case.open", **case_args("g1-101", "c1"))
    act: dict[str, Any] = {"id": new_id("c1"), "reason": "请社区帮忙"}
    everybody["secretary"].do("case.escalate", event_id=new_id("e1"), **act)
    everybody["community-secretary"].do("case.escalate", event_id=new_id("e2"), **act)
    worker.do("dwelling.edit", id=id_of("g1-102"), changes={"note": "门铃坏了"})
    assert {name: count - before[name] for name, count in agree().items()} == {
        **dict.fromkeys(("worker", "secretary", "community-secretary"), 5),
        **{"officer": 4, "district-officer": 0, "second-worker": 0, "stranger": 0},
    }
    worker.do("resident.remove", id=id_of("r-g1-102"), reason="搬走")
    move(worker.store, "dwelling", id_of("g1-101"), "garden-2")
    after = agree()
    assert (after["worker"], after["second-worker"]) == (before["worker"] + 3, 6)


def test_l9_somebody_with_two_posts_gets_a_line_for_each(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    both = (*author("worker").posts, *author("harbour-worker").posts)
    worker.moved_to(replace(worker.author, posts=both))
    worker.sync()
    names = {line["scope"] for line in worker.page().check}
    assert names == {f"grid:{id_of(name)}" for name in ("garden-1", "harbour-1")}


def test_l9_a_phone_that_differs_gets_a_new_copy_and_one_that_says_nonsense_does_not(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    worker.sync()
    assert worker.page(differs=["grid:x", f"grid:{id_of('garden-2')}", ""]).reset is None
    lost = worker.records.pop(("dwelling", id_of("g1-101")))
    with pytest.raises(AssertionError):
        worker.page()
    answer = worker.page(differs=[f"grid:{id_of('garden-1')}"])
    assert answer.reset == {"reason": "differs"}
    assert worker.records["dwelling", id_of("g1-101")] == lost


class Interrupted:
    """A store into which somebody else writes just before or after a page is read."""

    def __init__(self, store: Store, before: Any = bool, after: Any = bool) -> None:
        self._store, self._before, self._after = store, before, after

    def read(self, window: Window, limit: int) -> Excerpt:
        self._before()
        excerpt = self._store.read(window, limit)
        self._after()
        return excerpt

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_l9_no_check_is_given_for_a_state_that_somebody_changed_meanwhile(phone: GetPhone) -> None:
    worker, mate = phone("worker"), phone("mate")
    note = mate.make("dwelling.edit", id=id_of("g1-101"), changes={"note": "门铃坏了"})
    store = cast(Store, Interrupted(worker.store, before=lambda: mate.push(note)))
    assert pull(store, worker.scope, None, 1000).check == []
    worker.sync()
    assert len(worker.page().check) == 1


@pytest.mark.parametrize(("writer", "home"), [("mate", "g1-101"), ("stranger", "n1-101")])
def test_l9_no_check_is_given_to_who_serves_two_communities_where_one_was_changed_meanwhile(
    phone: GetPhone, writer: str, home: str
) -> None:
    somebody, store = phone(writer), phone("worker").store
    scope = Scope.of_posts([*author("worker").posts, *author("stranger").posts])
    note = somebody.make("dwelling.edit", id=id_of(home), changes={"note": "门铃坏了"})
    interrupted = cast(Store, Interrupted(store, before=lambda: somebody.push(note)))
    assert pull(interrupted, scope, None, 1000).check == []
    assert len(pull(store, scope, None, 1000).check) == 2


def test_l9_what_somebody_changed_after_it_was_read_is_left_to_the_next_check(
    phone: GetPhone,
) -> None:
    worker, mate = phone("worker"), phone("mate")
    (before,) = pull(worker.store, worker.scope, None, 1000).check
    visit = mate.make("visit.record", **visit_args("g1-101", "v1"))
    store = cast(Store, Interrupted(worker.store, after=lambda: mate.push(visit)))
    assert pull(store, worker.scope, None, 1000).check == [before]
    worker.sync()
    (after,) = worker.page().check
    assert after["count"] == before["count"] + 1


def test_l5_a_cursor_from_before_the_forgotten_begins_anew_and_a_younger_one_goes_on(
    phone: GetPhone,
) -> None:
    worker, late, store = phone("worker"), phone("mate"), phone("worker").store
    for somebody in (worker, late):
        somebody.sync()
    move(store, "dwelling", id_of("g1-101"), "garden-2", MORNING - 3 * DAY)
    worker.sync()
    store.prune(MORNING - DAY)
    assert worker.page().reset is None
    assert late.page().reset == {"reason": "cursor_too_old"}
    late.sync()
    assert late.records == worker.records


def test_l5_what_left_lately_is_not_forgotten(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    move(worker.store, "dwelling", id_of("g1-101"), "garden-2", MORNING)
    worker.store.prune(MORNING - DAY)
    assert worker.sync() == 1


def test_l5_a_first_copy_under_way_is_not_begun_anew_for_what_left_before_it_began(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    move(worker.store, "dwelling", id_of("g1-101"), "garden-2", MORNING - 3 * DAY)
    worker.page(limit=17)
    while True:
        worker.store.prune(MORNING - DAY)
        page = worker.page(limit=1)
        assert page.reset is None
        if not page.more:
            break
    fresh = phone("worker")
    fresh.sync()
    assert worker.records == fresh.records


def test_l5_a_phone_that_moved_away_from_what_was_forgotten_begins_anew(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.sync()
    move(worker.store, "dwelling", id_of("g1-101"), "garden-2", MORNING - 3 * DAY)
    worker.store.prune(MORNING - DAY)
    worker.moved_to(author("stranger"))
    assert worker.page().reset == {"reason": "cursor_too_old"}


def test_l5_a_removal_is_never_forgotten_for_edits_need_it(phone: GetPhone) -> None:
    worker, late = phone("worker"), phone("mate")
    late.sync()
    resident = id_of("r-g1-102")
    edit = late.make("resident.edit", id=resident, changes={"phone": "13900000000"})
    worker.do("resident.remove", MORNING - 9 * DAY, id=resident, reason="搬走")
    worker.store.prune(MORNING)
    assert late.page().reset is None
    assert ("resident", resident) not in late.records
    assert late.push(edit)[0].verdict == "superseded"


def test_l7_a_page_that_was_lost_is_asked_for_again_and_nothing_is_missing(phone: GetPhone) -> None:
    worker, fresh = phone("secretary"), phone("secretary")
    more = True
    while more:
        pull(worker.store, worker.scope, worker.cursor, 3)
        more = worker.page(limit=3).more
    fresh.sync()
    assert worker.records == fresh.records


def move(store: Store, type_: str, id_: str, grid: str, at: datetime = MORNING) -> None:
    """Move a record to another grid of the community, as the server's own changes do."""
    with store.transaction([author("worker").home_id]) as transaction:
        found: list[Record] = list(transaction.find(type_, [id_]))
        progress = Progress(id_of("registry"), 0, at, 0)
        moved = [record.with_(**place_of(grid)) for record in found if not record.removed]
        transaction.write(Changes(author("worker").home_id, progress, records=moved))


POSTS = ["worker", "second-worker", "harbour-worker", "secretary", "community-worker", "officer"]
HOMES = ["g1-101", "g1-102", "g2-101", "h1-101"]
GRIDS = ["garden-1", "garden-2", "harbour-1"]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("visit"), st.sampled_from(HOMES)),
        st.tuples(st.just("case"), st.sampled_from(HOMES)),
        st.tuples(st.just("climb"), st.integers(0, 5)),
        st.tuples(st.just("move"), st.sampled_from(HOMES), st.sampled_from(GRIDS)),
        st.tuples(st.just("remove"), st.sampled_from(HOMES)),
        st.tuples(
            st.just("appoint"), st.integers(0, 2), st.sets(st.sampled_from(POSTS), max_size=2)
        ),
        st.tuples(st.just("page"), st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.just("forget"), st.integers(0, 60)),
    ),
    max_size=40,
)


class Town:
    """A community at work, with three phones whose owners' posts change."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        settle_in_memory(self.store)
        self.phones = [self._phone(name) for name in ("worker", "secretary", "officer")]
        self.writer = self._phone("community-secretary")
        self.cases: list[str] = []
        self.now, self.made = MORNING, 0

    def _phone(self, name: str) -> Phone:
        return Phone(self.store, author(name))

    def play(self, step: tuple[Any, ...]) -> None:
        self.now, self.made = self.now + timedelta(hours=1), self.made + 1
        getattr(self, step[0])(*step[1:])

    def visit(self, home: str) -> None:
        visit = visit_args(home, f"v{self.made}")
        self.writer.do("visit.record", self.now, **visit)

    def case(self, home: str) -> None:
        name = f"c{self.made}"
        self.cases.append(new_id(name))
        self.writer.do("case.open", self.now, **case_args(home, name))

    def climb(self, which: int) -> None:
        if which < len(self.cases):
            for name in ("secretary", "community-secretary"):
                climber = Phone(self.store, author(name, f"{name}-{self.made}"))
                event_id = new_id(f"e{self.made}-{name}")
                act = {"id": self.cases[which], "event_id": event_id, "reason": "请帮忙"}
                climber.do("case.escalate", self.now, **act)

    def move(self, home: str, grid: str) -> None:
        for type_, id_ in (("dwelling", id_of(home)), ("resident", id_of(f"r-{home}"))):
            move(self.store, type_, id_, grid, self.now)

    def remove(self, home: str) -> None:
        self.writer.do("resident.remove", self.now, id=id_of(f"r-{home}"), reason="搬走")

    def appoint(self, which: int, names: set[str]) -> None:
        posts = tuple(post for name in sorted(names) for post in author(name).posts)
        self.phones[which].moved_to(replace(self.phones[which].author, posts=posts))

    def page(self, which: int, limit: int) -> None:
        self.phones[which].page(limit)

    def forget(self, hours: int) -> None:
        self.store.prune(self.now - timedelta(hours=hours))

    def agree(self) -> None:
        """Each phone, once it has everything, holds what the server says it holds, and a fresh one too."""
        for phone in self.phones:
            phone.sync(limit=3)
            phone.sync()
            check = phone.page().check
            assert len(check) == len(phone.scope.territories)
            fresh = Phone(self.store, phone.author)
            fresh.sync()
            assert (phone.records, check) == (fresh.records, fresh.page().check)


@settings(SETTINGS, max_examples=60)
@given(STEPS)
def test_l9_whatever_happens_each_whole_exchange_ends_in_agreement(
    steps: list[tuple[Any, ...]],
) -> None:
    town = Town()
    for step in steps:
        town.play(step)
    town.agree()
