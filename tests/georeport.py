"""An Open311 GeoReport v2 server on loopback, written from the specification; JSON only.

`with GeoReportServer() as server:` or the fixture `georeport`. `server.requests` is what was filed there.
"""

import json
import threading
from collections import deque
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

API_KEY, JURISDICTION = "key-of-the-platform", "yantai.gov.example"
LOST, SILENT = "lost", "silent"
SERVICES = [
    {"service_code": "042", "service_name": "给排水", "metadata": False, "type": "realtime"},
    {"service_code": 99, "service_name": "其他\x1b[2J", "metadata": False, "type": "realtime"},
    {"service_code": "099", "service_name": "综合", "metadata": False, "type": "realtime"},
]
"""Faults: the request is made but its answer is lost; or nothing is made, and nobody answers."""


class Fault(Exception):
    """What the specification has as an errors array."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


class GeoReportServer:
    """Files requests by id, or by token while `tokens` is set. `faults` befall the next calls, one by one.

    `calls` are those about requests.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.faults: deque[int | str | None] = deque()
        self.tokens = self.token_pending = False
        self._server = _Server(("127.0.0.1", 0), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/open311/v2"

    def __enter__(self) -> "GeoReportServer":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def say(self, notes: str, updated: str, status: str = "open", number: int = 0) -> None:
        """Change what the platform says of a request."""
        self.requests[number] |= {
            "status": status,
            "status_notes": notes,
            "updated_datetime": updated,
        }

    def take(self, method: str, path: str, said: dict[str, str]) -> Any:
        """Answer one call. Raises Fault."""
        if path != "services.json":
            self.calls.append(f"{method} {path}")
        if said.get("jurisdiction_id") != JURISDICTION:
            raise Fault(404, "jurisdiction_id was not found")
        if path == "services.json":
            return SERVICES
        if (method, path) == ("POST", "requests.json"):
            return [self._file(said)]
        if path.startswith("tokens/"):
            token = path.removeprefix("tokens/").removesuffix(".json")
            known = {"token": token, "service_request_id": int(token.removeprefix("t"))}
            return [known if not self.token_pending else {"token": token}]
        wanted = said.get("service_request_id")
        if wanted:
            return [
                one for one in self.requests if str(one["service_request_id"]) in wanted.split(",")
            ]
        return [one for one in self.requests if one["service_code"] == said["service_code"]]

    def _file(self, said: dict[str, str]) -> dict[str, Any]:
        if said.get("api_key") != API_KEY:
            raise Fault(403, "no such api_key")
        if not said.get("service_code"):
            raise Fault(400, "service_code was not provided")
        if not said.get("address_string") or len(said["description"]) > 4000:
            raise Fault(400, "no location, or too long a description")
        id_ = 1000 + len(self.requests)
        shown = {name: said[name] for name in ("service_code", "description")}
        made = {"service_request_id": id_, "status": "open", "status_notes": None, **shown}
        self.requests.append({**made, "address": said["address_string"]})
        return {"token": f"t{id_}"} if self.tokens else {"service_request_id": id_}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], platform: GeoReportServer) -> None:
        self.platform = platform
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._answer("GET", urlsplit(self.path).query)

    def do_POST(self) -> None:
        assert self.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
        self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, method: str, said: str) -> None:
        platform = self.server.platform
        fault = platform.faults.popleft() if platform.faults else None
        if fault == SILENT:
            return
        path = urlsplit(self.path).path.removeprefix("/open311/v2/")
        try:
            if isinstance(fault, int):
                raise Fault(fault, "down")
            status, content = 200, platform.take(method, path, dict(parse_qsl(said)))
        except Fault as error:
            status, content = error.status, [{"code": error.status, "description": error.words}]
        if fault == LOST:
            return
        body = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def georeport() -> Iterator[GeoReportServer]:
    """A GeoReport server on loopback, for one test."""
    with GeoReportServer() as server:
        yield server
