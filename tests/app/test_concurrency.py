"""Several phones at the same moment: exactly once, and no gap in anybody's feed (P2, L2)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from flask import Flask

from app.store import SqlStore
from tests.phone import Phone, case_args, new_id, visit_args
from tests.town import author


def at_once(app: Flask, *tasks: Callable[[], Any]) -> list[Any]:
    """Run the tasks in threads that start together, each with the app's context."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait()
            return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_p2_two_copies_of_a_batch_at_the_same_moment_apply_once(town: Flask) -> None:
    worker = Phone(SqlStore(), author("worker"))
    batch = [worker.make("visit.record", **visit_args("g1-101", f"v{n}")) for n in range(20)]
    answers = at_once(town, *[lambda: worker.push(*batch)] * 4)
    firsts = [verdict for verdicts in answers for verdict in verdicts if not verdict.duplicate]
    assert sorted(verdict.seq for verdict in firsts) == list(range(1, 21))
    assert {verdict.verdict for verdicts in answers for verdict in verdicts} == {"applied"}
    worker.sync()
    assert len(worker.ids("visit")) == 20


def test_two_people_accept_a_case_at_the_same_moment_and_one_is_first(town: Flask) -> None:
    worker, mate = Phone(SqlStore(), author("worker")), Phone(SqlStore(), author("mate"))
    worker.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    accepts = [
        (
            phone,
            phone.make("case.accept", id=new_id("c1"), event_id=new_id(f"e-{phone.author.name}")),
        )
        for phone in (worker, mate)
    ]
    answers = at_once(town, *[partial(phone.push, accept) for phone, accept in accepts])
    assert sorted(verdict.verdict for (verdict,) in answers) == ["applied", "superseded"]


def test_l2_a_reader_following_its_cursor_sees_every_visit_of_eight_writers_once(
    town: Flask,
) -> None:
    writers = [Phone(SqlStore(), author("worker", f"w{n}")) for n in range(8)]
    reader = Phone(SqlStore(), author("secretary"))
    reader.sync()
    seen: list[str] = []

    def write(phone: Phone, number: int) -> None:
        for batch in range(10):
            names = [f"{number}-{batch}-{n}" for n in range(5)]
            phone.push(
                *[phone.make("visit.record", **visit_args("g1-101", name)) for name in names]
            )

    def follow(pages: int) -> None:
        for _ in range(pages):
            seen.extend(brought(reader))

    tasks = [partial(write, phone, number) for number, phone in enumerate(writers)]
    at_once(town, *tasks, partial(follow, 60))
    follow(20)
    assert len(seen) == len(set(seen)) == 400
    assert reader.sync() == 0


def brought(reader: Phone) -> list[str]:
    """The ids of the visits that one page brings."""
    before = dict(reader.versions)
    reader.page(limit=37)
    return [
        id_
        for (type_, id_), version in reader.versions.items()
        if type_ == "visit" and before.get((type_, id_)) != version
    ]
