"""Which posts somebody acts by, and how they sign a line (P7)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sync.scene import Author
from tests.phone import case_args, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.test_agreement import move as move_to_grid
from tests.sync.test_exchange import move
from tests.town import MORNING, author, id_of

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("wrote", "verdict"), [(-SECOND, "applied"), (timedelta(), "rejected"), (SECOND, "rejected")]
)
def test_p7_a_post_counts_for_what_was_written_until_it_ended(
    phone: GetPhone, wrote: timedelta, verdict: str
) -> None:
    worker, ended = phone("worker"), MORNING + HOUR
    visit = worker.make("visit.record", ended + wrote, **visit_args("g1-101", "v1"))
    former = tuple((post, ended) for post in worker.author.posts)
    worker.author = replace(worker.author, posts=author("harbour-worker").posts, former=former)
    assert worker.push(visit, now=ended + HOUR)[0].verdict == verdict


@pytest.mark.parametrize(("wrote", "verdict"), [(-SECOND, "applied"), (timedelta(), "rejected")])
def test_p7_a_household_counts_as_ones_own_until_the_moment_it_was_moved(
    phone: GetPhone, wrote: timedelta, verdict: str
) -> None:
    worker = phone("worker")
    visit = worker.make("visit.record", MORNING + wrote, **visit_args("g1-101", "v1"))
    move(phone("second-worker"), "g1-101", id_of("garden-2"))
    assert worker.push(visit, now=MORNING + HOUR)[0].verdict == verdict


def with_posts_of(*names: str) -> Author:
    """One person with the posts of several, the first one's name and device."""
    posts = tuple(post for name in names for post in author(name).posts)
    return replace(author(names[0]), posts=posts)


def test_who_serves_at_several_units_signs_by_the_role_they_have_at_the_one_that_holds_the_case(
    phone: GetPhone,
) -> None:
    both = phone("community-worker")
    both.author = with_posts_of("community-worker", "leader")
    both.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    both.do("case.note", id=new_id("c1"), event_id=new_id("n1"), text="明天去看")
    both.sync()
    assert both.records["case_event", new_id("n1")]["actor_role"] == "grid_leader"


def test_p7_a_visit_written_before_a_household_left_the_compound_reaches_its_new_one(
    phone: GetPhone,
) -> None:
    secretary, new = phone("secretary"), phone("harbour-secretary")
    before = secretary.make("visit.record", MORNING - HOUR, **visit_args("g1-101", "before"))
    after = secretary.make("visit.record", MORNING + HOUR, **visit_args("g1-101", "after"))
    move_to_grid(new.store, "dwelling", id_of("g1-101"), "harbour-1")
    verdicts = secretary.push(before, after, now=MORNING + HOUR)
    assert [one.verdict for one in verdicts] == ["applied", "rejected"]
    new.sync()
    assert new.records["visit", new_id("before")]["compound_id"] == id_of("harbour")
