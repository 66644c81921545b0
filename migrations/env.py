"""Alembic's environment: the app's own engine and metadata."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, Uuid

from app.extensions import db
from app.models.types import Instant


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


with db.engine.connect() as connection:
    run(connection)
    connection.commit()
