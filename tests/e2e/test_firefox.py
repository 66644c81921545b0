"""A real Firefox: its first visit, and Web Push with nothing left out, from our server to a tap."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.ids import new_id
from tests.autopush import Autopush
from tests.device import Device
from tests.e2e.firefox import Firefox
from tests.serving import Running
from tests.town import PASSWORD, id_of


@pytest.fixture
def autopush() -> Iterator[Autopush]:
    with Autopush() as service:
        yield service
        assert service.refused == []


@pytest.fixture
def secretary(town: Running, autopush: Autopush, tmp_path: Path) -> Iterator[Firefox]:
    phone = Firefox(tmp_path / "phone", town.address, autopush.browsers)
    yield phone
    phone.power_off()


def open_case(town: Running) -> str:
    """A worker brings a matter to the branch; the case's id."""
    worker, case = Device(town.port, "worker"), new_id()
    about = {"kind": "branch", "title": "三楼水管漏水", "dwelling_id": id_of("g1-101")}
    worker.post(worker.envelope(mutations=[worker.mutation("case.open", id=case, **about)]))
    worker.close()
    return case


def test_a_notice_reaches_the_secretary_in_firefox_and_its_tap_opens_the_case(
    town: Running, secretary: Firefox
) -> None:
    secretary.sign_in("secretary", PASSWORD)
    secretary.open("/me")
    secretary.sees("全部已送达")
    secretary.tap("switch", "消息提醒")
    secretary.sees("已打开。有新事项会提醒您。")

    case = open_case(town)
    assert secretary.notification() == "有新事项转到您单位"
    secretary.tap_notification()
    secretary.sees("三楼水管漏水")
    assert secretary.path == f"/cases/{case}"


def test_a_first_visit_is_told_of_no_new_version_when_it_was_begun_twice(
    secretary: Firefox,
) -> None:
    secretary.open("/")
    secretary.begins_to_keep()
    secretary.open("/")
    secretary.is_kept()
    secretary.sees("第一次登录需要联网")
    assert "有新版本" not in secretary.text()
