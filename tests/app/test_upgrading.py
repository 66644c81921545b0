"""`qiaomen upgrade` is safe to run at every start, on every machine of a city at once."""

import os
import subprocess
from pathlib import Path

import pytest

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
