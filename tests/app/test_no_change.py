"""What an exchange asks the database when nothing has changed (L6)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from app.direct import Connection
from app.extensions import db
from tests.phone import visit_args

FEW = {"feed_counter", "feed_horizon", "tally", "push_progress", "case_call"}
"""A community's tables with a row for itself, for each of its places or devices, or for each call of a person
to a case, by whom it is looked up."""

GROWING = {t.name for t in db.metadata.sorted_tables if "community_id" in t.primary_key} - FEW
"""The others grow with what people write."""

NAMED = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)')


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement, through the driver and through SQLAlchemy, as they are run."""
    run_so_far: list[str] = []
    run = Connection.execute

    def note(self: Connection, statement: Any, *parameters: Any) -> Any:
        run_so_far.append(statement.text)
        return run(self, statement, *parameters)

    def note_other(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        run_so_far.append(statement)

    monkeypatch.setattr(Connection, "execute", note)
    event.listen(db.engine, "before_cursor_execute", note_other)
    yield run_so_far
    event.remove(db.engine, "before_cursor_execute", note_other)


def named(statements: list[str]) -> set[str]:
    """The tables that these statements name."""
    return {name for statement in statements for name in NAMED.findall(statement)}


@pytest.mark.parametrize("name", ["worker", "secretary", "community-secretary", "officer"])
def test_l6_a_pull_without_changes_touches_no_table_that_grows_with_the_records(
    somebody: Any, statements: list[str], name: str
) -> None:
    person = somebody(name)
    person.sync()
    assert not GROWING.isdisjoint(named(statements))
    statements.clear()
    answer = person.sync()
    assert (answer["patch"], answer["more"], len(answer["check"])) == ([], False, 1)
    assert {"session", "feed_counter", "tally"} <= named(statements)
    assert GROWING.isdisjoint(named(statements))


@pytest.mark.parametrize("name", ["worker", "secretary", "community-secretary"])
def test_l6_a_pull_without_changes_is_one_statement(
    somebody: Any, statements: list[str], name: str
) -> None:
    person = somebody(name)
    person.sync()
    statements.clear()
    assert person.sync()["patch"] == []
    assert len(statements) == 1


def test_what_is_new_takes_one_statement_more(somebody: Any, statements: list[str]) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    for phone in (worker, mate):
        phone.sync()
    mate.post(mate.envelope(mate.mutation("visit.record", **visit_args("g1-101", "v1"))))
    statements.clear()
    answer = worker.sync()
    assert ([line["type"] for line in answer["patch"]], len(answer["check"])) == (["visit"], 1)
    assert len(statements) == 2


def test_a_batch_sent_again_is_answered_by_four_statements(
    somebody: Any, statements: list[str]
) -> None:
    worker = somebody("worker")
    worker.sync()
    visits = [worker.mutation("visit.record", **visit_args("g1-101", f"v{n}")) for n in range(3)]
    sent = worker.envelope(*visits)
    first = worker.post(sent).json
    statements.clear()
    again = worker.post(sent).json
    assert [verdict["duplicate"] for verdict in again["verdicts"]] == [True] * 3
    assert again["patch"] == first["patch"]
    # who it is, what was said, where the feed stands then, and what is new
    assert len(statements) == 4
