"""Whoever leads a compound takes or leaves what somebody wrote before they were shut out (P8)."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from app.ids import new_id
from tests.device import Device
from tests.e2e.handset import Handset
from tests.e2e.pictured import GRID
from tests.e2e.test_accessible import inspected
from tests.e2e.test_case_life import of
from tests.serving import PASSWORD, Running, qiaomen
from tests.town import id_of

SAID = "停用前一天去过，灯泡已换"
NEWCOMER = "孙新来"


@pytest.fixture
def home(served: Running) -> Iterator[str]:
    """A dwelling where a worker, suspended since, had visited and corrected a resident's number."""
    worker = served.of_role("grid_worker", GRID)[0]
    with closing(Device(served.port, worker)) as device:
        _, operations = device.bring_down()
        resident = next(
            op for op in operations if op["type"] == "resident" and op["value"]["phone"]
        )
        home = str(resident["value"]["dwelling_id"])
        visit = {"dwelling_id": home, "kind": "routine", "summary": SAID}
        changes = {"phone": "13800000003"}
        about = {"dwelling_id": home, "name": NEWCOMER, "phone": "13905351234"}
        cared = {"care_needs": ["living_alone"], "consented_on": "2026-11-01"}
        reporter = {"name": "孙大爷", "phone": "13800000009"}
        case = {"kind": "branch", "title": "楼道灯不亮", "dwelling_id": home, "reporter": reporter}
        written = [
            *device.visits(home, 1),
            device.mutation("resident.edit", id=resident["id"], changes=changes),
            device.mutation("resident.add", id=new_id()),
            device.mutation("case.open", id=new_id(), **case, urgency="urgent"),
        ]
        written[0]["args"] |= visit
        written[2]["args"] |= about | cared
        qiaomen(served.env, "suspend", worker)
        answer = device.post(device.envelope(mutations=written))
        assert answer.count(b'"quarantined"') == len(written)
    yield home
    qiaomen(served.env, "reinstate", worker)


def test_what_a_suspended_worker_had_written_counts_once_the_branch_secretary_has_taken_it(
    handset: Callable[[], Handset], served: Running, home: str
) -> None:
    phone = handset()
    (secretary,) = served.of_role("branch_secretary", GRID[:14])
    phone.sign_in(secretary, PASSWORD)
    phone.open(f"/dwellings/{home}")
    phone.page.get_by_role("heading", level=1).wait_for()
    expect(phone.page.get_by_text(SAID)).to_have_count(0)

    phone.open("/me")
    link = phone.page.get_by_role("link", name="待您决定的记录")
    expect(link).to_contain_text("条")
    link.tap()
    cards = phone.page.get_by_role("article")
    visit, correction = cards.filter(has_text=SAID), cards.filter(has_text="138****0003")
    expect(visit).to_have_count(1)
    expect(visit).to_contain_text("走访类型")
    newcomer = cards.filter(has_text=NEWCOMER)
    expect(newcomer).to_contain_text("电话139****1234")
    expect(newcomer).to_contain_text("需要关照独居老人")
    reported = cards.filter(has_text="楼道灯不亮")
    expect(reported).to_contain_text("急不急紧急")
    expect(reported).to_contain_text("反映人孙大爷、138****0009")
    session = phone.context.new_cdp_session(phone.page)
    assert [fault for fault in inspected(phone.page, session) if fault[2]] == []

    visit.get_by_role("button", name="采用").first.tap()
    phone.sees("已采用")
    expect(visit).to_have_count(0)
    correction.get_by_role("button", name="不采用").tap()
    phone.page.get_by_role("dialog").get_by_role("button", name="不采用").tap()
    phone.sees("没有采用，原文已留底")
    expect(correction).to_have_count(0)
    for card in (newcomer, reported):
        card.get_by_role("button", name="不采用").tap()
        phone.page.get_by_role("dialog").get_by_role("button", name="不采用").tap()
        expect(card).to_have_count(0)

    phone.open(f"/dwellings/{home}")
    phone.sees(SAID)

    phone.open("/me")
    phone.lose_signal()
    phone.page.get_by_role("link", name="待您决定的记录").tap()
    phone.sees("现在没有信号，这件事要联网才能做")


@pytest.fixture
def case(town: Running) -> Iterator[str]:
    """The title of a case for which a worker, suspended since, had asked for time and heard its resident."""
    id_, title = new_id(), "水表不走"
    about = {"kind": "doorstep", "title": title, "dwelling_id": id_of("g2-101")}
    until = (datetime.now(UTC) + timedelta(days=9)).replace(hour=15, minute=59).isoformat()
    heard = {"solved": False, "content": False, "how": "call"}
    with closing(Device(town.port, "second-worker")) as device:
        device.post(device.envelope(mutations=[device.mutation("case.open", id=id_, **about)]))
        written = [
            device.mutation("case.extend", id=id_, event_id=new_id(), until=until, reason="等水表"),
            device.mutation("case.rate", id=id_, event_id=new_id(), **heard),
        ]
        qiaomen(town.env, "suspend", "second-worker")
        device.post(device.envelope(mutations=written))
    yield title
    qiaomen(town.env, "reinstate", "second-worker")


def test_who_decides_reads_until_when_time_is_asked_and_what_the_resident_said(
    new_phone: Callable[[], Handset], case: str
) -> None:
    phone = new_phone()
    phone.sign_in("secretary", PASSWORD)
    phone.open("/me/held")
    cards = phone.page.get_by_role("article")
    expect(cards.filter(has_text=f"申请延期：{case}")).to_contain_text("23:59")
    expect(cards.filter(has_text=f"回访评价：{case}")).to_contain_text("没解决 · 不满意 · 电话回访")


@pytest.fixture
def held(town: Running) -> Iterator[None]:
    """Six visits of a worker, suspended since, that wait for a decision."""
    with closing(Device(town.port, "second-worker")) as device:
        written = device.visits(id_of("g2-101"), 6)
        qiaomen(town.env, "suspend", "second-worker")
        device.post(device.envelope(mutations=written))
    yield
    qiaomen(town.env, "reinstate", "second-worker")


@pytest.mark.usefixtures("held")
def test_a_second_tap_on_refuse_takes_none_of_the_others_that_lie_below_the_question(
    new_phone: Callable[[], Handset],
) -> None:
    phone = of(new_phone, "secretary", "/me/held")
    cards = phone.page.get_by_role("article")
    waiting = cards.filter(has_text="second-worker")
    waiting.first.wait_for()
    count = waiting.count()
    waiting.first.get_by_role("button", name="不采用").tap()
    refuse = phone.page.get_by_role("dialog").get_by_role("button", name="不采用")
    refuse.tap(trial=True)
    question, take = (
        refuse.bounding_box(),
        waiting.nth(3).get_by_role("button").first.bounding_box(),
    )
    assert question
    assert take
    phone.page.evaluate("(by) => scrollBy(0, by)", take["y"] - question["y"])
    phone.tap_twice(refuse, at=take["x"] + take["width"] / 2)
    phone.sees("没有采用，原文已留底")
    phone.open("/me/held")
    expect(waiting).to_have_count(count - 1)
