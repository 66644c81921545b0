"""Deadlines act by themselves through `qiaomen worker`, over a holiday, by several workers, killed or not."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text, update

from app.commands.worker import worker
from app.config import Config
from app.extensions import db, reading, writing
from app.models import Case, CaseEvent, Delivery, Notice, PushSubscription
from app.services.addressing import address_all
from app.services.deadlines import Deadlines
from app.services.working_days import is_working_day
from app.sql import dialect
from app.store import SqlStore, due_by
from sync.batch import Batch
from sync.deadlines import CHINA
from sync.instants import to_wire
from sync.push import push
from tests.app.conftest import Somebody
from tests.phone import Phone, case_args, new_id
from tests.town import author, id_of
from tests.worker_process import running

# the State Council's holiday of 2025 is 1 to 8 October
TUESDAY = datetime(2025, 9, 30, 16, 40, tzinfo=CHINA)
MINUTE, TWO_DAYS = timedelta(minutes=1), timedelta(days=2)
UP = ("garden", "community", "street", "district")
UP_NEXT = ("next-yard", "next", "next-street", "district")

DIES_AFTER_A_COMMIT = """
import os, signal
from app.services import deadlines
sweep = deadlines.sweep
def sweep_and_die(*given):
    sweep(*given)
    os.kill(os.getpid(), signal.SIGKILL)
deadlines.sweep = sweep_and_die
"""
DIES_BEFORE_A_COMMIT = """
import os, signal
from app.transaction import SqlTransaction
write = SqlTransaction.write
def write_and_die(*given):
    write(*given)
    os.kill(os.getpid(), signal.SIGKILL)
SqlTransaction.write = write_and_die
"""
Pass = Callable[[Config, datetime], None]


def one_worker(config: Config, now: datetime) -> None:
    """`qiaomen worker --once --now`."""
    several_workers(config, now, 1)


def several_workers(config: Config, now: datetime, count: int = 3) -> None:
    """The same, several at once."""
    with ExitStack() as stack:
        options = ("--once", "--now", now.isoformat())
        processes = [stack.enter_context(running(config, *options)) for _ in range(count)]
        logs = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * count, logs


def worker_killed_twice(config: Config, now: datetime) -> None:
    """One is killed before its first commit, the next after it, before the second; a third does the rest."""
    for place in (DIES_BEFORE_A_COMMIT, DIES_AFTER_A_COMMIT):
        with running(config, "--once", "--now", now.isoformat(), before=place) as process:
            process.communicate(timeout=60)
        assert process.returncode == -9
    one_worker(config, now)


def open_cases(name: str, home: str, count: int = 1, **more: Any) -> list[str]:
    """Cases opened on Tuesday at the grid of a person; their ids."""
    phone = Phone(SqlStore(), author(name))
    said = [case_args(home, f"{name} {n}", kind="doorstep", **more) for n in range(count)]
    mutations = [phone.make("case.open", TUESDAY, **one) for one in said]
    push(SqlStore(), Batch(phone.author, mutations, TUESDAY, TUESDAY), is_working_day)
    return [one["id"] for one in said]


def take(now: datetime) -> bool:
    """A pass in this process; whether any step was taken."""
    return Deadlines(Random(7))(now)


def lines_of(case_id: str) -> list[tuple[str, str | None, str | None, datetime]]:
    """The timeline of a case: action, actor, where to, and when."""
    columns = (CaseEvent.action, CaseEvent.actor_id, CaseEvent.to_unit_id, CaseEvent.at)
    with reading() as session:
        found = session.execute(
            select(*columns).where(CaseEvent.case_id == case_id).order_by(CaseEvent.version)
        )
        return [(action, actor_id, unit_id, at) for action, actor_id, unit_id, at in found]


def notices() -> Counter[str]:
    with reading() as session:
        return Counter(session.scalars(select(Notice.kind)))


@pytest.mark.parametrize("work", [one_worker, several_workers, worker_killed_twice])
@pytest.mark.usefixtures("town")
def test_a_case_nobody_accepts_over_national_day_climbs_to_the_district_each_step_once(
    config: Config, work: Pass
) -> None:
    [ours], [theirs] = open_cases("worker", "g1-101"), open_cases("stranger", "n1-101")
    for number in range(1, 5):
        assert not take(TUESDAY + number * TWO_DAYS - MINUTE)
        work(config, TUESDAY + number * TWO_DAYS)
    for case_id, opener, units in ((ours, "worker", UP), (theirs, "stranger", UP_NEXT)):
        opened, *climbed = lines_of(case_id)
        assert opened[:2] == ("open", id_of(opener))
        assert climbed == [
            ("escalate", None, id_of(unit), TUESDAY + number * TWO_DAYS)
            for number, unit in enumerate(units, 1)
        ]
    assert notices() == {"case_arrived": 8, "case_moved": 8}
    officer = Phone(SqlStore(), author("district-officer"))
    # compares its copy with the server's digests as it pulls (L9)
    officer.sync()
    assert officer.ids("case") == {ours, theirs}


@pytest.mark.usefixtures("town")
def test_the_district_keeps_a_case_is_reminded_on_working_days_and_then_overdue() -> None:
    [case_id] = open_cases("worker", "g1-101")
    for number in range(1, 6):
        assert take(TUESDAY + number * TWO_DAYS)
    assert len(lines_of(case_id)) == 1 + len(UP)
    # 14 days from the 9th to the 27th, with a Saturday, and until 16:40 on the 28th
    half, end = (
        datetime(2025, 10, 17, 8, 20, tzinfo=CHINA),
        datetime(2025, 10, 28, 16, 40, tzinfo=CHINA),
    )
    with reading() as session:
        assert session.get_one(Case, (id_of("community"), case_id)).settle_by == end
    assert not take(half - MINUTE)
    assert take(half)
    assert notices()["case_due"] == 1
    assert take(end)
    assert lines_of(case_id)[-1] == ("overdue", None, None, end)
    assert (notices()["case_due_soon"], notices()["case_overdue"]) == (0, 1)
    assert not take(end + timedelta(days=400))


@pytest.mark.usefixtures("town")
def test_three_workers_take_each_of_many_steps_once(config: Config) -> None:
    ids = open_cases("worker", "g1-101", 60) + open_cases("stranger", "n1-101", 60)
    several_workers(config, TUESDAY + TWO_DAYS)
    with reading() as session:
        lines = Counter(
            session.scalars(select(CaseEvent.case_id).where(CaseEvent.actor_id.is_(None)))
        )
    assert lines == dict.fromkeys(ids, 1)
    assert notices() == {"case_arrived": 120, "case_moved": 120}


@pytest.mark.parametrize(
    ("assignee", "told"), [(None, ["leader"]), ("leader", ["leader"]), ("mate", ["leader", "mate"])]
)
def test_a_reminder_reaches_the_units_leader_and_the_assignee_once_each(
    somebody: Callable[..., Somebody], assignee: str | None, told: list[str]
) -> None:
    for name in ("leader", "mate", "worker"):
        somebody(name)
        subscribe(name)
    open_cases("worker", "g1-101", urgency="urgent")
    with writing() as session:
        given = {"state": "accepted", "assignee_id": assignee and id_of(assignee)}
        session.execute(update(Case).values(given))
    take(TUESDAY + timedelta(hours=2))
    address_all(TUESDAY + timedelta(hours=2))
    with reading() as session:
        people = list(session.scalars(select(Delivery.person_id)))
    assert Counter(people) == Counter(map(id_of, told))
    assert notices() == {"case_due": 1}


def subscribe(name: str) -> None:
    """Somebody's phone takes pushes."""
    keys = {"endpoint": f"https://push.example/{name}", "p256dh": "p", "auth": "a"}
    whose = {"person_id": id_of(name), "device_id": id_of(f"d-{name}")}
    with writing() as session:
        session.add(PushSubscription(id=new_id(name), created_at=TUESDAY, **whose, **keys))


