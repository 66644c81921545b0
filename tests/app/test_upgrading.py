"""`qiaomen upgrade` is safe to run at every start, on every machine of a city at once, with a year's rows."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.cli import main
from app.extensions import writing
from tests.app.test_notices import notices, tell
from tests.phone import case_args
from tests.serving import QIAOMEN

AT_ONCE = 3


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_servers_that_start_at_once_on_a_new_database_all_find_it_ready(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(f"new_{kind}_url")
    env = {**os.environ, "QIAOMEN_DATA_DIR": str(tmp_path), "QIAOMEN_DATABASE_URL": url}
    started = [
        subprocess.Popen([QIAOMEN, "upgrade"], env=env, stderr=subprocess.PIPE, text=True)
        for _ in range(AT_ONCE)
    ]
    said = [one.communicate(timeout=120)[1] for one in started]
    assert [one.returncode for one in started] == [0] * AT_ONCE, said


@pytest.mark.usefixtures("town")
def test_notices_that_people_were_told_of_are_kept_when_the_tables_are_brought_up(
    somebody: Any,
) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    worker.sync(worker.mutation("case.open", **case_args("g1-101", "c1", kind="branch")))
    tell()
    before = notices(secretary)
    assert before["notices"]
    downgrade(revision="0020")
    upgrade()
    assert notices(secretary) == before
    with pytest.raises(IntegrityError), writing() as session:
        session.execute(text("DELETE FROM notice"))


def test_a_program_older_than_its_database_says_what_to_do(town: Flask) -> None:
    with writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    told = town.test_cli_runner().invoke(main.commands["upgrade"], obj=town)
    assert told.exit_code == 1
    assert told.output.startswith("Error: 这个数据库已由更新的版本升级过")
    assert "upgraded by a newer qiaomen" in told.output
