"""The stores a run can play on, each empty but for the town."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import Table, create_engine, text

from app import create_app
from app.config import Config
from app.extensions import db, reading, writing
from app.keys import load_or_make_keys
from app.store import SqlStore
from sync.memory_store import MemoryStore
from sync.store import Store
from tests.postgres import cluster
from tests.town import settle_in_database, settle_in_memory

KINDS = ("memory", "sqlite", "postgresql")
Fresh = Callable[[], Store]


@contextmanager
def stores(kind: str) -> Iterator[Fresh]:
    """A way to get new towns on this kind of store, while the context lasts."""
    if kind == "memory":
        yield _in_memory
    elif kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder, on(f"sqlite:///{folder}/town.db") as fresh:
            yield fresh
    else:
        with cluster(fsync="off") as address, on(_database(address)) as fresh:
            yield fresh


def _in_memory() -> Store:
    store = MemoryStore()
    settle_in_memory(store)
    return store


def _database(address: str) -> str:
    admin = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE town"))
    admin.dispose()
    return f"{address}/town"


@contextmanager
def on(url: str) -> Iterator[Fresh]:
    """New towns in this empty database, one after the other."""
    folder = Path(tempfile.mkdtemp(prefix="qiaomen-simulation-"))
    app = create_app(Config(folder, url, load_or_make_keys(folder / "keys")))
    with app.app_context():
        upgrade()
        try:
            yield partial(_in_database, _tables_of_the_town())
        finally:
            db.engine.dispose()
            shutil.rmtree(folder)


def _tables_of_the_town() -> list[Table]:
    """The tables that the migrations left empty, each before those it points to."""
    with reading() as session:
        tables = reversed(db.metadata.sorted_tables)
        return [table for table in tables if not session.execute(table.select()).first()]


def _in_database(tables: list[Table]) -> Store:
    with writing() as session:
        for table in tables:
            session.execute(table.delete())
    settle_in_database()
    return SqlStore()
