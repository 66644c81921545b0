"""What somebody does on a page in any language: what the app says is named by its key in the catalogue."""

import json
import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Locator, Page, Route

from tests.e2e.handset import PIN, Handset

LOCALES = Path(__file__).parents[2] / "pwa/src/locales"
WORDS = "阳台的水管修好了"
KIND = re.compile('"kind":"(routine|care)"')

Find = Callable[[Page], Locator]
Step = Callable[[Handset], None]


@cache
def _catalogue(language: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((LOCALES / f"{language}.json").read_text("utf-8"))
    return words


def word(page: Page, key: str, **given: object) -> str:
    """What the app says for this key in the language of the page."""
    said: Any = _catalogue(page.locator("html").get_attribute("lang") or "")
    for part in key.split("."):
        said = said[part]
    for name, value in given.items():
        said = said.replace(f"{{{name}}}", str(value))
    return str(said)


def button(key: str, **given: object) -> Find:
    """The first button that says so."""
    return lambda page: page.get_by_role("button", name=word(page, key, **given), exact=True).first


def button_of(key: str) -> Find:
    """The first button that says so and also of what."""
    return lambda page: page.get_by_role("button", name=word(page, key)).first


def field(key: str) -> Find:
    return lambda page: page.get_by_label(word(page, key)).first


def radio(key: str) -> Find:
    return lambda page: page.get_by_role("radio", name=word(page, key))


def switch(key: str) -> Find:
    return lambda page: page.get_by_role("switch", name=word(page, key))


def _details(page: Page, key: str) -> Locator:
    return page.locator("details", has=page.locator("summary", has_text=word(page, key)))


def below(key: str) -> Find:
    """The last line of what is shown when asked for."""
    return lambda page: _details(page, key).get_by_role("listitem").last


def first(css: str) -> Find:
    return lambda page: page.locator(css).first


def press(what: str | Find) -> Step:
    """Click a button, or what is found: the browser's mark of a tap would still lie on a picture."""
    find = button(what) if isinstance(what, str) else what
    return lambda phone: find(phone.page).click()


def unfold(key: str) -> Step:
    """Have shown what is shown when asked for."""
    return lambda phone: _details(phone.page, key).evaluate("(one) => { one.open = true }")


def choose(key: str) -> Step:
    return lambda phone: radio(key)(phone.page).check()


def write(what: str | Find, words: str) -> Step:
    find = field(what) if isinstance(what, str) else what
    return lambda phone: find(phone.page).fill(words)


def see(find: Find) -> Step:
    """Wait until this is there."""
    return lambda phone: find(phone.page).wait_for(state="attached")


def take_photo(phone: Handset) -> None:
    phone.page.locator("input[type=file]").first.set_input_files(_stairs())
    button("photo.view", n=1)(phone.page).locator("img").wait_for()


def _stairs() -> FilePayload:
    """A photo of stairs, as a child draws them."""
    image = Image.new("RGB", (1200, 1600), "#cfd8dc")
    draw = ImageDraw.Draw(image)
    for step in range(8):
        corner = (150 * step, 1600 - 200 * (step + 1))
        draw.rectangle((*corner, 1200, 1600), fill=(120 + 12 * step,) * 3)
    file = BytesIO()
    image.save(file, "JPEG")
    return {"name": "stairs.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def lose_clipboard(phone: Handset) -> None:
    """As in WeChat and old browsers, which lend neither share sheet nor clipboard."""
    phone.page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: null })")


def save_without_signal(phone: Handset) -> None:
    """Record a visit in a stairwell; it waits in the outbox."""
    phone.lose_signal()
    for step in (write("visit.summary", WORDS), press("word.save")):
        step(phone)
    phone.page.wait_for_url("**/dwellings/*")
    phone.open("/outbox")
    phone.page.get_by_role("article").filter(has_text=WORDS).first.wait_for()


def misheard(route: Route) -> None:
    """The kind of a visit arrives as one that the server does not know, whatever it begins as."""
    sent = route.request.post_data or ""
    route.continue_(post_data=KIND.sub('"kind":"unheard-of"', sent))


def send_misheard(phone: Handset) -> None:
    """Come back into reach of a server that refuses what waits."""
    phone.context.route("**/api/v1/sync", misheard)
    phone.find_signal()
    button("sync.send_now")(phone.page).click()
    phone.page.get_by_role("heading", name=word(phone.page, "outbox.refused")).wait_for()
    phone.page.get_by_text(word(phone.page, "outbox.empty")).wait_for()
    phone.context.unroute("**/api/v1/sync")


def unlock(phone: Handset) -> None:
    field = phone.page.get_by_label(word(phone.page, "lock.pin"), exact=True)
    field.fill(PIN)
    field.wait_for(state="hidden")
