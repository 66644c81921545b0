"""A command that cannot use the database says so in a sentence, and nothing of what it was told."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import free_port
from tests.serving import QIAOMEN


@pytest.fixture
def away_url() -> str:
    """A database that nobody answers for."""
    return f"postgresql://qiaomen@127.0.0.1:{free_port()}/qiaomen"


@pytest.fixture
def standby_url(postgresql_url: str) -> str:
    """A database that is read only, as the copy is that takes over from one that failed."""
    _run(postgresql_url, "ALTER DATABASE {database} SET default_transaction_read_only = on")
    return postgresql_url


@pytest.fixture
def granted_url(postgresql_url: str) -> Iterator[str]:
    """A database whose tables are another user's, as after a restore by the administrator."""
    _run(postgresql_url, "CREATE USER stranger", "GRANT ALL ON DATABASE {database} TO stranger")
    yield postgresql_url.replace("qiaomen@", "stranger@")
    _run(postgresql_url, "DROP OWNED BY stranger", "DROP USER stranger")


def _run(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement.format(database=engine.url.database)))
    engine.dispose()


@pytest.mark.parametrize("database", ["new_sqlite", "new_postgresql", "away", "granted"])
@pytest.mark.parametrize(
    "command", [("devices", "wangxiuying"), ("restored",), ("worker", "--once")]
)
def test_a_command_without_its_database_says_what_to_do_and_no_statement(
    command: tuple[str, ...], database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    _says_what_to_do(command, request.getfixturevalue(f"{database}_url"), tmp_path)


def test_a_command_that_may_not_write_says_what_to_do_and_no_statement(
    standby_url: str, tmp_path: Path
) -> None:
    _says_what_to_do(("restored",), standby_url, tmp_path)


def test_tables_that_may_not_be_made_are_said_with_what_to_do(
    new_postgresql_url: str, tmp_path: Path
) -> None:
    _run(new_postgresql_url, "CREATE USER newcomer")
    _says_what_to_do(("upgrade",), new_postgresql_url.replace("qiaomen@", "newcomer@"), tmp_path)
    _run(new_postgresql_url, "DROP USER newcomer")


def test_a_database_file_that_is_damaged_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "qiaomen.db").write_bytes(b"\x1f\x8b a backup that is still packed")
    _says_what_to_do(("restored",), f"sqlite:///{tmp_path / 'qiaomen.db'}", tmp_path)


def test_a_database_beside_which_nobody_may_wait_for_a_turn_is_said_with_what_to_do(
    sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "qiaomen.db-turn").mkdir()
    for command in ("upgrade", "restored"):
        _says_what_to_do((command,), sqlite_url, tmp_path)


def _says_what_to_do(command: tuple[str, ...], url: str, tmp_path: Path) -> None:
    env = {**os.environ, "QIAOMEN_DATA_DIR": str(tmp_path), "QIAOMEN_DATABASE_URL": url}
    told = subprocess.run(
        [QIAOMEN, *command], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 1
    said = told.stderr.splitlines()[-1]
    assert said.startswith("Error: 数据库用不了：")
    assert "QIAOMEN_DATABASE_URL" in said
    assert "qiaomen upgrade" in said
    assert not any(word in told.stderr for word in ("wangxiuying", "SELECT", "CREATE", "Traceback"))
