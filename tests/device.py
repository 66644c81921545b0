"""A device over real HTTP, as plain as can be: for measurements and for servers that are killed."""

from copy import copy
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any

import orjson

from app.ids import new_id
from tests.town import PASSWORD

SUMMARY = "灯泡坏了，已经记下，答应周三来换。" * 10


class Refused(RuntimeError):
    """The server answered with another status than 200."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status}: {body[:200]!r}")
        self.status = status


class Device:
    """One signed-in device over one connection, which is opened again when it was lost."""

    def __init__(self, port: int, username: str) -> None:
        self.port = port
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.device_id, self.seq = new_id(), 0
        device = {"id": self.device_id, "name": "test", "platform": "test"}
        content = {"username": username, "password": PASSWORD, "device": device}
        self.connection.request("POST", "/api/v1/session", orjson.dumps(content), self._headers())
        response = self.connection.getresponse()
        response.read()
        self.cookie = response.headers["Set-Cookie"].partition(";")[0]

    def twin(self) -> "Device":
        """The same device on a connection of its own, as when a page and a service worker both send."""
        twin = copy(self)
        twin.connection = HTTPConnection(self.connection.host, self.connection.port, timeout=60)
        return twin

    def close(self) -> None:
        """Close the connection; the next request opens it again."""
        self.connection.close()

    def _headers(self, **more: str) -> dict[str, str]:
        return {"Content-Type": "application/json", "X-Qiaomen": "1", **more}

    def headers(self, packed: bool = False) -> dict[str, str]:
        """Those of an exchange, for an answer that comes packed or not."""
        extra = {"Accept-Encoding": "gzip"} if packed else {}
        return self._headers(Cookie=self.cookie, **extra)

    def post(self, body: bytes, packed: bool = False) -> bytes:
        """Send a prepared body; the answer's bytes as they came."""
        self.connection.request("POST", "/api/v1/sync", body, self.headers(packed))
        response = self.connection.getresponse()
        data = response.read()
        if response.status != 200:
            raise Refused(response.status, data)
        return data

    def envelope(self, cursor: str | None = None, limit: int = 1000, **more: Any) -> bytes:
        sent = {"protocol": 1, "device_id": self.device_id, "sent_at": now()}
        return orjson.dumps({**sent, "cursor": cursor, "limit": limit, **more})

    def bring_down(self, limit: int = 5000) -> tuple[str, list[dict[str, Any]]]:
        """Pull everything; the last cursor and all operations."""
        cursor, operations, more = None, [], True
        while more:
            page = orjson.loads(self.post(self.envelope(cursor, limit)))
            cursor, more = page["cursor"], page["more"]
            operations += page["patch"]
        return cursor or "", operations

    def visits(self, dwelling_id: str, count: int) -> list[dict[str, Any]]:
        """The device's next mutations: visits of about 600 bytes each."""
        about = {"dwelling_id": dwelling_id, "kind": "routine", "summary": SUMMARY}
        return [
            self.mutation("visit.record", id=new_id(), occurred_at=now(), **about)
            for _ in range(count)
        ]

    def mutation(self, name: str, **args: Any) -> dict[str, Any]:
        """The device's next mutation, by somebody who has seen no version of the record."""
        self.seq += 1
        beside = {"id": new_id(), "seq": self.seq, "at": now(), "base": None}
        return {**beside, "name": name, "args": args}


def now() -> str:
    """The present moment, as this machine has it."""
    return datetime.now(UTC).isoformat()
