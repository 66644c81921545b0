"""How a database means to look for what a statement asks."""

import re
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


def kept_plan_of(asked: Select[*tuple[Any, ...]]) -> str:
    """The plan that PostgreSQL keeps for all parameters, which the server goes by; SQLite knows no other."""
    if db.engine.dialect.name == "sqlite":
        return plan_of(asked)
    statement = asked.compile(db.engine, compile_kwargs={"render_postcompile": True})
    names = re.findall(r"%\((\w+)\)s", str(statement))
    numbers = (f"${number}" for number, _ in enumerate(names, 1))
    numbered = re.sub(r"%\(\w+\)s", lambda _: next(numbers), str(statement))
    given = ", ".join(f"'{statement.params[name]}'" for name in names)
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"PREPARE asked AS {numbered}")
        plan = connection.exec_driver_sql(f"EXPLAIN EXECUTE asked({given})").fetchall()
        connection.exec_driver_sql("DEALLOCATE asked")
    return str(plan)
