"""Writing a new case without signal: what it may repeat, its duty item, and the receipt for the resident."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"
HOME = "1-1-101"
NUMBER = re.compile(r"^\d{3}-\d{3}-\d{4}$")


@pytest.fixture
def worker(handset: Callable[[], Handset], served: Running) -> Handset:
    """A grid worker's phone at a door, without signal."""
    phone = handset()
    phone.sign_in(served.of_role("grid_worker", GRID)[0], PASSWORD)
    # it comes after the first copy, and the signal is to be lost after it
    phone.wait_for_words("duty_list", "mine")
    phone.lose_signal()
    phone.find_dwelling(HOME)
    return phone


def write_case(phone: Handset, entry: str, title: str) -> None:
    phone.tap(entry)
    phone.page.get_by_label("标题").fill(title)


def test_a_likely_duplicate_is_looked_at_and_the_draft_is_still_there(worker: Handset) -> None:
    dwelling = worker.page.url
    write_case(worker, "登记事项", "阳台晾衣架砸到楼下")
    worker.tap("保存")
    worker.sees("办理经过")
    worker.page.goto(dwelling)
    write_case(worker, "有事找支部", "楼下说阳台晾衣架掉下来")
    worker.wait_for_draft("晾衣架掉下来")
    worker.sees("可能已经有人登记过")
    worker.page.get_by_role("link", name="阳台晾衣架砸到楼下").tap()
    worker.sees("办理经过")
    worker.tap("返回")
    expect(worker.page.get_by_label("标题")).to_have_value("楼下说阳台晾衣架掉下来")
    worker.tap("保存")
    worker.sees("居民回执")


def test_an_item_of_the_duty_list_is_offered_by_the_words_and_left_alone_once_chosen(
    worker: Handset,
) -> None:
    write_case(worker, "登记事项", "暖气不热")
    duty_item = worker.page.get_by_role("group", name="职责事项")
    duty_item.get_by_role("button", name="暖气不热").tap()
    expect(duty_item).to_contain_text("供热 · 供热公司 · 2 个工作日内")
    worker.page.get_by_label("标题").fill("下水道堵了")
    expect(duty_item.get_by_role("button", name="下水道堵塞返水")).to_have_count(0)
    expect(duty_item).to_contain_text("供热公司")
    worker.tap("保存")
    worker.sees("供热 · 暖气不热")


def test_a_resident_is_shown_a_receipt_and_the_case_is_found_by_its_number(worker: Handset) -> None:
    write_case(worker, "有事找支部", "水管漏水")
    worker.tap("保存")
    receipt = worker.page.get_by_role("dialog", name="居民回执")
    number = receipt.get_by_text(NUMBER).inner_text()
    expect(receipt.get_by_role("img", name=f"{number} 的二维码")).to_be_visible()
    expect(receipt).not_to_contain_text("水管漏水")
    receipt.get_by_role("button", name="关闭").tap()
    worker.page.reload()
    worker.sees(number)
    expect(receipt).to_have_count(0)

    worker.open("/search")
    worker.page.get_by_role("searchbox").fill(number.replace("-", " "))
    worker.page.get_by_role("link", name="水管漏水").tap()
    worker.tap("居民回执")
    expect(receipt).to_contain_text(number)


@pytest.mark.parametrize("words", ["竹竿 晾衣", "zglyj"])
def test_a_case_is_found_by_words_of_its_title_before_the_server_has_heard_of_it(
    worker: Handset, words: str
) -> None:
    write_case(worker, "登记事项", "竹竿晾衣架挡路")
    worker.tap("保存")
    worker.sees("办理经过")
    worker.page.get_by_role("link", name="查找").tap()
    worker.page.get_by_role("searchbox").fill(words)
    worker.sees("找到 1 件事")
    worker.page.get_by_role("link", name="竹竿晾衣架挡路").tap()
    worker.sees("办理经过")
    worker.tap("返回")
    expect(worker.page.get_by_role("searchbox")).to_have_value(words)
