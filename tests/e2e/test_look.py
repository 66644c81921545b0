"""The look that somebody chooses: dark or light, or as the phone is set."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.town import PASSWORD

DARK, LIGHT = "rgb(14, 20, 19)", "rgb(243, 246, 245)"


def test_a_dark_look_that_was_chosen_holds_also_behind_the_lock_until_the_phone_is_followed_again(
    new_phone: Callable[[], Handset],
) -> None:
    worker = new_phone()
    worker.sign_in("worker", PASSWORD)

    def ground_is(colour: str) -> None:
        expect(worker.page.locator("body")).to_have_css("background-color", colour)

    ground_is(LIGHT)
    worker.open("/me")
    worker.page.get_by_label("深色").check()
    ground_is(DARK)
    worker.close()
    worker.power_on()
    worker.open("/me")
    worker.page.get_by_label("解锁密码", exact=True).wait_for()
    ground_is(DARK)
    worker.unlock()
    worker.page.get_by_label("浅色").check()
    worker.page.emulate_media(color_scheme="dark")
    ground_is(LIGHT)
    worker.page.get_by_label("跟随手机").check()
    ground_is(DARK)
