"""A password that was handed out on a slip of paper is changed, on the phone, to one of its owner's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.conftest import lending
from tests.e2e.handset import Handset
from tests.serving import data_directory, serve, settle_town
from tests.town import PASSWORD

OWN = "laowang-3-dong"
FIELDS = ("现在的登录密码", "新的登录密码", "再输一遍")


@pytest.fixture
def own_phone(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[[], Handset]]:
    """New phones in a town of their own, where nobody else signs in by the password that is changed."""
    with data_directory() as env:
        settle_town(env)
        with serve(env, []) as town, lending(playwright, tmp_path, town.address) as hand_out:
            yield hand_out


def fill_in(phone: Handset, *words: str) -> None:
    for label, word in zip(FIELDS, words, strict=True):
        phone.page.get_by_label(label, exact=True).fill(word)
    phone.page.get_by_role("dialog").get_by_role("button", name="换登录密码").tap()


def test_a_worker_changes_the_password_that_was_handed_out_and_signs_in_by_their_own(
    own_phone: Callable[[], Handset],
) -> None:
    phone = own_phone()
    phone.sign_in("worker", PASSWORD)
    phone.open("/me")
    phone.lose_signal()
    phone.tap("换登录密码")
    fill_in(phone, PASSWORD, OWN, "laowang-4-dong")
    phone.sees("两遍不一样")
    fill_in(phone, PASSWORD, PASSWORD, PASSWORD)
    phone.sees("新的和现在的一样")
    fill_in(phone, PASSWORD, OWN, OWN)
    phone.sees("现在没有信号，这件事要联网才能做")
    phone.find_signal()
    fill_in(phone, "what was it", OWN, OWN)
    phone.sees("现在的登录密码不对")
    fill_in(phone, PASSWORD, "worker2026", "worker2026")
    phone.sees("太短或太好猜")
    fill_in(phone, PASSWORD, OWN, OWN)
    phone.sees("登录密码换好了")
    expect(phone.page.get_by_role("dialog")).to_have_count(0)

    other = own_phone()
    other.open("/")
    other.enter_password("worker", PASSWORD)
    other.sees("用户名或密码不对")
    other.sign_in("worker", OWN)
    phone.tap("现在锁上")
    phone.unlock()
    phone.sees("换登录密码")
