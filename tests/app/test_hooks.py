"""A district's platform is told by signed webhooks what happens to its cases, in order, until it has it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text

from app.channels.webhook_signature import signature
from app.config import Config
from app.extensions import reading, writing
from app.models import Case, Connector, Handover
from app.services import connecting
from app.services.following import Following
from app.services.handovers import LEASE, due_longest
from app.services.importing.units import import_units
from app.services.tidying import TOLD, forget_hooks, forget_told
from tests.app.conftest import Somebody
from tests.app.district import CASE, MINUTE, District
from tests.app.test_handing_over import DIES_AFTER_SENDING, NOT_CONNECTED
from tests.meanwhile import Halt, on_postgresql
from tests.phone import new_id
from tests.plans import plan_of
from tests.webhook_receiver import LOST, SECRET, WebhookReceiver
from tests.webhook_receiver import receiver as receiver
from tests.worker_process import running

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHER_SECRET = "whsec_" + "b3RoZXIg" * 4


class Told(District):
    """The district with a platform that takes webhooks."""

    receiver: WebhookReceiver

    def run(self, *arguments: str, key: str = SECRET) -> Any:
        return super().run(*arguments, key=key)

    def connect(self, key: str = SECRET) -> None:
        told = self.run("district", "--webhook", self.receiver.url, key=key)
        assert told.exit_code == 0, told.output


def copied(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


@pytest.fixture
def district(
    town: Flask, config: Config, receiver: WebhookReceiver, somebody: Callable[..., Somebody]
) -> Told:
    told = Told(town, config, somebody)
    told.receiver, receiver.clock = receiver, lambda: told.now
    return told


def test_what_happens_is_told_in_order_with_the_whole_case_and_nobodys_name(district: Told) -> None:
    district.connect()
    district.case_arrives(category="给排水")
    district.work()
    district.act("district-officer", "accept")
    district.act("district-officer", "note", text="已联系自来水公司")
    district.act("district-officer", "resolve", text="水管已换")
    rated: dict[str, Any] = {"solved": False, "content": False, "how": "call", "text": "李四说还漏"}
    district.act("worker", "rate", **rated)
    district.act("district-officer", "withdraw", reason="与另一件重复")
    district.work(MINUTE)
    assert [(e["type"], e["data"]["notes"]) for _, e in district.receiver.taken] == [
        ("case.arrived", ""),
        ("case.noted", "已联系自来水公司"),
        ("case.resolved", "水管已换"),
        ("case.reopened", ""),
        ("case.withdrawn", "与另一件重复"),
    ]
    arrived = district.receiver.taken[0][1]["data"]
    assert (arrived["case_id"], arrived["title"], arrived["detail"]) == (CASE, "楼道漏水", "三天了")
    assert arrived["category"] == "给排水"
    assert arrived["place"].startswith("garden garden-1号楼 1单元，garden")
    assert "李四" not in str(district.receiver.taken)
    assert "13900000000" not in str(district.receiver.taken)
    assert set(district.states()) == {"done"}


def test_a_case_that_is_returned_has_left_and_is_told_of_no_more(district: Told) -> None:
    district.connect()
    district.case_arrives()
    district.work()
    district.act("district-officer", "return", reason="请街道先办")
    district.act("officer", "note", text="街道在办")
    district.work(MINUTE)
    assert district.receiver.types() == ["case.arrived", "case.left"]


def test_a_case_whose_community_comes_under_another_district_has_left(
    district: Told, tmp_path: Path
) -> None:
    district.connect()
    district.case_arrives()
    district.work()
    units = tmp_path / "units.csv"
    units.write_text(
        "code,name,level,parent_code\nother,某区,district,city\nother-street,某街道,street,other\n"
        "community,community,community,other-street\n",
        "utf-8",
    )
    import_units(units, district.now)
    district.work(MINUTE)
    assert district.receiver.types() == ["case.arrived", "case.left"]


def test_a_case_that_was_settled_before_the_platform_heard_of_it_is_not_told(
    district: Told,
) -> None:
    district.case_arrives()
    district.act("district-officer", "withdraw", reason="已自行解决")
    district.connect()
    district.work()
    assert (district.receiver.taken, set(district.states())) == ([], {"dropped"})


@pytest.mark.parametrize("fault", [500, LOST])
def test_a_later_event_waits_for_the_earlier_one_whose_retry_has_the_same_id(
    district: Told, fault: int | str
) -> None:
    district.connect()
    district.case_arrives()
    district.receiver.faults.append(fault)
    district.work()
    district.act("district-officer", "note", text="已派单")
    district.work()
    assert district.states() == ["waiting", "waiting"]
    district.work(HOUR)
    lost = ["case.arrived"] if fault == LOST else []
    assert district.receiver.types() == [*lost, "case.arrived", "case.noted"]
    assert len({id_ for id_, _ in district.receiver.taken}) == 2


def test_a_worker_killed_between_sending_and_recording_sends_it_again_under_the_same_id(
    district: Told,
) -> None:
    district.connect()
    district.case_arrives()
    options = ("--once", "--now", district.now.isoformat())
    with running(district.config, *options, before=DIES_AFTER_SENDING) as process:
        process.communicate(timeout=60)
    assert process.returncode == -9
    district.act("district-officer", "note", text="已派单")
    district.work(LEASE + MINUTE)
    assert district.receiver.types() == ["case.arrived", "case.arrived", "case.noted"]
    assert len({id_ for id_, _ in district.receiver.taken}) == 2


def test_a_receiver_that_is_gone_stops_the_connector_which_says_why_and_may_be_connected_anew(
    district: Told,
) -> None:
    district.connect()
    district.case_arrives()
    district.receiver.faults.append(410)
    district.work()
    district.work(HOUR)
    assert district.receiver.taken == []
    assert "UTC: answered 410" in district.run("--list").output
    district.connect()
    district.work(HOUR)
    assert district.receiver.types() == ["case.arrived"]
    assert "stopped" not in district.run("--list").output


def test_a_platform_that_is_connected_anew_while_the_old_one_says_that_it_is_gone_stays_connected(
    district: Told,
) -> None:
    district.connect()
    district.case_arrives()
    district.receiver.faults.append(410)
    Following()(district.now)
    handing = district.hire()
    assert handing(district.now)
    district.connect(OTHER_SECRET)
    handing.finish()
    assert "stopped" not in district.run("--list").output
    district.work(HOUR)
    assert district.receiver.types() == ["case.arrived"]


@on_postgresql
def test_a_platform_that_is_connected_anew_in_the_moment_in_which_the_old_one_is_stopped_goes_on(
    district: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    district.connect()
    district.case_arrives()
    district.receiver.faults.append(410)
    Following()(district.now)
    handing, halt = district.hire(), Halt()
    assert handing(district.now)
    monkeypatch.setattr(connecting, "_change_key", halt.after(connecting._change_key))
    halt.meanwhile(district.app, partial(district.connect, OTHER_SECRET), handing.finish)
    assert "stopped" not in district.run("--list").output


def test_a_changed_secret_and_its_former_one_sign_side_by_side_for_a_day(district: Told) -> None:
    district.connect()
    district.connect(OTHER_SECRET)
    district.case_arrives()
    district.work()
    assert district.receiver.types() == ["case.arrived"]
    assert [len(signed) for signed in district.receiver.signatures] == [2]
    district.receiver.secrets = [OTHER_SECRET]
    district.act("district-officer", "note", text="已派单")
    district.work(DAY)
    assert [len(signed) for signed in district.receiver.signatures] == [2, 1]
    forget_hooks(district.now)
    with reading() as session:
        assert session.scalars(select(Connector.former_secret)).one() is None


def test_a_secret_from_before_a_stop_is_good_no_more(district: Told) -> None:
    district.connect()
    district.run("district", "--stop")
    district.connect(OTHER_SECRET)
    with reading() as session:
        assert session.scalars(select(Connector.former_secret)).one() is None


def test_a_secret_that_cannot_be_read_any_more_is_not_kept_beside_the_new_one(
    district: Told,
) -> None:
    district.connect()
    district.lose_secret()
    district.connect(OTHER_SECRET)
    with reading() as session:
        assert session.scalars(select(Connector.former_secret)).one() is None


def test_what_the_platform_knows_of_a_case_is_forgotten_only_when_the_case_is_settled(
    district: Told,
) -> None:
    district.connect()
    district.case_arrives()
    district.work()
    later = district.now + TOLD + HOUR
    forget_told(later)
    assert district.states() == ["done"]
    district.act("district-officer", "withdraw", reason="已自行解决")
    district.work(MINUTE)
    forget_told(later)
    assert district.states() == []


def test_what_is_due_is_read_off_the_index_and_an_earlier_event_is_looked_up_by_its_case(
    district: Told,
) -> None:
    district.connect()
    district.case_arrives()
    district.work()
    with writing() as session:
        cases, handovers = (
            [
                {**copied(session.scalars(select(model)).one()), "id": new_id(f"{i}")}
                for i in range(900)
            ]
            for model in (Case, Handover)
        )
        session.execute(insert(Case), cases)
        for i, (case, handover) in enumerate(zip(cases, handovers, strict=True)):
            handover |= {"case_id": case["id"], "state": "waiting" if i % 3 else "done"}
        session.execute(insert(Handover), handovers)
        session.execute(text("ANALYZE"))
    plan = plan_of(due_longest(district.now + HOUR))
    assert "ix_handover_under_way" in plan
    assert "ix_handover_community_id_case_id" in plan or "ix_handover_case" in plan
    assert "Sort" not in plan
    assert "Hash" not in plan


@pytest.mark.parametrize(
    ("url", "key", "words"),
    [
        ("https://10.0.0.8/events", SECRET, "is neither https to a public host name nor within"),
        ("https://12345.example.cn/events", "key-of-the-platform", "is not whsec_ and 24"),
        ("https://12345.example.cn/events", "whsec_c2hvcnQ=", "is not whsec_ and 24"),
    ],
)
def test_a_connection_that_cannot_work_is_refused_in_words(
    district: Told, url: str, key: str, words: str
) -> None:
    told = district.run("district", "--webhook", url, key=key)
    assert told.exit_code == 1
    assert words in told.output
    assert district.run("--list").output == NOT_CONNECTED


def test_a_signature_is_the_one_of_the_specifications_own_example() -> None:
    signed = signature(
        SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
