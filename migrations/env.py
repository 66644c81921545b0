"""Alembic's environment: the app's own engine and metadata."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, Uuid, func, select

from app.extensions import db, in_turn
from app.models.types import Instant

UPGRADING = 5115717
"""By which those who upgrade one PostgreSQL wait for each other."""


def name_our_types(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types by their names, so that a migration reads like the models."""
    names = {Instant: "types.Instant()", Uuid: "types.Id", JSON: "types.Json"}
    ours = type(item) is Instant or getattr(item, "_variant_mapping", None)
    if kind != "type" or not ours:
        return False
    autogen.imports.add("from app.models import types")
    return names[type(item)]


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=name_our_types,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


# servers that start at once would all make the same tables: the next ones find them made
with in_turn(), db.engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
    else:
        # SQLite changes a column by making its table anew, while rows of other tables name the old one's. The
        # setting is one of the connection, and stays as it is within a transaction
        connection.detach()
        connection.connection.execute("PRAGMA foreign_keys=OFF")
    run(connection)
    connection.commit()
