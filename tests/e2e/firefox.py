"""A phone with Firefox in somebody's hand, driven over WebDriver BiDi, with a push service it can reach."""

import json
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from websockets.sync.client import ClientConnection, connect

from tests.e2e.handset import CHOOSING, PIN, SMALL

SWITCHES = [
    "--headless",
    "--no-remote",
    "--remote-debugging-port=0",
    # what Firefox shows beside the page is notifications, and a test taps them
    "--remote-allow-system-access",
]
PREFERENCES = {
    "intl.accept_languages": "zh-CN",
    "permissions.default.desktop-notification": 1,
    # without a desktop Firefox has to draw notifications by itself
    "alerts.useSystemBackend": False,
    "dom.push.testing.allowInsecureServerURL": True,
    # off in a Firefox that is driven
    "dom.push.connection.enabled": True,
}
TAB, ENTER = "\ue004", "\ue006"
PATIENCE = 30
T = TypeVar("T")

STILL = """async (found) => {
  found.scrollIntoView({ block: 'center' })
  const place = () => JSON.stringify(found.getBoundingClientRect())
  let before
  while (before !== (before = place())) await new Promise(requestAnimationFrame)
}"""


class Firefox:
    """One person's phone. Its profile outlives the browser, as a phone's storage does."""

    def __init__(self, folder: Path, address: str, push_service: str) -> None:
        self._folder, self._address, self._ids = folder, address, count()
        folder.mkdir()
        preferences = {**PREFERENCES, "dom.push.serverURL": push_service}
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in preferences.items()]
        (folder / "user.js").write_text("\n".join(lines))
        self.power_on()

    def power_on(self) -> None:
        """Open the browser."""
        with ExitStack() as powered:
            log = powered.enter_context((self._folder / "firefox.log").open("wb"))
            command = ["firefox-esr", *SWITCHES, "--profile", str(self._folder)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
            powered.enter_context(self._process)
            powered.callback(self._process.terminate)
            socket = connect(f"{self._listening()}/session", max_size=None)
            self._socket: ClientConnection = powered.enter_context(socket)
            self._send("session.new", capabilities={})
            self._send("browsingContext.setViewport", userContexts=["default"], viewport=SMALL)
            self._powered = powered.pop_all()

    def power_off(self) -> None:
        """Close the browser as its own menu does, so that it writes down what it has."""
        with self._powered:
            self._send("browser.close")
            self._process.wait(PATIENCE)

    def _listening(self) -> str:
        """Where the browser takes commands, once it does."""

        def said() -> str | None:
            found = re.search(r"(ws://\S+)\n", (self._folder / "firefox.log").read_text())
            return found and found[1]

        return eventually(said, "Firefox takes no commands")

    def open(self, path: str) -> None:
        url = f"{self._address}{path}"
        self._send("browsingContext.navigate", context=self._page, url=url, wait="complete")

    @property
    def path(self) -> str:
        """Where in the app the page is."""
        url: str = self._contexts()[-1]["url"]
        return url.removeprefix(self._address)

    @property
    def _page(self) -> str:
        """The page that was opened last; a tapped notification may open one."""
        context: str = self._contexts()[-1]["context"]
        return context

    def sign_in(self, username: str, password: str) -> None:
        """Sign in, by the keyboard; wait until the first copy is down and the service worker is in charge."""
        self.open("/")
        self.tap("textbox", "用户名")
        self.type(username + TAB + password + ENTER)
        for label in CHOOSING:
            self.sees(label)
            self.type(PIN)
        self.sees("全部已送达")
        self.is_kept()

    def begins_to_keep(self) -> None:
        """Wait until the app is on its way onto the phone."""
        begun = (
            "navigator.serviceWorker.getRegistration().then((kept) => Boolean(kept?.installing))"
        )
        eventually(lambda: self._evaluate(begun, self._page), "no service worker comes")

    def is_kept(self) -> None:
        """Wait until the app is on the phone and its service worker in charge."""
        charge = "navigator.serviceWorker.controller?.state === 'activated'"
        eventually(lambda: self._evaluate(charge, self._page), "no service worker is in charge")

    def text(self) -> str:
        """All that the page says."""
        return str(self._evaluate("document.body.innerText", self._page))

    def type(self, text: str) -> None:
        strokes = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._perform({"type": "key", "id": "keyboard", "actions": strokes})

    def tap(self, role: str, name: str) -> None:
        """Touch what has this role and name, as a screen reader would find it."""
        found = self._locate({"type": "accessibility", "value": {"role": role, "name": name}})
        page = {"target": {"context": self._page}, "awaitPromise": True}
        self._send("script.callFunction", functionDeclaration=STILL, arguments=[found], **page)
        there = {
            "type": "pointerMove",
            "x": 0,
            "y": 0,
            "origin": {"type": "element", "element": found},
        }
        touch = [there, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        finger = {"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}}
        self._perform({**finger, "actions": touch})

    def sees(self, text: str) -> None:
        """Wait until the page says so."""
        self._locate({"type": "xpath", "value": f"//*[contains(text(), '{text}')]"})

    def notification(self) -> str:
        """The title of the notification on the screen, once there is one."""
        title = "document.getElementById('alertTitleLabel').value"
        return str(eventually(lambda: self._ask_notification(title), "no notification is shown"))

    def tap_notification(self) -> None:
        self._ask_notification("document.getElementById('alertBox').click()")

    def _ask_notification(self, expression: str) -> Any:
        """Evaluate in the window in which Firefox shows a notification, if there is one and it is drawn."""
        windows = self._contexts(**{"moz:scope": "chrome"})
        alerts = (w["context"] for w in windows if w["url"].endswith("/alert.xhtml"))
        return next((self._evaluate(expression, alert) for alert in alerts), None)

    def _evaluate(self, expression: str, context: str) -> Any:
        """What the script's last line gives, once it is settled; None also where it fails."""
        asked = {"expression": expression, "target": {"context": context}, "awaitPromise": True}
        return self._send("script.evaluate", **asked).get("result", {}).get("value")

    def _locate(self, locator: dict[str, Any]) -> dict[str, str]:
        def found() -> dict[str, str] | None:
            nodes = self._send("browsingContext.locateNodes", context=self._page, locator=locator)
            return next(({"sharedId": node["sharedId"]} for node in nodes["nodes"]), None)

        return eventually(found, f"not on the page: {locator['value']}")

    def _perform(self, *actions: dict[str, Any]) -> None:
        self._send("input.performActions", context=self._page, actions=actions)

    def _contexts(self, **where: str) -> list[dict[str, Any]]:
        contexts: list[dict[str, Any]] = self._send("browsingContext.getTree", **where)["contexts"]
        return contexts

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        """One command; its result, or AssertionError with what the browser has against it."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        answer = json.loads(self._socket.recv(PATIENCE))
        assert answer.get("type") == "success", answer
        assert answer["id"] == number
        result: dict[str, Any] = answer["result"]
        return result


def eventually(ask: Callable[[], T | None], late: str) -> T:
    """What is asked for, as soon as it is there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise TimeoutError(late)
