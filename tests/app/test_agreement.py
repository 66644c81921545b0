"""Agreement over HTTP, and the tallies kept right by every way in which records come (L9, L5)."""

import logging
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Table, event, func, insert, select, text, update

from app.cli import main
from app.config import days
from app.extensions import reading, writing
from app.models import Conflict, Delivery, Departure, Notice, SignedIn, Tally
from app.services.tidying import EVERY, TOLD, Tidying
from app.store import SqlStore
from app.tallies import recount
from app.windows import TABLES
from tests.phone import Phone, case_args, new_id, visit_args
from tests.sync.test_agreement import DAY, move
from tests.town import MORNING, author, id_of


def tallies() -> dict[str, list[Any]]:
    """Everything counted, by place."""
    table: Table = Tally.__table__
    with reading() as session:
        rows = session.execute(select(table).where(table.c.count != 0)).all()
    return {f"{row.unit_id}/{row.reached}": list(row)[3:] for row in rows}


@pytest.fixture
def busy(town: Flask) -> Flask:
    """A town in which people have worked, and a case has climbed to the street."""
    worker, secretary, community = (
        Phone(SqlStore(), author(n)) for n in ("worker", "secretary", "community-secretary")
    )
    worker.do("visit.record", **visit_args("g1-101", "v1"))
    worker.do("case.open", **case_args("g1-101", "c1"))
    act: dict[str, Any] = {"id": new_id("c1"), "reason": "请帮忙"}
    secretary.do("case.escalate", event_id=new_id("e1"), **act)
    community.do("case.escalate", event_id=new_id("e2"), **act)
    move(SqlStore(), "dwelling", id_of("g1-101"), "garden-2", MORNING)
    return town


@pytest.mark.usefixtures("busy")
def test_l9_the_migration_counts_what_is_there_already() -> None:
    before = tallies()
    downgrade(revision="0002")
    upgrade()
    assert len(before) == 11
    assert tallies() == before


@pytest.mark.usefixtures("busy")
def test_l9_thousands_of_records_of_a_type_are_counted_anew_and_written_down_at_once() -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement.partition(" ")[0])

    said = {"record_type": "dwelling", "field": "note", "against": "edit", "state": "settled"}
    who = dict.fromkeys(("record_id", "author_id"), id_of("worker"))
    own = {**said, **who, "community_id": id_of("community"), "mine": {}, "theirs": {}}
    with writing() as session:
        session.execute(
            insert(Conflict), [{**own, "id": str(uuid4()), "version": v} for v in range(3000)]
        )
        event.listen(session.connection(), "before_cursor_execute", note)
        recount(session, id_of("community"))
    assert tallies()[f"{id_of('community')}/0"][0] > 3000
    assert Counter(asked) <= Counter(DELETE=1, SELECT=len(TABLES), INSERT=len(TABLES))


@pytest.mark.parametrize("command", ["recount", "restored"])
def test_l9_the_office_can_have_everything_counted_anew(busy: Flask, command: str) -> None:
    right = tallies()
    with writing() as session:
        session.execute(update(Tally).values(count=Tally.count + 1, one=7))
        session.execute(text("DELETE FROM tally WHERE reached > 0"))
    result = busy.test_cli_runner().invoke(main.commands[command], obj=busy)
    assert result.exit_code == 0
    assert tallies() == right


def test_l9_a_phone_that_says_that_it_differs_fetches_anew_and_the_log_names_no_person(
    somebody: Any, caplog: pytest.LogCaptureFixture
) -> None:
    worker, scope = somebody("worker"), f"grid:{id_of('garden-1')}"
    (line,) = worker.sync()["check"]
    assert (line["scope"], line["count"], len(line["digest"])) == (scope, 5, 16)
    with caplog.at_level(logging.WARNING):
        answer = worker.post(worker.envelope(differs=[scope, "grid:none"])).json
    assert (answer["reset"], answer["check"]) == ({"reason": "differs"}, [line])
    (message,) = [record.getMessage() for record in caplog.records]
    assert message.startswith(f"a phone's copy of {scope} differs from the 5 records held here")
    assert "worker" not in message


@pytest.mark.parametrize("differs", ["grid", [7], {}, ["x"] * 101])
def test_400_malformed_for_what_names_no_territories(somebody: Any, differs: Any) -> None:
    worker = somebody("worker")
    refused = worker.post(worker.envelope(differs=differs))
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")
    assert refused.json["detail"].startswith("/differs")


@pytest.mark.usefixtures("town")
def test_l5_what_left_long_ago_is_forgotten_a_day_after_older_cursors_are_refused() -> None:
    worker = Phone(SqlStore(), author("worker"))
    worker.sync()
    move(SqlStore(), "dwelling", id_of("g1-101"), "garden-2", MORNING)
    tidying = Tidying(timedelta(days=30))
    left = []
    for later in (29 * DAY, 30 * DAY + EVERY, 31 * DAY + 2 * EVERY):
        assert tidying(MORNING + later) is False
        with reading() as session:
            left.append(session.scalar(select(func.count()).select_from(Departure)))
    assert left == [1, 1, 0]
    assert worker.page().reset == {"reason": "cursor_too_old"}


@pytest.mark.usefixtures("busy")
def test_what_was_sent_long_ago_is_forgotten_and_what_still_waits_is_not() -> None:
    with writing() as session:
        told, waiting, *others = session.scalars(select(Notice).order_by(Notice.id)).all()
        for notice, state in ((told, "sent"), (waiting, "waiting")):
            notice.addressed_at = MORNING
            session.add(_delivery(notice, state, MORNING))
    assert {others[0].addressed_at} == {None}
    left = []
    for later in (TOLD, TOLD + DAY):
        Tidying(DAY)(MORNING + later)
        with reading() as session:
            notices = session.scalars(select(Notice.id).order_by(Notice.id)).all()
            left.append((notices, sorted(session.scalars(select(Delivery.state)))))
    unaddressed = [notice.id for notice in others]
    assert left == [
        ([told.id, waiting.id, *unaddressed], ["sent", "waiting"]),
        ([waiting.id, *unaddressed], ["waiting"]),
    ]


def test_a_session_that_ended_long_ago_is_forgotten(somebody: Any) -> None:
    somebody("worker")
    with reading() as session:
        ends: datetime = session.scalars(select(SignedIn.expires_at)).one()
    for later, left in ((timedelta(), 1), (TOLD + DAY, 0)):
        Tidying(DAY)(ends + later)
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(SignedIn)) == left


def test_the_days_to_keep_are_set_by_a_number() -> None:
    assert days("30") == timedelta(days=30)
    for nonsense in ("0", "-1", "a month", "1e3", "99999999"):
        with pytest.raises(ValueError, match="QIAOMEN_KEEP_DAYS must be a number of days"):
            days(nonsense)


def _delivery(notice: Notice, state: str, at: datetime) -> Delivery:
    ids = {"id": new_id(f"{notice.id}/d"), "notice_id": notice.id, "person_id": id_of("worker")}
    held = {"community_id": notice.community_id, "subscription_id": new_id("s")}
    return Delivery(**ids, **held, state=state, attempts=1, due_at=at)
