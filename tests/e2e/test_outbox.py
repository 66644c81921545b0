"""What waits is corrected in the outbox, and what was refused is taken up again: nothing is typed twice."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.e2e.handset import Handset
from tests.e2e.phone_storage import STORAGE
from tests.e2e.test_conflict import everything_is_sent
from tests.e2e.test_killed_browser import kept, record
from tests.e2e.test_main_job import open_case, sent_by
from tests.serving import PASSWORD, Running

SPOILED = f"""async (seq) => {{
  {STORAGE}
  const table = db.transaction('outbox', 'readwrite').objectStore('outbox')
  const row = await whenDone(table.get(seq))
  new Uint8Array(row.sealed)[20] ^= 1
  await whenDone(table.put(row))
  db.close()
}}"""
"""A bit of what lies at this place of the outbox is flipped."""

GRID = "3706020030010101"
HOME = "1-1-202"


def line(phone: Handset, words: str) -> Locator:
    """The outbox's line with these words."""
    return phone.page.get_by_role("article").filter(has_text=words)


def correct(phone: Handset, words: str) -> None:
    phone.open("/outbox")
    line(phone, words).get_by_role("link", name="修改").tap()


def test_a_case_and_a_visit_are_corrected_from_the_outbox_before_anybody_was_given_them(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = handset()
    knocker = served.of_role("grid_worker", GRID)[1]
    worker.sign_in(knocker, PASSWORD)
    before = sent_by(served, knocker)
    worker.find_dwelling(HOME)
    dwelling = worker.page.url
    worker.lose_signal()
    open_case(worker, "登记事项", "想借一把椅字")
    case = worker.page.url
    worker.page.goto(dwelling)
    worker.tap("记走访")
    worker.page.get_by_label("说了什么").fill("水表不转")
    worker.tap("保存")
    worker.page.wait_for_url(dwelling)

    correct(worker, "想借一把椅字")
    expect(worker.page.get_by_text("1-202").first).to_be_visible()
    worker.page.get_by_label("标题").fill("想借一把椅子")
    worker.page.get_by_role("radio", name="紧急").tap()
    worker.wait_for_draft("想借一把椅子")
    # nor is it told that it repeats itself; no other case is about chairs
    expect(worker.page.get_by_text("可能已经有人登记过")).to_have_count(0)
    correct(worker, "想借一把椅字")
    worker.sees("已恢复上次没写完的内容")
    worker.tap("保存")
    worker.page.wait_for_url(case)
    expect(worker.page.get_by_role("heading", level=1)).to_have_text("想借一把椅子")
    worker.sees("紧急")

    correct(worker, "水表不转")
    worker.page.get_by_label("说了什么").fill("电表不转")
    worker.tap("保存")
    worker.page.wait_for_url("**/outbox")
    expect(line(worker, "改走访")).to_contain_text("改了说了什么")
    expect(line(worker, "想借一把椅字")).to_have_count(0)

    worker.find_signal()
    everything_is_sent(worker)
    sent = sent_by(served, knocker) - before
    assert sent == {"case.open": 1, "visit.record": 1, "visit.amend": 1}


def test_words_that_came_too_late_are_said_as_a_note_without_typing_them_again(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker, mate = handset(), handset()
    knocker, other = served.of_role("grid_worker", GRID)[1:3]
    worker.sign_in(knocker, PASSWORD)
    worker.find_dwelling(HOME)
    open_case(worker, "登记事项", "下水道堵了")
    case = worker.page.url
    everything_is_sent(worker)
    mate.sign_in(other, PASSWORD)
    mate.page.goto(case)
    mate.tap("接单")
    mate.sees("办理中")
    everything_is_sent(mate)
    everything_is_sent(worker)

    worker.lose_signal()
    worker.page.goto(case)
    worker.tap("上报")
    worker.page.get_by_label("理由").fill("整栋楼的主管道堵了")
    worker.tap("确认上报")
    expect(worker.page.get_by_label("理由")).to_be_hidden()
    mate.page.goto(case)
    mate.tap("办结")
    mate.page.get_by_label("办理情况").fill("已疏通")
    mate.tap("确认办结")
    expect(mate.page.get_by_label("办理情况")).to_be_hidden()
    everything_is_sent(mate)

    worker.find_signal()
    worker.open("/outbox")
    refused = line(worker, "整栋楼的主管道堵了")
    expect(refused).to_contain_text("没办成")
    refused.get_by_role("link", name="改了再送").tap()
    words = worker.page.get_by_label("想说的话")
    expect(words).to_have_value("整栋楼的主管道堵了")
    words.fill("整栋楼的主管道堵了，下周再看")
    worker.tap("确认留言")
    worker.sees("下周再看")
    everything_is_sent(worker)
    expect(worker.page.get_by_text("没办成")).to_have_count(0)


def test_a_visit_that_the_phone_cannot_read_any_more_stops_nothing_and_its_worker_is_told(
    new_phone: Callable[[], Handset], town: Running
) -> None:
    worker = new_phone()
    worker.sign_in("worker", PASSWORD)
    worker.find_dwelling("101")
    dwelling = worker.page.url.removeprefix(town.address)
    worker.lose_signal()
    for words in ("坏掉的这条", "后面的这条"):
        record(worker, dwelling, words)
    worker.page.evaluate(SPOILED, 1)
    worker.open("/outbox")
    expect(line(worker, "一次走访")).to_contain_text("这条在手机上坏了，打不开了，送不出去")
    worker.open(dwelling)
    worker.sees("后面的这条")
    worker.find_signal()
    everything_is_sent(worker)
    assert kept(town, ["坏掉的这条", "后面的这条"]) == ["后面的这条"]
    line(worker, "一次走访").get_by_role("button", name="不要了").tap()
    worker.page.get_by_role("dialog").get_by_role("button", name="不要了").tap()
    expect(worker.page.get_by_text("没办成")).to_have_count(0)
