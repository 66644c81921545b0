"""A case that reaches a connected district climbs on to its platform, whose progress comes back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text

from app.commands.connecting import KEY
from app.config import Config
from app.extensions import reading, writing
from app.models import Connector, Handover
from app.services.filing import ASKED_EVERY
from app.services.handing_over import MOST_ATTEMPTS
from app.services.handovers import LEASE, due_longest
from app.services.tidying import TOLD, forget_told
from app.strongbox import Strongbox
from tests.app.conftest import Somebody
from tests.app.district import MINUTE, District
from tests.georeport import API_KEY, JURISDICTION, LOST, SILENT, GeoReportServer
from tests.georeport import georeport as georeport
from tests.phone import new_id
from tests.plans import plan_of
from tests.worker_process import running

HOUR = timedelta(hours=1)

DIES_AFTER_SENDING = """
import os, signal
from app.services import handovers
handovers.record = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""


class Served(District):
    """The district with a platform that speaks Open311."""

    platform: GeoReportServer

    def run(self, *arguments: str, key: str = API_KEY) -> Any:
        return super().run(*arguments, key=key)

    def connect(self, *more: str, key: str = API_KEY) -> None:
        where = ("--open311", self.platform.url, "--jurisdiction", JURISDICTION)
        told = self.run("district", *where, "--service", "099", *more, key=key)
        assert told.exit_code == 0, told.output


@pytest.fixture
def district(
    town: Flask, config: Config, georeport: GeoReportServer, somebody: Callable[..., Somebody]
) -> Served:
    served = Served(town, config, somebody)
    served.platform = georeport
    return served


NOT_CONNECTED = "No district is connected to a platform.\n"
TAKEN = ("note", "系统", "民呼我应 1000")


def test_a_case_that_reaches_the_district_is_filed_once_without_anybodys_name(
    district: Served,
) -> None:
    district.connect("--category", "给排水", "042")
    district.case_arrives(category="给排水", urgency="urgent")
    district.work()
    district.work(MINUTE)
    (filed,) = district.platform.requests
    assert filed["service_code"] == "042"
    assert (
        filed["address"] == "garden garden-1号楼 1单元，garden，community，street，district，city"
    )
    assert filed["description"].startswith("【紧急】楼道漏水\n\n三天了\n\n敲门 ")
    assert "李四" not in str(filed)
    assert "13900000000" not in str(filed)
    assert "101" not in filed["address"]
    assert district.lines() == [TAKEN]
    assert district.states() == ["taken"]


def test_progress_comes_back_as_lines_and_a_closed_request_resolves_the_case(
    district: Served,
) -> None:
    district.connect()
    district.case_arrives()
    district.work()
    district.platform.say("已派维修队", "2026-11-24T09:00:00+08:00")
    district.work(ASKED_EVERY)
    district.work(ASKED_EVERY)
    assert district.case_state() == "open"
    district.platform.say("水管已换", "2026-11-25T09:00:00+08:00", "closed")
    district.work(ASKED_EVERY)
    district.work(ASKED_EVERY)
    assert district.lines() == [
        TAKEN,
        ("note", "民呼我应", "已派维修队"),
        ("resolve", "民呼我应", "水管已换"),
    ]
    assert (district.case_state(), district.states()) == ("resolved", ["done"])
    assert len([call for call in district.platform.calls if call == "GET requests.json"]) == 3


def test_a_case_returned_before_it_was_sent_is_not_sent(district: Served) -> None:
    district.connect()
    district.case_arrives()
    district.act("district-officer", "return", reason="请街道先办")
    district.work()
    assert (district.platform.calls, district.states()) == ([], ["dropped"])


@pytest.mark.parametrize("fault", [500, 400, 403, SILENT, LOST])
def test_a_platform_that_fails_gets_the_case_later_and_once(
    district: Served, fault: int | str
) -> None:
    district.connect()
    district.case_arrives()
    district.platform.faults.append(fault)
    district.work()
    assert district.states() == ["waiting"]
    district.work(HOUR)
    assert (len(district.platform.requests), district.states()) == (1, ["taken"])
    assert district.lines() == [TAKEN]


