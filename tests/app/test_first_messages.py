"""A server that has just started is sent many messages at once."""

import subprocess
import sys

from tests.serving import data_directory

SHAPES = 90
"""There are more; fewer would say that they were not found."""


def test_a_server_stands_when_the_first_messages_of_every_shape_come_all_at_once() -> None:
    with data_directory() as env:
        command = [sys.executable, "-m", "tests.app.first_messages"]
        done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > SHAPES
