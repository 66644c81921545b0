"""How the databases look things up: by an index that has their ids, however new the tables are."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from app import direct, tallies, windows
from app.extensions import db
from app.ids import new_id
from app.loading import judged_by, records_by
from app.models import FeedCounter, JournalEntry, Notice, Tally
from app.services import climbing, helping
from app.sql import dialect, insert
from app.standing import by_token
from app.store import communities_by
from app.windows import TABLES
from sync.agreement import Place
from sync.scope import View
from sync.store import Window
from tests.plans import kept_plan_of
from tests.town import id_of

EXPLAINED = {
    "sqlite": ("EXPLAIN QUERY PLAN", "(community_id=? AND id=?)"),
    "postgresql": ("EXPLAIN", "using pk_{type_} on"),
}
"""How each is asked for its plan, and what it then says of the one that is wanted."""


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("type_", TABLES)
def test_records_are_looked_up_by_their_ids_in_a_table_that_nobody_has_analysed(
    type_: str,
) -> None:
    words = dialect()
    explain, by_id = EXPLAINED[db.engine.dialect.name]
    parameters = {"ids": words.ids([id_of("v1")]), "partitions": words.ids([id_of("community")])}
    with direct.reading() as connection:
        statement = text(f"{explain} {records_by(words, type_, 'id').text}")
        plan = connection.execute(statement, parameters).fetchall()
    assert by_id.format(type_=type_) in str(plan)


@pytest.mark.usefixtures("app")
def test_the_community_of_a_case_is_looked_up_by_its_id_alone() -> None:
    words = dialect()
    explain, _ = EXPLAINED[db.engine.dialect.name]
    with direct.reading() as connection:
        statement = text(f"{explain} {communities_by(words).text}")
        plan = connection.execute(statement, {"ids": words.ids([id_of("case")])}).fetchall()
    assert "ix_case_id" in str(plan)


MOST_READ = 10
"""Blocks that a look into an index takes, several times over."""


@pytest.mark.usefixtures("app")
def test_the_journal_is_looked_up_by_its_keys_however_much_others_have_sent() -> None:
    words, home_id = dialect(), id_of("community")
    device, other = sorted((id_of("phone"), id_of("tablet")))
    own = {"community_id": home_id, "device_id": other, "person_id": id_of("worker")}
    moments = dict.fromkeys(("at", "corrected_at", "received_at"), "2026-11-23T00:31:05.402Z")
    said = {"name": "visit.record", "args": "{}", "digest": "", "verdict": "applied", "receipt": ""}
    sent = [{**own, **moments, **said, "id": new_id(), "seq": seq} for seq in range(1, 3001)]
    with direct.writing() as connection:
        insert(connection, JournalEntry.__table__, sent)
    explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN (ANALYZE, BUFFERS)"}
    given = {"ids": words.ids([new_id()]), "partitions": words.ids([home_id]), "device_id": device}
    with direct.reading() as connection:
        statement = text(f"{explain[db.engine.dialect.name]} {judged_by(words).text}")
        plan = str(connection.execute(statement, given).fetchall())
    if db.engine.dialect.name == "sqlite":
        assert "(community_id=? AND device_id=? AND id=?)" in plan
    else:
        assert int(re.findall(r"shared hit=(\d+)", plan)[0]) <= MOST_READ


@pytest.mark.usefixtures("app")
def test_what_is_new_in_one_grid_is_read_in_order_from_an_index_of_that_grid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    explain, _ = EXPLAINED[db.engine.dialect.name]
    window = Window(id_of("community"), View(grids=frozenset({id_of("g1")})), after=1)
    asked: list[Any] = []

    def note(*given: Any) -> list[tuple[int, str]]:
        asked.append(given)
        return [(-1, "0")]

    with direct.reading() as connection:
        with monkeypatch.context() as patched:
            patched.setattr(connection, "execute", note)
            windows.read(connection, dialect(), window, 1000)
        ((statement, given),) = asked
        plan = connection.execute(text(f"{explain} {statement.text}"), given).fetchall()
    assert "ix_visit_community_id_grid_id_version" in str(plan)


@pytest.mark.usefixtures("app")
def test_whose_notices_are_due_is_looked_up_among_those_that_climb_however_many_do_not() -> None:
    notices = [
        {**dict.fromkeys(("kind", "urgency"), "normal"), "community_id": id_of(f"c{number % 20}"),
         "id": new_id(), "created_at": "2026-11-23T00:31:05.402Z"}
        for number in range(3000)
    ]  # fmt: skip
    with direct.writing() as connection:
        insert(connection, Notice.__table__, notices)
    plan = kept_plan_of(climbing.due_longest(datetime.now(UTC)))
    assert "ix_notice_climbing" in plan


@pytest.mark.usefixtures("app")
def test_what_phones_declared_lost_is_looked_up_among_such_words_however_much_they_have_sent() -> (
    None
):
    assert "ix_mutation_lost" in kept_plan_of(helping.losses([id_of("phone"), id_of("tablet")]))


@pytest.mark.usefixtures("app")
def test_the_calls_in_force_are_looked_up_among_those_of_a_person_that_have_not_ended() -> None:
    explain, _ = EXPLAINED[db.engine.dialect.name]
    with direct.reading() as connection:
        statement = text(f"{explain} {by_token(dialect()).text}")
        plan = connection.execute(statement, {"hashes": dialect().ids(["0"])}).fetchall()
    assert "ix_case_call_person_id_until" in str(plan)


@pytest.mark.usefixtures("app")
def test_where_a_districts_feeds_stand_is_looked_up_once_for_each_of_its_communities() -> None:
    communities = [new_id() for _ in range(200)]
    counters = [{"community_id": id_, "version": 1} for id_ in communities]
    held = [{"unit_id": id_, "reached": 5} for id_ in communities]
    sums = {"count": 1, "one": 1, "other": 1}
    with direct.writing() as connection:
        insert(connection, FeedCounter.__table__, counters)
        insert(
            connection,
            Tally.__table__,
            [{**of, **at, **sums} for of, at in zip(counters, held, strict=True)],
        )
    few, all_ = (work_to_say_where(communities[:count]) for count in (50, 200))
    assert 0 < all_ < 6 * few


def work_to_say_where(communities: list[str]) -> int:
    """What it takes to say where these communities' feeds stand, and what each of them has counted."""
    asked: list[Any] = []

    class Noting:
        def execute(self, *statement_and_given: Any) -> list[Any]:
            asked.append(statement_and_given)
            return [(None,) * 7]

    places = [Place(id_, id_, 5) for id_ in communities]
    tallies.feed(Noting(), dialect(), communities, places)
    ((statement, given),) = asked
    return work(statement.text, given)


def work(statement: str, given: Any) -> int:
    """How many blocks PostgreSQL looks at for a statement; of SQLite, how many tens of its instructions."""
    steps: list[None] = []
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if db.engine.dialect.name == "postgresql":
            explained = text(f"EXPLAIN (ANALYZE, BUFFERS) {statement}")
            plan = str(direct.Connection(driver).execute(explained, given).fetchall())
            return int(re.findall(r"shared hit=(\d+)", plan)[0])
        driver.set_progress_handler(lambda: steps.append(None), 10)
        direct.Connection(driver).execute(text(statement), given)
        driver.set_progress_handler(None, 0)
    return len(steps)
