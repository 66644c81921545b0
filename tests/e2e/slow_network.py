"""A signal as weak as in a stairwell: of the page, and of its service worker, which is asked apart."""

import json
from typing import Any

from playwright.sync_api import Page

SLOW_4G = {"latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
"""Milliseconds, and bytes a second, as Lighthouse's slow 4G."""

BASEMENT = {"latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 20_000}


class SlowNetwork:
    """Slows a page down, and each service worker of it that there is or comes, until the page is closed."""

    def __init__(self, page: Page, signal: dict[str, int]) -> None:
        self._conditions = {"offline": False, **signal}
        self.workers = 0
        self._session = page.context.new_cdp_session(page)
        self._session.on("Target.attachedToTarget", self._slow_worker)
        self._session.send("Network.enable")
        self._session.send("Network.emulateNetworkConditions", self._conditions)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False}
        self._session.send("Target.setAutoAttach", attach)

    def _slow_worker(self, attached: dict[str, Any]) -> None:
        if attached["targetInfo"]["type"] != "service_worker":
            return
        self.workers += 1
        for number, (method, params) in enumerate(
            [("Network.enable", {}), ("Network.emulateNetworkConditions", self._conditions)]
        ):
            message = json.dumps({"id": number, "method": method, "params": params})
            told = {"sessionId": attached["sessionId"], "message": message}
            self._session.send("Target.sendMessageToTarget", told)
