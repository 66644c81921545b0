"""A tablet held upright, by touch: the main job, with nothing that runs out of the screen."""

from collections.abc import Callable

from playwright.sync_api import ViewportSize, expect

from tests.e2e.handset import Handset
from tests.town import PASSWORD

UPRIGHT = ViewportSize(width=768, height=1024)
WORDS = "平板上写的"


def fits(phone: Handset) -> None:
    """Nothing on the page is wider than the screen."""
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= UPRIGHT["width"]


def test_a_visit_is_recorded_on_a_tablet_by_taps_alone(new_phone: Callable[[], Handset]) -> None:
    tablet = new_phone()
    tablet.page.set_viewport_size(UPRIGHT)
    tablet.sign_in("worker", PASSWORD)
    fits(tablet)
    tablet.page.get_by_role("link", name="楼栋").tap()
    building = tablet.page.locator("a[href^='/buildings/']").first
    expect(building).to_be_visible()
    fits(tablet)
    building.tap()
    door = tablet.page.locator("a[href^='/dwellings/']").first
    expect(door).to_be_visible()
    fits(tablet)
    door.tap()
    tablet.tap("记走访")
    tablet.page.get_by_label("说了什么").fill(WORDS)
    fits(tablet)
    tablet.tap("保存")
    tablet.sees("走访已存到手机")
    tablet.sees(WORDS)
    fits(tablet)