def test_a_moment_that_is_none_or_has_no_zone_is_refused_in_words(app: Flask) -> None:
    for said in ("tomorrow", "2025-10-01T09:00", "0001-01-01T00:00+08:00", "9999-12-31T00:00Z"):
        told = CliRunner().invoke(worker, ["--once", "--now", said], obj=app)
        assert told.exit_code == 2
        assert f"{said} is no moment with a zone like 2026-10-01T09:00+08:00" in told.output


def test_a_worker_that_goes_on_is_not_given_a_moment(app: Flask) -> None:
    told = CliRunner().invoke(worker, ["--now", "2025-10-01T09:00+08:00"], obj=app)
    assert told.exit_code == 2
    assert "--now goes with --once only" in told.output


@pytest.mark.usefixtures("town")
def test_a_year_whose_days_off_are_not_announced_is_warned_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    deadlines = Deadlines(Random(7))
    for day in ("2026-10-01", "2090-11-02", "2090-11-03"):
        deadlines(datetime.fromisoformat(f"{day}T08:00+08:00"))
    [warning] = caplog.records
    assert "the days off of 2091 are not known here" in warning.getMessage()


@pytest.mark.usefixtures("town")
def test_the_log_says_how_many_steps_and_nothing_about_whom(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "app.services.deadlines")
    open_cases("worker", "g1-101", 3)
    take(TUESDAY + TWO_DAYS)
    assert [record.getMessage() for record in caplog.records] == ["deadlines: 3 unaccepted"]


EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN (COSTS OFF)"}


@pytest.mark.usefixtures("town")
def test_what_is_due_is_found_by_its_index() -> None:
    with db.engine.connect() as connection:
        kind = connection.dialect.name
        if kind == "postgresql":
            # a town is so small that reading all of it costs less
            connection.execute(text("SET enable_seqscan = off"))
        asked = text(f"{EXPLAIN[kind]} {due_by(dialect()).text}")
        plan = connection.execute(asked, {"now": to_wire(TUESDAY), "most": 9}).all()
    assert "ix_case_due" in str(plan)


@pytest.mark.usefixtures("town")
def test_cases_from_before_are_given_their_steps_when_the_tables_are_brought_up() -> None:
    [case_id] = open_cases("worker", "g1-101")
    [accepted] = open_cases("stranger", "n1-101", urgency="urgent")
    with writing() as session:
        session.execute(update(Case).where(Case.id == accepted).values(state="accepted"))
    before = steps()
    downgrade(revision="0005")
    upgrade()
    after = steps()
    assert after[case_id] == before[case_id]
    assert [step["step"] for step in after[accepted][0]] == ["due", "due_soon", "overdue"]


def steps() -> dict[str, Any]:
    """What lies ahead of each case, and when the first of it is due."""
    columns = (Case.id, Case.due_steps, Case.next_due_at)
    with reading() as session:
        return {id_: (due, first) for id_, due, first in session.execute(select(*columns))}
