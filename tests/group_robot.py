"""A group's robot on loopback: takes what Apprise's `json://` sends, and answers as robots do."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.channels.group_channels import hint_of, kind_of
from app.config import Config
from app.extensions import writing
from app.models import Channel
from app.strongbox import Strongbox
from tests.phone import new_id
from tests.town import MORNING, id_of


class _Server(ThreadingHTTPServer):
    # the worker's threads all knock at once, and who finds no room in the queue is heard seconds later
    request_queue_size = 128


class GroupRobot:
    """`said` is what it was given to say, `answer` the JSON it answers and `status` the HTTP status."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
        self.status = 200
        self.headers: dict[str, str] = {}
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                robot.said.append(content["message"])
                body = json.dumps(robot.answer).encode()
                self.send_response(robot.status)
                for name, value in robot.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"json://127.0.0.1:{self._server.server_port}/robot"

    def __enter__(self) -> "GroupRobot":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def set_up(config: Config, unit: str, url: str) -> Channel:
    """A channel of the unit that leads there."""
    id_ = new_id(f"channel {unit}")
    locked = Strongbox(config.keys.secret).lock(id_, url)
    row = Channel(
        id=id_,
        unit_id=id_of(unit),
        kind=kind_of(url),
        hint=hint_of(url),
        sealed_url=locked,
        created_at=MORNING,
    )
    with writing() as session:
        session.add(row)
    return row
