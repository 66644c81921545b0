"""A server with the town in it, and people who talk to it over HTTP."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from app.sealing import Seal
from tests.phone import new_id
from tests.town import MORNING, PASSWORD, id_of, settle_in_database

OWN = {"X-Qiaomen": "1"}


class Somebody:
    """A person's app: signs in, sends exchanges."""

    def __init__(self, client: FlaskClient, name: str, device: str = "") -> None:
        self.client, self.device_id, self.seq = client, id_of(device or f"d-{name}"), 0
        self.name, self.cursor = name, None

    def sign_in(self, password: str = PASSWORD, **more: Any) -> Any:
        device = {"id": self.device_id, "name": "红米", "platform": "Android"}
        content = {"username": self.name, "password": password, "device": device, **more}
        return self.client.post("/api/v1/session", json=content, headers=OWN)

    def mutation(self, name: str, **args: Any) -> dict[str, Any]:
        """The next mutation of this device."""
        self.seq += 1
        return {
            "id": new_id(f"{self.device_id}/{self.seq}"),
            "seq": self.seq,
            "at": MORNING.isoformat(),
            "name": name,
            "base": None,
            "args": args,
        }

    def envelope(self, *mutations: dict[str, Any], **more: Any) -> dict[str, Any]:
        sent = {"protocol": 1, "device_id": self.device_id, "sent_at": MORNING.isoformat()}
        return {**sent, "cursor": self.cursor, "mutations": list(mutations), **more}

    def sealed(self, cursor: str) -> str:
        """A cursor as the server would give it to this device."""
        keys = self.client.application.extensions["qiaomen"].keys
        return Seal(keys.secret, self.device_id).close(cursor)

    def post(self, content: Any, **more: Any) -> Any:
        return self.client.post("/api/v1/sync", json=content, headers=OWN, **more)

    def sync(self, *mutations: dict[str, Any]) -> dict[str, Any]:
        """One exchange that the server takes."""
        response = self.post(self.envelope(*mutations))
        assert response.status_code == 200, response.json
        self.cursor = response.json["cursor"]
        answer: dict[str, Any] = response.json
        return answer


@pytest.fixture
def town(app: Flask) -> Flask:
    """A server with the town in its database."""
    settle_in_database()
    return app


@pytest.fixture
def somebody(town: Flask) -> Any:
    """A person of the town by name, signed in on a device of their own."""

    def arrive(name: str, device: str = "", password: str = PASSWORD) -> Somebody:
        person = Somebody(town.test_client(), name, device)
        assert person.sign_in(password).status_code == 200
        return person

    return arrive


@pytest.fixture
def port(town: Flask) -> Iterator[int]:
    """The town's server, listening."""
    server = make_server("127.0.0.1", 0, town, threaded=True)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield server.port
    server.shutdown()
    serving.join()
    server.server_close()
