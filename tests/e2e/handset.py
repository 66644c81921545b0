"""A phone in somebody's hand: real Chromium at 360×800 that loses its signal, is closed and opened."""

import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from tests.e2e.phone_storage import STORAGE

CHROMIUM = "/usr/bin/chromium"
OFF = [
    # A page that a desktop's address bar draws its suggestions with: half a second of each start
    "WebUIOmniboxPopup",
    # Chromium heeds only the last such list, so what Playwright turns off is said again
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(OFF)}",
]
SMALL = {"width": 360, "height": 800}

STUB = """
// No push service can be reached from here: the browser's half of a subscription comes from the test.
const given = %s
const unsubscribe = async () => (localStorage.removeItem('subscribed'), true)
const subscription = { endpoint: given.endpoint, toJSON: () => given, unsubscribe }
PushManager.prototype.subscribe = async () => (localStorage.setItem('subscribed', 'yes'), subscription)
PushManager.prototype.getSubscription = async () => (localStorage.getItem('subscribed') ? subscription : null)
"""


PIN = "135790"
CHOOSING = ("新的解锁密码（6 位数字）", "再输一遍")
"""The fields in which a PIN is chosen, one after the other."""

BETWEEN_TAPS = 250
"""Milliseconds between the two taps of an impatient thumb."""

WORDS_ARE_KEPT = f"""async ({{ table, words }}) => {{
  {STORAGE}
  const began = performance.now()
  while (!JSON.stringify(await rowsOf(table)).includes(words)) {{
    if (performance.now() > began + 20000) throw new Error('too late')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }}
  db.close()
}}"""

LISTEN = """() => {
  const told = (done) => ({ data }) => { if (data.type === 'sync') done() }
  window.toldByWorker = new Promise((done, late) => {
    navigator.serviceWorker.addEventListener('message', told(done))
    setTimeout(late, 20000, new Error('the worker showed no notification'))
  })
}"""


HOW_IT_ENDS = """() => {
  const waitUntil = ExtendableEvent.prototype.waitUntil
  self.ended = new Promise((done) => {
    ExtendableEvent.prototype.waitUntil = function (work) {
      if (this.type === 'sync') work.then(() => done('all sent'), (fault) => done(fault.name))
      return waitUntil.call(this, work)
    }
  })
}"""


