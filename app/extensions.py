"""The database and its migrations. Imports nothing of ours, so that anything may import it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from fcntl import LOCK_EX, flock
from functools import lru_cache
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, TextIO

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import DeclarativeBase, Session

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Base(DeclarativeBase):
    """The base of every model."""


Base.metadata.naming_convention = NAMES
db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:

    class Model(Base):
        """What Flask-SQLAlchemy makes of Base, as a type checker can follow it."""

        __abstract__ = True
        __table__: ClassVar[Any]
        __name__: ClassVar[str]
else:
    Model = db.Model
migrate = Migrate()


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: object) -> None:
    if not isinstance(connection, SqliteConnection):
        # a statement is planned once, not at every run: lists as parameters make the planner think that
        # planning anew pays, and it takes as long as the statement
        connection.execute("SET plan_cache_mode = force_generic_plan")
        # and what it takes for costly is over before it is compiled
        connection.execute("SET jit = off")
        connection.commit()
        return
    # None hands BEGIN to us: the driver's own begins late and never IMMEDIATE
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


@lru_cache(16)
def _with_option(engine: Engine, name: str, value: str) -> Engine:
    """The engine with an option; kept, for SQLAlchemy takes longer to make one than to run a statement."""
    return engine.execution_options(**{name: value})


_turn = Lock()


def in_turn() -> AbstractContextManager[None]:
    """Writers take turns on SQLite, whose own lock is polled: they sleep while it is free, some for ever."""
    return _turn_on_sqlite() if db.engine.dialect.name == "sqlite" else nullcontext()


@contextmanager
def _turn_on_sqlite() -> Iterator[None]:
    """One thread of a process at a time, and of those one: the system wakes the next when a file is unlocked.

    Opened anew, for the processes forked from one would share its lock.
    """
    with _turn, _queue() as queue:
        flock(queue, LOCK_EX)
        yield


def _queue() -> TextIO:
    """The file that writers lock. One that may not be opened, as where root ran a command first, is to who
    asks a database that may not be written. Raises OperationalError."""
    try:
        return open(f"{db.engine.url.database}-turn", "a")
    except OSError as error:
        raise OperationalError(f"{error.filename}: {error.strerror}") from error


@contextmanager
def reading() -> Iterator[Session]:
    """Reads. On SQLite in one transaction, on PostgreSQL each statement by itself.

    READ COMMITTED would promise no more, and a statement is then one round trip instead of three.
    """
    alone = db.engine.dialect.name == "postgresql"
    engine = _with_option(db.engine, "isolation_level", "AUTOCOMMIT") if alone else db.engine
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction that writes, committed at the end.

    On SQLite it takes the one write lock at once: a transaction that reads first and asks for the lock
    later can be refused half way.
    """
    engine = _with_option(db.engine, "sqlite_begin", "IMMEDIATE")
    with in_turn(), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
