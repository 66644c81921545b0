"""A finger in the place of six digits: it opens the phone without signal, and the PIN always does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.authenticator import Authenticator
from tests.e2e.conftest import lending
from tests.e2e.handset import PIN, Handset
from tests.serving import Running
from tests.town import PASSWORD

WAY = "用指纹或面容解锁"


@pytest.fixture
def named_phone(
    playwright: Playwright, town: Running, tmp_path: Path
) -> Iterator[Callable[[], Handset]]:
    """New phones in the small town, which reach it by a name: passkeys belong to names."""
    with lending(playwright, tmp_path, town.named_address) as hand_out:
        yield hand_out


def add_passkey(phone: Handset, pin: str = PIN) -> None:
    phone.open("/me")
    phone.page.get_by_role("switch", name=WAY).tap()
    phone.page.get_by_label("现在的解锁密码").fill(pin)


def opens_by_finger(phone: Handset, username: str) -> Authenticator:
    """Somebody signs in, and from then on their finger opens the phone."""
    finger = Authenticator(phone.page)
    phone.sign_in(username, PASSWORD)
    add_passkey(phone)
    phone.sees("下次可以用指纹或面容解锁")
    return finger


def lock(phone: Handset) -> None:
    phone.open("/me")
    phone.tap("现在锁上")
    expect(phone.page.get_by_label("解锁密码", exact=True)).to_be_visible()


def is_open(phone: Handset) -> None:
    expect(phone.page.get_by_label("解锁密码", exact=True)).to_be_hidden()
    expect(phone.page.get_by_role("heading", level=1, name="我的")).to_be_visible()


def test_a_finger_opens_the_phone_without_signal_and_the_pin_goes_on_working(
    named_phone: Callable[[], Handset],
) -> None:
    phone = named_phone()
    finger = Authenticator(phone.page)
    phone.sign_in("worker", PASSWORD)
    add_passkey(phone, "246801")
    phone.sees("不对。还可以试 9 次。")
    assert finger.credentials() == []
    phone.page.get_by_label("现在的解锁密码").fill(PIN)
    phone.sees("下次可以用指纹或面容解锁")
    expect(phone.page.get_by_role("switch", name=WAY)).to_be_checked()
    assert len(finger.credentials()) == 1

    phone.lose_signal()
    lock(phone)
    phone.tap(WAY)
    is_open(phone)

    lock(phone)
    finger.knows(False)
    phone.tap(WAY)
    phone.sees("没有解开。再试一次，或者输解锁密码。")
    phone.unlock()
    is_open(phone)

    phone.reopen()
    phone.open("/me")
    phone.page.get_by_role("switch", name=WAY).tap()
    # a phone that can add none any more offers none either
    expect(phone.page.get_by_role("switch", name=WAY)).to_be_hidden()
    lock(phone)
    expect(phone.page.get_by_role("button", name=WAY)).to_have_count(0)
    phone.unlock()


def test_a_prompt_cancelled_while_it_is_set_up_is_said_and_leaves_the_pin_as_it_was(
    named_phone: Callable[[], Handset],
) -> None:
    phone = named_phone()
    # the phone tells a page no difference between a prompt that was cancelled and a stranger's finger
    finger = Authenticator(phone.page)
    finger.knows(False)
    phone.sign_in("worker", PASSWORD)
    add_passkey(phone)
    phone.sees("没有设成，可以再试一次")
    expect(phone.page.get_by_label("现在的解锁密码")).to_have_value("")
    phone.tap("关闭")
    expect(phone.page.get_by_role("switch", name=WAY)).not_to_be_checked()
    assert finger.credentials() == []
    lock(phone)
    expect(phone.page.get_by_role("button", name=WAY)).to_have_count(0)
    phone.unlock()
    is_open(phone)


def test_the_pin_opens_while_the_phone_still_asks_for_a_finger_and_ends_that_prompt(
    named_phone: Callable[[], Handset],
) -> None:
    phone = named_phone()
    finger = opens_by_finger(phone, "worker")
    lock(phone)
    finger.waits(True)
    button = phone.page.get_by_role("button", name=WAY)
    button.tap()
    expect(button).to_be_disabled()
    phone.unlock()
    is_open(phone)
    # a prompt that were still open would be in the way of this one
    finger.waits(False)
    lock(phone)
    phone.tap(WAY)
    is_open(phone)


def test_a_phone_without_a_finger_to_ask_offers_none(named_phone: Callable[[], Handset]) -> None:
    phone = named_phone()
    phone.sign_in("mate", PASSWORD)
    phone.open("/me")
    expect(phone.page.get_by_role("button", name="换解锁密码")).to_be_visible()
    expect(phone.page.get_by_role("switch", name=WAY)).to_have_count(0)


def test_two_who_share_a_phone_each_open_their_own_by_a_passkey_of_their_own(
    named_phone: Callable[[], Handset],
) -> None:
    phone = named_phone()
    finger = opens_by_finger(phone, "leader")
    lock(phone)
    phone.page.get_by_role("link", name="换个人登录").tap()
    phone.enter_password("second-worker", PASSWORD)
    phone.choose_pin()
    expect(phone.page.get_by_text("全部已送达")).to_be_visible(timeout=60_000)
    lock(phone)
    expect(phone.page.get_by_role("button", name=WAY)).to_have_count(0)
    phone.unlock()
    add_passkey(phone)
    phone.sees("下次可以用指纹或面容解锁")
    lock(phone)
    phone.tap(WAY)
    is_open(phone)
    assert len(finger.credentials()) == 2