def test_a_worker_killed_between_sending_and_recording_leaves_one_request(
    district: Served,
) -> None:
    district.connect()
    district.case_arrives()
    options = ("--once", "--now", district.now.isoformat())
    with running(district.config, *options, before=DIES_AFTER_SENDING) as process:
        process.communicate(timeout=60)
    assert process.returncode == -9
    assert len(district.platform.requests) == 1
    district.work(LEASE + MINUTE)
    assert (len(district.platform.requests), district.states()) == (1, ["taken"])
    assert district.lines() == [TAKEN]


def test_a_platform_that_gives_a_token_is_asked_for_the_id(district: Served) -> None:
    district.platform.tokens = district.platform.token_pending = True
    district.connect()
    district.case_arrives()
    district.work()
    assert district.lines() == []
    district.work(ASKED_EVERY)
    district.platform.token_pending = False
    district.work(ASKED_EVERY)
    assert (district.lines(), district.states()) == ([TAKEN], ["taken"])


def test_what_the_district_holds_when_it_is_connected_is_handed_over_too(
    district: Served,
) -> None:
    district.case_arrives()
    district.work()
    district.connect()
    district.work(MINUTE)
    assert len(district.platform.requests) == 1


def fail_for_days(district: Served, status: int) -> None:
    """The platform answers so to every attempt there is."""
    district.platform.faults += [status] * MOST_ATTEMPTS
    for _ in range(MOST_ATTEMPTS):
        district.work(HOUR)


def test_a_case_that_the_platform_refuses_for_days_is_given_up(district: Served) -> None:
    district.connect()
    district.case_arrives()
    fail_for_days(district, 400)
    assert district.states() == ["failed"]


def test_a_stopped_connector_hands_nothing_over(district: Served) -> None:
    district.connect()
    assert district.run("district", "--stop").exit_code == 0
    district.case_arrives()
    district.work()
    assert (district.platform.calls, district.states()) == ([], [])
    assert "stopped" in district.run("--list").output


def join_two(district: Served) -> None:
    """The platform has two cases, of which the first is joined to the second."""
    district.connect()
    district.case_arrives("c1")
    district.case_arrives("c2")
    district.work()
    district.act("district-officer", "merge", into_id=new_id("c2"))


def test_a_joined_case_is_asked_about_until_the_one_it_was_joined_to_is_over(
    district: Served,
) -> None:
    join_two(district)
    district.work(ASKED_EVERY)
    assert district.states() == ["taken", "taken"]
    district.act("district-officer", "accept", "c2")
    district.act("district-officer", "resolve", "c2", text="水管已换")
    district.act("district-officer", "rate", "c2", solved=True, how="call")
    district.platform.calls.clear()
    district.work(ASKED_EVERY)
    assert (district.platform.calls, district.states()) == ([], ["done", "done"])


def test_a_case_that_was_joined_to_a_withdrawn_one_is_asked_about_as_before_and_not_sent_again(
    district: Served,
) -> None:
    join_two(district)
    district.act("district-officer", "withdraw", "c2", reason="已由供水公司处理")
    district.platform.calls.clear()
    district.work(ASKED_EVERY)
    assert district.platform.calls == ["GET requests.json"]
    assert sorted(district.states()) == ["done", "dropped", "taken"]


def test_a_key_that_cannot_be_read_any_more_stops_the_connector_once_and_says_what_to_do(
    district: Served, caplog: pytest.LogCaptureFixture
) -> None:
    district.connect()
    district.case_arrives()
    district.lose_secret()
    district.work()
    district.work(HOUR)
    assert (district.platform.calls, district.states()) == ([], ["waiting"])
    assert caplog.text.count("run `qiaomen connect` with it again; the connector is stopped") == 1
    assert "UTC: its key is locked by another secret" in district.run("--list").output
    district.connect()
    district.work(HOUR)
    assert district.states() == ["taken"]


