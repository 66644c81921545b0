"""Mozilla's push service on loopback: Firefox hangs on its websocket and is handed what arrives by HTTP.

`with Autopush() as service:`; `service.browsers` is what goes into Firefox's `dom.push.serverURL`. Pushes are
checked as `PushService` does and stay encrypted; one that nobody has acknowledged is handed over again.
"""

import json
import threading
from base64 import urlsafe_b64encode
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from websockets.sync.server import ServerConnection, serve

from tests.push_service import Answer, PushService, Unacceptable, authorized, check


@dataclass(frozen=True)
class Channel:
    """One subscription: whose browser has it, by which id, and the only VAPID key that may push to it."""

    browser: str
    id: str
    server_key: str


class Autopush(PushService):
    """Takes pushes at `/push/<id>` for browsers that are connected now or later."""

    def __init__(self) -> None:
        super().__init__()
        self._channels: dict[str, Channel] = {}
        self._waiting: dict[str, dict[str, str]] = defaultdict(dict)
        self._connected: dict[str, ServerConnection] = {}
        self._sockets = serve(self._talk, "127.0.0.1", 0)
        self.browsers = f"ws://127.0.0.1:{self._sockets.socket.getsockname()[1]}/"

    def __enter__(self) -> "Autopush":
        super().__enter__()
        threading.Thread(target=self._sockets.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self._sockets.shutdown()

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Judge one push as a push service would, and hand it on as it is."""
        channel = self._channels.get(path)
        if channel is None:
            return Answer(410)
        try:
            authorized(headers.get("authorization", ""), self.url, channel.server_key, self.clock())
            check(headers, body)
        except Unacceptable as error:
            self.refused.append(error.words)
            return Answer(error.status)
        self._hand_over(channel, headers["content-encoding"], body)
        return Answer()

    def _hand_over(self, channel: Channel, encoding: str, body: bytes) -> None:
        version = uuid4().hex
        notification = {
            "messageType": "notification",
            "channelID": channel.id,
            "version": version,
            "data": urlsafe_b64encode(body).rstrip(b"=").decode(),
            "headers": {"encoding": encoding},
        }
        self._waiting[channel.browser][version] = json.dumps(notification)
        if channel.browser in self._connected:
            self._connected[channel.browser].send(self._waiting[channel.browser][version])

    def _talk(self, socket: ServerConnection) -> None:
        """One browser, from its hello until it hangs up."""
        hello = json.loads(socket.recv())
        browser = hello.get("uaid") or uuid4().hex
        welcome = {"messageType": "hello", "status": 200, "uaid": browser, "use_webpush": True}
        socket.send(json.dumps({**welcome, "broadcasts": {}}))
        self._connected[browser] = socket
        for waiting in list(self._waiting[browser].values()):
            socket.send(waiting)
        for message in socket:
            self._hear(browser, json.loads(message))
        del self._connected[browser]

    def _hear(self, browser: str, said: dict[str, Any]) -> None:
        hear = {
            "register": self._register,
            "unregister": self._unregister,
            "ack": self._acknowledge,
        }
        if said.get("messageType") in hear:
            hear[said["messageType"]](browser, said)

    def _register(self, browser: str, said: dict[str, Any]) -> None:
        path = f"/push/{uuid4()}"
        self._channels[path] = Channel(browser, said["channelID"], said["key"].rstrip("="))
        self._answer(browser, said, pushEndpoint=self.url + path)

    def _unregister(self, browser: str, said: dict[str, Any]) -> None:
        kept = self._channels.items()
        self._channels = {
            path: channel for path, channel in kept if channel.id != said["channelID"]
        }
        self._answer(browser, said)

    def _answer(self, browser: str, said: dict[str, Any], **more: str) -> None:
        answer = {"messageType": said["messageType"], "channelID": said["channelID"], "status": 200}
        self._connected[browser].send(json.dumps({**answer, **more}))

    def _acknowledge(self, browser: str, said: dict[str, Any]) -> None:
        for update in said["updates"]:
            self._waiting[browser].pop(update["version"], None)
