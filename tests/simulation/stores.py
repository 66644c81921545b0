"""The towns a run can play in, each on a store that is empty but for the town, and can be backed up."""

import pickle
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

from flask_migrate import upgrade
from sqlalchemy import Engine, Table, TextClause, create_engine, text

from app import create_app
from app.config import Config
from app.direct import Connection
from app.extensions import db, reading, writing
from app.keys import load_or_make_keys
from app.store import SqlStore
from sync.memory_store import MemoryStore
from sync.store import Store
from tests.postgres import cluster
from tests.simulation.crossing import nearer
from tests.town import settle_in_database, settle_in_memory

KINDS = ("memory", "sqlite", "postgresql")


class Town(Protocol):
    """A town on a store. `one_lock` says that the store has only one lock for all writers."""

    store: Store
    one_lock: bool

    def back_up(self) -> None:
        """Keep the store as it is."""

    def restore(self) -> None:
        """Make the store what it was when it was backed up; never called before that."""


Fresh = Callable[[], Town]


@contextmanager
def towns(kind: str) -> Iterator[Fresh]:
    """A way to get new towns on this kind of store, while the context lasts."""
    if kind == "memory":
        yield InMemory
    elif kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "town.db")
            with on(f"sqlite:///{file}") as tables:
                yield lambda: InFile(tables, file)
    else:
        with cluster(fsync="off") as address:
            admin = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
            make_database(admin, "town", "template1")
            with on(f"{address}/town") as tables:
                yield lambda: InCluster(tables, admin)
            admin.dispose()


class InMemory:
    """A town in memory; its backup is everything the store has, as bytes."""

    one_lock = False

    def __init__(self) -> None:
        store = MemoryStore()
        settle_in_memory(store)
        self.store: Store = store

    def back_up(self) -> None:
        content = {name: value for name, value in vars(self.store).items() if name != "_lock"}
        self._image = pickle.dumps(content)

    def restore(self) -> None:
        vars(self.store).update(pickle.loads(self._image))  # noqa: S301 -- bytes of this very run


class InDatabase:
    """A town in the current app's database."""

    one_lock = False

    def __init__(self, tables: list[Table]) -> None:
        with writing() as session:
            for table in tables:
                session.execute(table.delete())
        settle_in_database()
        self.store: Store = SqlStore()


class InFile(InDatabase):
    """A town in a file of SQLite, backed up as SQLite itself does it."""

    one_lock = True

    def __init__(self, tables: list[Table], file: Path) -> None:
        super().__init__(tables)
        self._file, self._image = file, file.with_suffix(".backup")

    def back_up(self) -> None:
        copy(self._file, self._image)

    def restore(self) -> None:
        db.engine.dispose()
        copy(self._image, self._file)


def copy(source: Path, target: Path) -> None:
    """Make one database of SQLite what another is, whatever its journal still holds."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


class InCluster(InDatabase):
    """A town in a database of PostgreSQL, backed up as a copy of the whole database."""

    def __init__(self, tables: list[Table], admin: Engine) -> None:
        super().__init__(tables)
        self._admin = admin

    def back_up(self) -> None:
        db.engine.dispose()
        make_database(self._admin, "backup", "town")

    def restore(self) -> None:
        db.engine.dispose()
        make_database(self._admin, "town", "backup")


def make_database(admin: Engine, name: str, template: str) -> None:
    """Make this database a copy of another; nobody is connected to either."""
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))


@contextmanager
def on(url: str) -> Iterator[list[Table]]:
    """An app on this empty database, migrated, and the tables that a new town empties."""
    folder = Path(tempfile.mkdtemp(prefix="qiaomen-simulation-"))
    app = create_app(Config(folder, url, load_or_make_keys(folder / "keys")))
    with app.app_context():
        upgrade()
        try:
            with patch.object(Connection, "execute", _one_statement):
                yield _tables_of_the_town()
        finally:
            db.engine.dispose()
            shutil.rmtree(folder)


_execute = Connection.execute


def _one_statement(connection: Connection, statement: TextClause, *parameters: Any) -> Any:
    """The server may die before any statement of a transaction."""
    nearer("reading" if statement.text.lstrip().startswith("SELECT") else "writing")
    return _execute(connection, statement, *parameters)


def _tables_of_the_town() -> list[Table]:
    """The tables that the migrations left empty, each before those it points to."""
    with reading() as session:
        tables = reversed(db.metadata.sorted_tables)
        return [table for table in tables if not session.execute(table.select()).first()]