class Handset:
    """One person's phone. Its profile outlives the browser, as a phone's storage does."""

    def __init__(self, playwright: Playwright, folder: Path, address: str) -> None:
        self._playwright, self._folder, self._address = playwright, folder, address
        self._subscription: dict[str, Any] | None = None
        self._signal = True
        self._permissions = ["notifications"]
        self._context: BrowserContext | None = None
        self.problems: list[str] = []
        self.power_on()

    @property
    def context(self) -> BrowserContext:
        assert self._context is not None
        return self._context

    @property
    def page(self) -> Page:
        """The one window of the app."""
        return self.context.pages[0]

    def power_on(self) -> None:
        """Open the browser, with or without signal as before."""
        self._context = self._playwright.chromium.launch_persistent_context(
            str(self._folder),
            executable_path=CHROMIUM,
            args=SWITCHES,
            viewport={"width": SMALL["width"], "height": SMALL["height"]},
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            permissions=self._permissions,
        )
        self.context.set_default_timeout(15_000)
        self.context.set_offline(not self._signal)
        if self._subscription:
            self.context.add_init_script(STUB % json.dumps(self._subscription))
        self.page.on("pageerror", lambda error: self.problems.append(error.stack or str(error)))

    def close(self) -> None:
        """Close the app."""
        self.context.close()
        self._context = None

    def reopen(self) -> None:
        """Close the app and open it again from the home screen."""
        self.close()
        self.come_back("/")

    def come_back(self, path: str) -> None:
        """Open the browser anew, at this page, and unlock what is on the phone."""
        self.power_on()
        self.open(path)
        self.unlock()

    def kill_browser(self) -> None:
        """The battery falls out: every process of the browser ends at once, whatever it was doing."""
        found = subprocess.run(
            ["pgrep", "-f", str(self._folder)], capture_output=True, text=True, check=True
        )
        with self.context.expect_event("close"):
            for pid in found.stdout.split():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
        self._context = None

    def lose_signal(self) -> None:
        self._signal = False
        self.context.set_offline(True)

    def find_signal(self) -> None:
        self._signal = True
        self.context.set_offline(False)

    def wait_until_sent(self, within: float = 15_000) -> None:
        """Until everything on this page that was done here is with the server, and its answer here."""
        for waiting in ("已存手机", "发送中"):
            expect(self.page.get_by_text(waiting)).to_have_count(0, timeout=within)

    def subscribe_at(self, subscription: dict[str, Any]) -> None:
        """Give the browser a push service it can reach."""
        self._subscription = subscription
        self.context.add_init_script(STUB % json.dumps(subscription))

    def open(self, path: str) -> None:
        self.page.goto(f"{self._address}{path}")

    def sign_in(self, username: str, password: str) -> None:
        """Sign in on a new phone, and wait for the first copy."""
        self.open("/")
        self.enter_password(username, password)
        self.choose_pin()
        self.await_first_copy()

    def await_first_copy(self) -> None:
        """Wait until the first copy is down and the service worker is in charge."""
        expect(self.page.get_by_text("全部已送达")).to_be_visible(timeout=60_000)
        self.wait_until("navigator.serviceWorker.controller !== null")

    def enter_password(self, username: str, password: str) -> None:
        self.page.get_by_label("用户名", exact=True).fill(username)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.tap("登录")

    def choose_pin(self) -> None:
        for label in CHOOSING:
            self.page.get_by_label(label, exact=True).fill(PIN)

    def unlock(self, page: Page | None = None) -> None:
        """Open what is on the phone with the PIN, in this window or the only one."""
        field = (page or self.page).get_by_label("解锁密码", exact=True)
        field.fill(PIN)
        expect(field).to_be_hidden()

    def wait_until(self, condition: str, seconds: int = 20) -> None:
        """Wait in the page; Playwright's own way needs eval, which the page's policy forbids."""
        rest = "await new Promise((resolve) => setTimeout(resolve, 10))"
        late = f"performance.now() > began + {1000 * seconds}"
        script = f"while (!({condition})) {{ if ({late}) throw new Error('too late'); {rest} }}"
        self.page.evaluate(f"async () => {{ const began = performance.now(); {script} }}")

    def wait_for_draft(self, words: str) -> None:
        """Wait until the phone's storage has these words in a draft."""
        self.wait_for_words("draft", words)

    def wait_for_words(self, table: str, words: str) -> None:
        """Wait until the phone's storage has these words in one of its tables."""
        self.page.evaluate(WORDS_ARE_KEPT, {"table": table, "words": words})

    def tap(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).tap()

    def tap_twice(self, what: Locator, at: float | None = None) -> None:
        """Tap as an impatient thumb does, which comes down twice on one spot whatever lies there by then.

        `at`: so far from the left of the screen, if not in the middle.
        """
        what.scroll_into_view_if_needed()
        box = what.bounding_box()
        assert box
        spot = at or box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.touchscreen.tap(*spot)
        self.page.wait_for_timeout(BETWEEN_TAPS)
        self.page.touchscreen.tap(*spot)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def find_dwelling(self, words: str) -> None:
        """Search for a dwelling and open the first hit."""
        self.open("/search")
        self.page.get_by_role("searchbox").fill(words)
        self.page.locator("a[href^='/dwellings/']").first.tap()
        self.page.wait_for_url("**/dwellings/*")

    def deliver_push(self, payload: bytes) -> None:
        """Hand a decrypted payload to the real service worker, as the browser's push client would.

        Returns once the worker has told its pages, which it does when the notification is on the screen.
        """
        self.page.evaluate(LISTEN)
        self._dispatch("deliverPushMessage", data=payload.decode())
        self.page.evaluate("() => window.toldByWorker")

    def allow_waking(self) -> None:
        """Let the browser wake the service worker, as Android does unasked.

        Only where a test is about that: the browser goes by the machine's signal and not by the phone's, so
        a worker that it wakes may send before it has been told that there is none.
        """
        self._permissions = ["notifications", "background-sync"]
        self.context.grant_permissions(self._permissions)

    def close_every_page(self) -> None:
        """Close the app and leave the browser running, as Android does in the background."""
        pages = self.context.pages
        self.context.new_page()
        for page in pages:
            page.close()

    def asked_to_be_woken(self) -> bool:
        """Whether the browser is to wake the service worker once there is signal."""
        (worker,) = self.context.service_workers
        tags: list[str] = worker.evaluate("() => self.registration.sync.getTags()")
        return tags == ["outbox"]

    def wake(self) -> str:
        """Wake the service worker as a browser does that finds signal; how that ended."""
        (worker,) = self.context.service_workers
        worker.evaluate(HOW_IT_ENDS)
        self._dispatch("dispatchSyncEvent", tag="outbox", lastChance=False)
        ended: str = worker.evaluate("() => self.ended")
        return ended

    def _dispatch(self, event: str, **details: object) -> None:
        """Have the browser hand an event to the service worker."""
        session = self.context.new_cdp_session(self.page)
        registrations: list[dict[str, Any]] = []
        session.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: registrations.extend(event["registrations"]),
        )
        session.send("ServiceWorker.enable")
        while not registrations:
            self.page.wait_for_timeout(20)
        registration = registrations[0]["registrationId"]
        message = {"origin": self._address, "registrationId": registration, **details}
        session.send(f"ServiceWorker.{event}", message)

    def notifications(self) -> list[dict[str, Any]]:
        """What the lock screen shows.

        To be asked once the worker has said that it is shown, and not before: Chromium first lists what is
        on the screen and then forgets all others it knows of, also one that was just on its way there. A
        test that asked again and again saw one in six vanish so.
        """
        script = """async () => {
          const registration = await navigator.serviceWorker.ready
          const shown = await registration.getNotifications()
          return shown.map(({ title, body, tag, data }) => ({ title, body, tag, data }))
        }"""
        shown: list[dict[str, Any]] = self.page.evaluate(script)
        return shown

    def tap_notification(self) -> None:
        """Tap the notification: the click reaches the real worker's own handler."""
        (worker,) = self.context.service_workers
        worker.evaluate(
            """async () => {
              const [notification] = await self.registration.getNotifications()
              self.dispatchEvent(new NotificationEvent('notificationclick', { notification }))
            }"""
        )
