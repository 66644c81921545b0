"""How a database means to look for what a statement asks."""

from typing import Any

from sqlalchemy import Select

from app.extensions import db

EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}


def plan_of(asked: Select[Any]) -> str:
    """The plan of a statement, in the words of the database in use."""
    statement = asked.compile(db.engine, compile_kwargs={"literal_binds": True})
    with db.engine.connect() as connection:
        explain = f"{EXPLAIN[db.engine.dialect.name]} {statement}"
        return str(connection.exec_driver_sql(explain).fetchall())
