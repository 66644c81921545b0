"""`qiaomen worker` as a process of its own, which can be killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import ALLOWED_NETWORKS, Config
from tests.loopback import SAID

COMMAND = """
from app.cli import main
main()
"""


@contextmanager
def running(config: Config, *options: str, before: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run it, and kill it at the end if it has not ended. `before` is Python that it runs first."""
    settings = {
        "QIAOMEN_DATA_DIR": str(config.data_dir),
        "QIAOMEN_DATABASE_URL": config.database_url,
        ALLOWED_NETWORKS: SAID,
        "QIAOMEN_QUIET_HOURS": "1" if config.quiet_hours else "0",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", before + COMMAND, "worker", *options],
        env={**os.environ, **settings},
        cwd=Path(__file__).parents[1],
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()
