"""The disk of the phone is full: a worker is told at once and loses no word, and what waits is sent."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.disk import Disk
from tests.e2e.handset import CHOOSING, PIN, Handset
from tests.e2e.phone_storage import STORAGE
from tests.e2e.test_conflict import everything_is_sent
from tests.e2e.test_killed_browser import kept, record
from tests.serving import Running
from tests.town import PASSWORD

NOT_ALL_ENCRYPTED = f"""async () => {{
  {STORAGE}
  await whenDone(db.transaction('fact', 'readwrite').objectStore('fact').delete('sealed'))
  db.close()
}}"""
"""As after an update of the app: what lies on the phone is yet to be encrypted."""


@pytest.fixture
def phone(new_phone: Callable[[], Handset]) -> Handset:
    """A new phone in the small town."""
    return new_phone()


@pytest.fixture
def disk(phone: Handset, town: Running) -> Disk:
    """Its disk; the phone is signed in, and at a dwelling."""
    disk = Disk(phone.page, town.address)
    phone.sign_in("worker", PASSWORD)
    phone.find_dwelling("101")
    return disk


def test_a_visit_that_a_full_disk_does_not_take_says_so_and_is_saved_once_there_is_room(
    phone: Handset, disk: Disk, town: Running
) -> None:
    dwelling, words = phone.page.url, "磁盘满了也不丢"
    phone.tap("记走访")
    phone.page.wait_for_url("**/visits/new*")
    field = phone.page.get_by_label("说了什么")
    field.fill("磁盘")
    phone.wait_for_draft("磁盘")
    disk.fill()
    field.fill(words)
    phone.sees("草稿存不下")
    phone.tap("保存")
    phone.sees("这条还没有保存。请删掉一些照片或应用，再点保存")
    expect(field).to_have_value(words)
    disk.empty()
    phone.tap("保存")
    phone.page.wait_for_url(dwelling)
    phone.sees(words)
    phone.wait_until_sent()
    assert kept(town, [words]) == [words]


def test_a_full_disk_on_which_no_try_can_be_counted_is_said_at_the_lock_and_opens_once_there_is_room(
    phone: Handset, disk: Disk
) -> None:
    # what comes from the server meanwhile would meet the full disk too
    phone.lose_signal()
    phone.open("/me")
    phone.tap("换解锁密码")
    disk.fill()
    for label, pin in (("现在的解锁密码", PIN), (CHOOSING[0], "975310"), (CHOOSING[1], "975310")):
        phone.page.get_by_label(label, exact=True).fill(pin)
    phone.page.get_by_role("dialog").get_by_role("button", name="换解锁密码").tap()
    phone.sees("手机存储满了，现在办不了。请删掉一些照片或应用，再试一次。")
    disk.empty()
    phone.tap("关闭")
    phone.tap("现在锁上")
    field = phone.page.get_by_label("解锁密码", exact=True)
    expect(field).to_be_visible()
    disk.fill()
    field.fill(PIN)
    phone.sees("手机存储满了，现在办不了。请删掉一些照片或应用，再试一次。")
    expect(phone.page.get_by_text("正在打开…")).to_have_count(0)
    expect(field).to_have_value("")
    disk.empty()
    phone.unlock()


def test_a_full_disk_does_not_keep_a_lock_from_holding_in_every_tab_at_a_tap(
    phone: Handset, disk: Disk
) -> None:
    # what comes from the server meanwhile would meet the full disk too
    phone.lose_signal()
    other = phone.context.new_page()
    other.goto(phone.page.url)
    phone.unlock(other)
    expect(other.get_by_role("heading", name="民情日记")).to_be_visible()
    phone.open("/me")
    disk.fill()
    phone.tap("现在锁上")
    for tab in (phone.page, other):
        expect(tab.get_by_label("解锁密码", exact=True)).to_be_visible()
        tab.reload()
        expect(tab.get_by_label("解锁密码", exact=True)).to_be_visible()
    disk.empty()
    phone.unlock()


def test_what_waits_is_sent_although_the_disk_is_too_full_to_note_or_encrypt_it(
    phone: Handset, disk: Disk, town: Running
) -> None:
    words = "满了也要送出去"
    phone.lose_signal()
    record(phone, phone.page.url.removeprefix(town.address), words)
    phone.page.evaluate(NOT_ALL_ENCRYPTED)
    disk.fill()
    with phone.page.expect_response("**/api/v1/rescues"):
        phone.find_signal()
    assert kept(town, [words]) == [words]
    disk.empty()
    everything_is_sent(phone)
    assert kept(town, [words]) == [words]
