"""Statements on the driver's own connections: what becomes of an exchange when the database breaks off."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from app import direct
from app.direct import AWAY, Connection
from app.extensions import db
from app.services import syncing
from app.store import SqlStore
from tests.phone import visit_args


def test_a_phone_is_asked_to_come_again_while_the_database_does_not_answer(
    somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = dict(zip(("sqlite", "postgresql"), AWAY, strict=True))[db.engine.dialect.name]

    def break_off(*_: object) -> None:
        raise away("SELECT 张三")

    worker = somebody("worker")
    with monkeypatch.context() as broken:
        broken.setattr(Connection, "execute", break_off)
        refused = worker.post(worker.envelope())
    assert (refused.status_code, refused.json["code"]) == (503, "busy")
    assert refused.headers["Retry-After"] == "5"
    assert worker.sync()["verdicts"] == []


def test_connections_that_broke_are_replaced_at_once(somebody: Any) -> None:
    worker = somebody("worker")
    if db.engine.dialect.name == "postgresql":
        with psycopg.connect(_address(), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert worker.post(worker.envelope()).status_code == 503
    assert worker.sync()["verdicts"] == []


def test_a_phone_is_asked_to_come_again_while_the_database_takes_no_writing(somebody: Any) -> None:
    worker = somebody("worker")
    visit = worker.mutation("visit.record", **visit_args("g1-101", "v1"))
    if db.engine.dialect.name == "postgresql":
        _make_read_only("on")
        answers = [worker.post(worker.envelope(visit)), worker.sign_in()]
        _make_read_only("off")
        assert [(said.status_code, said.json["code"]) for said in answers] == [(503, "busy")] * 2
    assert worker.sync(visit)["verdicts"][0]["verdict"] == "applied"


def _make_read_only(switch: str) -> None:
    writes = "-c default_transaction_read_only=off"
    with psycopg.connect(_address(), autocommit=True, options=writes) as other:
        name = db.engine.url.database
        other.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {switch}')
    db.engine.dispose()


def _address() -> str:
    url = db.engine.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


@pytest.mark.usefixtures("town")
def test_what_a_transaction_wrote_is_undone_when_it_fails() -> None:
    with pytest.raises(RuntimeError):
        forget_the_epoch_and_fail()
    with direct.reading() as connection:
        (count,) = connection.execute(text("SELECT count(*) FROM feed_epoch")).fetchone()
    assert count == 1


@pytest.mark.usefixtures("town")
def test_a_write_begins_where_a_statement_was_left_unread_before_somebody_else_wrote() -> None:
    # so that reading and writing get one connection
    db.engine.dispose()
    ids, touch = text("SELECT id FROM unit"), text("UPDATE unit SET name = name || '!'")
    with db.engine.connect() as other:
        with direct.reading() as connection:
            left = connection.execute(ids)
        other.execute(touch)
        other.commit()
        with direct.writing() as connection:
            connection.execute(touch)
    assert left.fetchone()


def forget_the_epoch_and_fail() -> None:
    with direct.writing() as connection:
        connection.execute(text("DELETE FROM feed_epoch"))
        raise RuntimeError


def test_p2_a_resend_is_answered_without_a_transaction(
    somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = somebody("worker")
    visit = worker.mutation("visit.record", **visit_args("g1-101", "v1"))
    (first,) = worker.sync(visit)["verdicts"]
    monkeypatch.delattr(SqlStore, "transaction")
    assert worker.sync(visit)["verdicts"] == [{**first, "duplicate": True}]


def test_a_phone_that_only_asks_waits_for_no_batch(
    somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = somebody("worker")
    monkeypatch.delattr(syncing, "hands")
    assert worker.sync()["verdicts"] == []
