"""Whoever leads a compound sees whose phone needs help with sending; of the others only how many they are."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from sync.instants import to_wire
from tests.device import Device
from tests.e2e.handset import Handset
from tests.e2e.pictured import GRID
from tests.e2e.test_accessible import inspected
from tests.serving import PASSWORD, Running


def test_a_phone_that_has_held_records_for_days_is_told_to_the_branch_secretary(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker, other = served.of_role("grid_worker", GRID)[:2]
    since = to_wire(datetime.now(UTC) - timedelta(days=3))
    with closing(Device(served.port, worker)) as device:
        device.post(device.envelope(device={"unsent": 4, "oldest_unsent_at": since}))
    with closing(Device(served.port, other)) as device:
        device.post(device.envelope(device={"unsent": 0}))

    phone = handset()
    (secretary,) = served.of_role("branch_secretary", GRID[:14])
    phone.sign_in(secretary, PASSWORD)
    phone.open("/me")
    phone.page.get_by_role("link", name="大家的手机").tap()
    phone.sees("的手机有 4 条记录 3 天没送出，请联系本人联网。")
    expect(phone.page.get_by_text("部都正常")).to_be_visible()
    session = phone.context.new_cdp_session(phone.page)
    assert [fault for fault in inspected(phone.page, session) if fault[2]] == []
