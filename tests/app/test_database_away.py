"""A command that cannot use the database says so in a sentence, and nothing of what it was told."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.postgres import free_port
from tests.serving import QIAOMEN


@pytest.fixture
def away_url() -> str:
    """A database that nobody answers for."""
    return f"postgresql://qiaomen@127.0.0.1:{free_port()}/qiaomen"


@pytest.mark.parametrize("database", ["new_sqlite", "new_postgresql", "away"])
@pytest.mark.parametrize(
    "command", [("devices", "wangxiuying"), ("restored",), ("worker", "--once")]
)
def test_a_command_without_its_database_says_what_to_do_and_no_statement(
    command: tuple[str, ...], database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(f"{database}_url")
    env = {**os.environ, "QIAOMEN_DATA_DIR": str(tmp_path), "QIAOMEN_DATABASE_URL": url}
    told = subprocess.run(
        [QIAOMEN, *command], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 1
    said = told.stderr.splitlines()[-1]
    assert said.startswith("Error: 数据库用不了：")
    assert "QIAOMEN_DATABASE_URL" in said
    assert "qiaomen upgrade" in said
    assert not any(word in told.stderr for word in ("wangxiuying", "SELECT", "Traceback"))
