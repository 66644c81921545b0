"""The disk of a phone, as much of it as the browser gives the app."""

from playwright.sync_api import Page

CHUNK = 64 * 1024
ROOM = 128 * CHUNK

OVERDRAW = f"""async () => {{
  const db = await new Promise((done) => {{
    const asked = indexedDB.open('overdrawn')
    asked.onupgradeneeded = () => asked.result.createObjectStore('bytes')
    asked.onsuccess = () => done(asked.result)
  }})
  const bytes = new Uint8Array({ROOM})
  for (let at = 0; at < {ROOM}; at += {CHUNK}) crypto.getRandomValues(bytes.subarray(at, at + {CHUNK}))
  const writing = db.transaction('bytes', 'readwrite')
  const ended = new Promise((done) => {{
    writing.onabort = () => done(writing.error.name)
    writing.oncomplete = () => done("there was room")
  }})
  writing.objectStore('bytes').put(bytes, 0)
  const name = await ended
  db.close()
  return name
}}"""
"""Chromium counts for half a minute on the room it last saw, but looks anew when asked for more."""


class Disk:
    """To be had before the page first stores anything, so that what Chromium counts on is known."""

    def __init__(self, page: Page, address: str) -> None:
        self._page, self._address = page, address
        self._session = page.context.new_cdp_session(page)
        self.empty()

    def fill(self) -> None:
        """Leave the app no byte more than it has."""
        self._allow(1)
        assert self._page.evaluate(OVERDRAW) == "QuotaExceededError"

    def empty(self) -> None:
        """Give the app room again."""
        self._allow(ROOM)

    def _allow(self, quota: int) -> None:
        asked = {"origin": self._address, "quotaSize": quota}
        self._session.send("Storage.overrideQuotaForOrigin", asked)
