"""How the databases look records up: by an index that has their ids, however new the tables are."""

import pytest
from sqlalchemy import text

from app import direct
from app.extensions import db
from app.loading import records_by
from app.sql import dialect
from app.store import communities_by
from app.windows import TABLES
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
