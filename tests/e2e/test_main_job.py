"""The main job in real browsers: from a phone without signal to the community."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from PIL import Image
from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.push_service import PushService
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"


def record_visit(phone: Handset, words: str, photo: Path) -> None:
    phone.tap("记走访")
    phone.page.get_by_label("说了什么").fill(words)
    phone.page.locator("input[type=file]").first.set_input_files(photo)
    expect(phone.page.locator("img").first).to_be_visible()
    phone.tap("保存")


def open_case(phone: Handset, entry: str, title: str) -> None:
    phone.tap(entry)
    phone.page.get_by_label("标题").fill(title)
    phone.tap("保存")
    expect(phone.page.get_by_role("heading", name=title)).to_be_visible()


def photo_of(tmp_path: Path) -> Path:
    path = tmp_path / "stairs.jpg"
    Image.effect_noise((3000, 2000), 40).convert("RGB").save(path)
    return path


def with_notices(phone: Handset, service: PushService, username: str) -> dict[str, object]:
    """Sign in and switch notices on, by way of the page's own switch."""
    subscription: dict[str, object] = service.new_subscription()
    phone.subscribe_at(subscription)
    phone.sign_in(username, PASSWORD)
    phone.open("/me")
    phone.page.get_by_role("switch", name="消息提醒").tap()
    expect(phone.page.get_by_role("switch", name="消息提醒")).to_be_checked()
    return subscription


def receive(
    phone: Handset, service: PushService, subscription: dict[str, object], count: int
) -> None:
    """The worker's push arrives, is decrypted as a browser would, and reaches the service worker."""
    (received,) = [
        push for push in service.wait_for(count) if push.endpoint == subscription["endpoint"]
    ]
    phone.deliver_push(received.plaintext)
    (shown,) = phone.notifications()
    assert shown["title"] == "有新事项转到您单位"
    phone.tap_notification()
    phone.page.wait_for_url(re.compile(f"/cases/{shown['tag']}$"))


def sent_by(served: Running, username: str) -> Counter[str]:
    """How many mutations of each name the server has of somebody, and keeps as applied."""
    database = connect(Path(served.env["QIAOMEN_DATA_DIR"]) / "qiaomen.db")
    with closing(database):
        rows = database.execute(
            "SELECT mutation.name, count(*) FROM mutation JOIN person ON person.id = person_id"
            " WHERE username = ? AND verdict = 'applied' GROUP BY mutation.name",
            [username],
        )
        return Counter(dict(rows.fetchall()))


def test_from_a_phone_without_signal_to_the_community(
    handset: Callable[[], Handset], served: Running, push_service: PushService, tmp_path: Path
) -> None:
    worker, secretary, community = handset(), handset(), handset()
    knocker = served.of_role("grid_worker", GRID)[0]
    worker.sign_in(knocker, PASSWORD)
    to_secretary = with_notices(
        secretary, push_service, served.of_role("branch_secretary", GRID[:14])[0]
    )
    to_community = with_notices(community, push_service, served.of_role("community_secretary")[0])

    before = sent_by(served, knocker)
    worker.lose_signal()
    worker.reopen()
    worker.find_dwelling("1-1-101")
    dwelling = worker.page.url
    record_visit(worker, "灯泡坏了，答应周三来换", photo_of(tmp_path))
    worker.page.wait_for_url(dwelling)
    worker.sees("灯泡坏了")
    open_case(worker, "登记事项", "楼道灯不亮")
    worker.sees("已存手机")
    worker.page.goto(dwelling)
    open_case(worker, "有事找支部", "三楼水管漏水")
    worker.sees("已存手机")
    case = worker.page.url
    worker.page.goto(dwelling)
    expect(worker.page.get_by_text("已存手机")).to_have_count(3)

    worker.find_signal()
    worker.wait_until_sent()
    worker.open("/outbox")
    worker.sees("全部已送达")
    assert sent_by(served, knocker) - before == {"visit.record": 1, "case.open": 2}
    worker.page.goto(case)
    expect(
        worker.page.get_by_text(re.compile(r"回执 [0-9A-Z]{4}-[0-9A-Z]{4}")).first
    ).to_be_visible()

    receive(secretary, push_service, to_secretary, 1)
    secretary.tap("接单")
    secretary.sees("办理中")
    secretary.tap("上报")
    secretary.page.get_by_label("理由").fill("要动公共水管，请社区协调")
    secretary.tap("确认上报")
    secretary.sees("要动公共水管")

    receive(community, push_service, to_community, 2)
    community.sees("要动公共水管")
    community.tap("接单")
    community.sees("办理中")

    worker.reopen()
    worker.page.goto(case)
    for step in ("登记", "接单", "上报", "要动公共水管"):
        worker.sees(step)
    expect(worker.page.get_by_text(re.compile("翡翠社区")).first).to_be_visible()
