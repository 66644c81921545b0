"""What an exchange asks the database when nothing has changed (L6)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from app.direct import Connection
from app.extensions import db

FEW = {"feed_counter", "feed_horizon", "tally", "push_progress", "case_call"}
"""A community's tables with a row for itself, for each of its places or devices, or for each call of a person
to a case, by whom it is looked up."""

GROWING = {t.name for t in db.metadata.sorted_tables if "community_id" in t.primary_key} - FEW
"""The others grow with what people write."""

NAMED = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)')


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The tables named by every statement, through the driver and through SQLAlchemy, as they are run."""
    names: list[str] = []
    run = Connection.execute

    def note(self: Connection, statement: Any, *parameters: Any) -> Any:
        names.extend(NAMED.findall(statement.text))
        return run(self, statement, *parameters)

    def note_other(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        names.extend(NAMED.findall(statement))

    monkeypatch.setattr(Connection, "execute", note)
    event.listen(db.engine, "before_cursor_execute", note_other)
    yield names
    event.remove(db.engine, "before_cursor_execute", note_other)


@pytest.mark.parametrize("name", ["worker", "secretary", "community-secretary", "officer"])
def test_l6_a_pull_without_changes_touches_no_table_that_grows_with_the_records(
    somebody: Any, asked: list[str], name: str
) -> None:
    person = somebody(name)
    person.sync()
    assert not GROWING.isdisjoint(asked)
    asked.clear()
    answer = person.sync()
    assert (answer["patch"], answer["more"], len(answer["check"])) == ([], False, 1)
    assert {"session", "feed_counter", "tally"} <= set(asked)
    assert GROWING.isdisjoint(asked)
