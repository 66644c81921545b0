"""A worker puts together the phrases they really use; a tap then writes them."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"


def test_a_worker_changes_the_common_phrases_without_signal_and_finds_them_at_the_next_door(
    handset: Callable[[], Handset], served: Running
) -> None:
    phone = handset()
    phone.sign_in(served.of_role("grid_worker", GRID)[1], PASSWORD)
    phone.find_dwelling("1-1-301")
    phone.lose_signal()
    phone.tap("记走访")
    said = phone.page.get_by_label("说了什么")
    said.fill("开门的是儿子")
    phone.tap("改常用的话")
    lines = phone.page.get_by_label("一行一句")
    expect(lines).to_have_value(
        "一切正常\n身体挺好\n水电气正常\n家里没人照顾\n想问政策\n有意见要反映\n灯不亮\n漏水"
    )
    lines.fill("药按时吃\n一切正常\n")
    phone.page.get_by_role("dialog").get_by_role("button", name="保存").tap()
    phrases = phone.page.get_by_role("group", name="常用的话").get_by_role("button")
    expect(phrases).to_have_text(["药按时吃", "一切正常"])
    phrases.first.tap()
    expect(said).to_have_value("开门的是儿子；药按时吃")

    phone.find_dwelling("1-1-302")
    phone.tap("记走访")
    expect(phrases).to_have_text(["药按时吃", "一切正常"])
    phone.tap("改常用的话")
    phone.tap("恢复原来的")
    expect(phrases).to_have_count(8)
