"""The size of text: as the app is set, on top of how the browser and the phone are."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.handset import SMALL, Handset
from tests.e2e.screens import enlarge
from tests.e2e.test_case_life import of

USUAL, OWN_LARGE = 17, 21
"""Pixels, where nothing else is set."""


def test_text_grows_with_what_the_phone_and_the_browser_are_set_to(
    new_phone: Callable[[], Handset], tmp_path: Path
) -> None:
    phone = new_phone()
    phone.open("/")
    text = phone.page.locator("html")
    expect(text).to_have_css("font-size", f"{USUAL}px")
    enlarge(phone.context.new_cdp_session(phone.page), 1.5)
    expect(text).to_have_css("font-size", f"{1.5 * USUAL}px")
    phone.page.evaluate("() => localStorage.setItem('qiaomen.large', 'yes')")
    phone.page.reload()
    expect(text).to_have_css("font-size", f"{1.5 * OWN_LARGE}px")
    phone.close()

    preferences = tmp_path / "phone-0/Default/Preferences"
    set_before = json.loads(preferences.read_text("utf-8"))
    fonts = {"webprefs": {"default_font_size": 24}}
    preferences.write_text(json.dumps({**set_before, "webkit": fonts}), "utf-8")
    phone.power_on()
    phone.open("/")
    expect(phone.page.locator("html")).to_have_css("font-size", f"{1.5 * OWN_LARGE}px")


def test_the_way_to_every_page_is_in_sight_in_the_largest_text_of_a_phone(
    new_phone: Callable[[], Handset],
) -> None:
    phone = of(new_phone, "worker", "/me")
    enlarge(phone.context.new_cdp_session(phone.page), 2)
    ways = phone.page.get_by_role("navigation", name="主菜单")
    for height in (568, 640, SMALL["height"]):
        phone.page.set_viewport_size({"width": 320, "height": height})
        expect(ways).to_be_in_viewport(ratio=1)