def test_a_handover_is_forgotten_a_while_after_it_ended_and_never_before(
    district: Served,
) -> None:
    district.connect()
    district.case_arrives()
    district.work()
    later = district.now + TOLD + HOUR
    forget_told(later)
    assert district.states() == ["taken"]
    district.platform.say("水管已换", "2026-11-25T09:00:00+08:00", "closed")
    district.work(ASKED_EVERY)
    forget_told(district.now)
    assert district.states() == ["done"]
    forget_told(later)
    assert district.states() == []


def test_the_handover_that_is_due_longest_is_read_off_the_index_among_many_that_ended(
    district: Served,
) -> None:
    district.connect()
    district.case_arrives()
    district.work()
    with writing() as session:
        row = session.scalars(select(Handover)).one()
        values = {c.key: getattr(row, c.key) for c in Handover.__table__.columns}
        ended = [{**values, "id": new_id(f"ended {i}"), "state": "done"} for i in range(3000)]
        under_way = [{**values, "id": new_id(f"under way {i}")} for i in range(300)]
        session.execute(insert(Handover), ended + under_way)
        session.execute(text("ANALYZE"))
    plan = plan_of(due_longest(district.now + HOUR))
    assert "ix_handover_under_way" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_a_key_lies_encrypted_and_is_never_shown(district: Served) -> None:
    district.connect()
    with reading() as session:
        row = session.scalars(select(Connector)).one()
    assert API_KEY.encode() not in row.secret
    assert Strongbox(district.config.keys.secret).open(row.id, row.secret) == API_KEY
    listed = district.run("--list").output
    assert district.platform.url in listed
    assert API_KEY not in listed


@pytest.mark.parametrize(
    ("code", "url", "key", "words"),
    [
        ("street", "https://12345.example.cn/v2", API_KEY, "there is no district street"),
        (
            "district",
            "https://10.0.0.8/v2",
            API_KEY,
            "is neither https to a public host name nor within",
        ),
        ("district", "https://12345.example.cn/v2", "", f"no key in {KEY}"),
    ],
)
def test_a_connection_that_cannot_work_is_refused_in_words(
    district: Served, code: str, url: str, key: str, words: str
) -> None:
    told = district.run(code, "--open311", url, "--service", "099", key=key)
    assert told.exit_code == 1
    assert words in told.output
    assert district.run("--list").output == NOT_CONNECTED


def test_a_code_that_the_platform_has_no_service_for_is_said_with_those_it_has(
    district: Served,
) -> None:
    where = ("--open311", district.platform.url, "--jurisdiction", JURISDICTION)
    told = district.run("district", *where, "--service", "099", "--category", "路灯", "043")
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        "Error: Nothing was changed: the platform has no service 043. It has:",
        "  042  给排水",
        "  099  综合",
        "  99  其他[2J",
    ]
    assert district.run("--list").output == NOT_CONNECTED


@pytest.mark.parametrize(
    ("fault", "said"), [(SILENT, "ConnectionError"), (503, "answered 503")], ids=["silent", "down"]
)
def test_a_platform_that_does_not_tell_its_services_is_not_connected_and_it_is_said_what_to_do(
    district: Served, fault: int | str, said: str
) -> None:
    district.platform.faults.append(fault)
    where = ("--open311", district.platform.url, "--jurisdiction", JURISDICTION)
    told = district.run("district", *where, "--service", "099")
    assert told.exit_code == 1
    assert f"did not tell its services ({said})" in told.output
    assert "then run the command again" in told.output
    assert district.run("--list").output == NOT_CONNECTED


def test_what_is_tried_anew_after_days_may_fail_once_more_before_it_is_given_up(
    district: Served,
) -> None:
    district.connect()
    district.case_arrives()
    fail_for_days(district, 503)
    assert district.states() == ["failed"]
    district.connect()
    # everything that had waited comes at once
    district.platform.faults += [429]
    district.work(HOUR)
    district.work(HOUR)
    district.work(HOUR)
    assert (district.states(), len(district.platform.requests)) == (["taken"], 1)
