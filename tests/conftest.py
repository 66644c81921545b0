"""Real databases for the tests: SQLite in a file, and PostgreSQL in a private cluster."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from app import create_app
from app.config import Config
from app.extensions import db
from app.keys import load_or_make_keys
from tests.loopback import LOOPBACK
from tests.postgres import cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a running PostgreSQL, without a database name."""
    with cluster(fsync="off") as address:
        yield address


@pytest.fixture(scope="session")
def template(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated, empty database that others are copied from."""
    admin = create_engine(f"{postgres}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE migrated"))
    admin.dispose()
    _migrate(_config(tmp_path_factory.mktemp("template"), f"{postgres}/migrated"))
    return "migrated"


def _config(folder: Path, database_url: str) -> Config:
    keys = load_or_make_keys(folder / "keys")
    return Config(folder, database_url, keys, allowed_networks=LOOPBACK, quiet_hours=False)


def _migrate(config: Config) -> None:
    app = create_app(config)
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that others are copied from."""
    folder = tmp_path_factory.mktemp("sqlite")
    _migrate(_config(folder, f"sqlite:///{folder / 'qiaomen.db'}"))
    return folder / "qiaomen.db"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, empty, migrated SQLite database."""
    shutil.copy(sqlite_template, tmp_path)
    return f"sqlite:///{tmp_path / sqlite_template.name}"


@pytest.fixture
def postgresql_url(postgres: str, template: str) -> Iterator[str]:
    """The same on PostgreSQL."""
    with _copied(postgres, template) as url:
        yield url


@pytest.fixture
def new_sqlite_url(tmp_path: Path) -> str:
    """A database on SQLite without any tables."""
    return f"sqlite:///{tmp_path / 'qiaomen.db'}"


@pytest.fixture
def new_postgresql_url(postgres: str) -> Iterator[str]:
    """The same on PostgreSQL."""
    with _copied(postgres, "template1") as url:
        yield url


@contextmanager
def _copied(postgres: str, template: str) -> Iterator[str]:
    """A database made from another for one test."""
    name = f"test_{uuid4().hex[:12]}"
    admin = create_engine(f"{postgres}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        yield f"{postgres}/{name}"
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind in turn; every test that uses one runs on both."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """Settings for a server of one test."""
    return _config(tmp_path, database_url)


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """A server on that database, with its context pushed."""
    app = create_app(config)
    with app.app_context():
        yield app
        db.engine.dispose()
