"""A notice that nobody opens climbs its ladder: phones, channels, the next on the roster, the secretary."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update

from app.channels.group_channels import GroupChannels
from app.channels.ways import Ways
from app.channels.web_push import WebPush
from app.config import Config
from app.extensions import reading, writing
from app.models import Case, Delivery, DutyShift, Notice, NoticeRecipient
from app.services.addressing import address_all
from app.services.climbing import climb_all
from app.services.notifying import MOST_BY_CHANNEL, Postman
from app.services.subscribing import subscribe
from app.services.tidying import forget_told
from app.services.working import Worker
from app.services.working_days import is_working_day
from app.store import SqlStore
from app.strongbox import Strongbox
from sync.batch import Batch
from sync.deadlines import CHINA
from sync.notice_steps import audible_at
from sync.push import push
from tests.app.conftest import Somebody
from tests.group_robot import GroupRobot, set_up
from tests.loopback import LOOPBACK
from tests.phone import Phone, case_args, new_id
from tests.push_service import PushService
from tests.push_service import push_service as push_service
from tests.town import author, community_of, id_of
from tests.worker_process import running

# the State Council's holiday of 2025 is 1 to 8 October
TUESDAY = datetime(2025, 9, 30, 10, 0, tzinfo=CHINA)
MINUTES, HOURS = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def robot() -> Iterator[GroupRobot]:
    with GroupRobot() as robot:
        yield robot


class Ladder:
    """The branch of the garden: its secretary with a phone, its group's robot, and a clock moved by hand."""

    def __init__(
        self, config: Config, service: PushService, somebody: Callable[..., Somebody]
    ) -> None:
        self.config, self.service, self.somebody = config, service, somebody
        self.now, service.clock = TUESDAY, lambda: self.now
        self.opener = Phone(SqlStore(), author("worker"))

    def phone_of(self, name: str) -> dict[str, Any]:
        self.somebody(name)
        subscription = self.service.new_subscription(self.config.keys.vapid_public)
        subscribe(author(name), subscription, self.now, networks=LOOPBACK)
        return subscription

    def open_case(self, name: str = "one", **more: Any) -> str:
        args = case_args("g1-101", name, **more)
        mutations = [self.opener.make("case.open", self.now, **args)]
        push(SqlStore(), Batch(self.opener.author, mutations, self.now, self.now), is_working_day)
        return str(args["id"])

    def work(self, at: datetime) -> None:
        """Do all that is due at a moment."""
        self.now = at
        keys = self.config.keys
        ways = Ways(
            WebPush(keys.vapid, self.config.contact, networks=LOOPBACK),
            GroupChannels(Strongbox(keys.secret), "https://q.example", networks=LOOPBACK),
        )
        postman = Postman(ways, lambda: self.now, Random(7), audible_at)
        passes = [
            lambda now: address_all(now, audible_at),
            lambda now: climb_all(now, audible_at),
            postman.deliver,
        ]
        Worker(passes, lambda: self.now).run_once()
        postman.finish()

    def steps(self) -> list[str]:
        """The steps that made a delivery, in order."""
        with reading() as session:
            return list(
                session.scalars(select(Delivery.step).order_by(Delivery.due_at, Delivery.step))
            )

    def told(self) -> set[str]:
        with reading() as session:
            return set(session.scalars(select(NoticeRecipient.person_id)))


@pytest.fixture
def ladder(config: Config, push_service: PushService, somebody: Callable[..., Somebody]) -> Ladder:
    return Ladder(config, push_service, somebody)


def on_shift(name: str, unit: str, starts_at: datetime, hours: int = 8) -> None:
    beside = {"community_id": community_of(unit), "unit_id": id_of(unit), "person_id": id_of(name)}
    ends = {"starts_at": starts_at, "ends_at": starts_at + hours * HOURS}
    with writing() as session:
        session.add(
            DutyShift(
                id=new_id(f"{name} {starts_at}"),
                rostered_id=id_of(name),
                kind="duty",
                source="file",
                **beside,
                **ends,
            )
        )


def test_an_urgent_notice_nobody_opens_reaches_the_group_after_five_minutes(
    ladder: Ladder, robot: GroupRobot
) -> None:
    phone = ladder.phone_of("secretary")
    set_up(ladder.config, "garden", robot.url)
    case_id = ladder.open_case(
        urgency="urgent", title="燃气味", detail="张三家", reporter={"name": "张三"}
    )
    ladder.work(TUESDAY)
    ladder.work(TUESDAY + 4 * MINUTES)
    assert (len(ladder.service.payloads(phone)), robot.said) == (1, [])
    ladder.work(TUESDAY + 5 * MINUTES)
    (said,) = robot.said
    assert said == f"【紧急】有新事项转到您单位\n点开查看 https://q.example/cases/{case_id}"
    ladder.work(TUESDAY + 60 * MINUTES)
    assert len(robot.said) == 1


def test_a_grids_notice_turns_to_the_next_on_its_roster_and_then_to_the_secretary(
    ladder: Ladder,
) -> None:
    phones = {name: ladder.phone_of(name) for name in ("worker", "mate", "secretary")}
    on_shift("worker", "garden-1", TUESDAY - HOURS)
    on_shift("mate", "garden-1", TUESDAY + 12 * HOURS)
    phone = Phone(SqlStore(), author("secretary"))
    args = case_args("g1-101", "doorstep", kind="doorstep", urgency="urgent")
    mutations = [phone.make("case.open", TUESDAY, **args)]
    push(SqlStore(), Batch(phone.author, mutations, TUESDAY, TUESDAY), is_working_day)
    rings = []
    for minutes in (0, 5, 10, 15):
        ladder.work(TUESDAY + minutes * MINUTES)
        rings.append({n for n, one in phones.items() if ladder.service.payloads(one)})
    # the unit has no channel: that step is passed over
    assert rings == [{"worker"}, {"worker", "mate"}, set(phones), set(phones)]


def test_a_normal_notice_waits_out_the_night_and_national_day(
    ladder: Ladder, robot: GroupRobot
) -> None:
    phone = ladder.phone_of("secretary")
    set_up(ladder.config, "garden", robot.url)
    ladder.now = datetime(2025, 9, 30, 22, 0, tzinfo=CHINA)
    ladder.open_case()
    ladder.work(ladder.now)
    ladder.work(datetime(2025, 10, 1, 7, 59, tzinfo=CHINA))
    assert ladder.service.payloads(phone) == []
    ladder.work(datetime(2025, 10, 1, 8, 0, tzinfo=CHINA))
    assert len(ladder.service.payloads(phone)) == 1
    ladder.work(datetime(2025, 10, 9, 12, 29, tzinfo=CHINA))
    assert robot.said == []
    ladder.work(datetime(2025, 10, 9, 12, 30, tzinfo=CHINA))
    assert len(robot.said) == 1


def test_a_normal_notice_that_a_stopped_worker_left_in_the_evening_waits_out_the_night(
    ladder: Ladder,
) -> None:
    phone = ladder.phone_of("secretary")
    evening = datetime(2025, 9, 29, 20, 59, tzinfo=CHINA)
    ladder.now = evening
    ladder.open_case()
    address_all(evening, audible_at)
    for late in (1, 60):
        ladder.work(evening + late * MINUTES)
        assert ladder.service.payloads(phone) == []
    ladder.work(datetime(2025, 9, 30, 8, 0, tzinfo=CHINA))
    assert len(ladder.service.payloads(phone)) == 1


def test_an_urgent_notice_rings_at_night(ladder: Ladder) -> None:
    phone = ladder.phone_of("secretary")
    ladder.now = datetime(2025, 9, 30, 23, 0, tzinfo=CHINA)
    ladder.open_case(urgency="urgent")
    ladder.work(ladder.now)
    assert len(ladder.service.payloads(phone)) == 1


def open_it(_ladder: Ladder, _case_id: str) -> None:
    with writing() as session:
        session.execute(update(NoticeRecipient).values(seen_at=TUESDAY + MINUTES))


def accept_it(_ladder: Ladder, case_id: str) -> None:
    phone = Phone(SqlStore(), author("secretary"))
    at = TUESDAY + MINUTES
    act = phone.make("case.accept", at, id=case_id, event_id=new_id("accepts"))
    push(SqlStore(), Batch(phone.author, [act], at, at), is_working_day)


def pass_it_up(_ladder: Ladder, case_id: str) -> None:
    phone = Phone(SqlStore(), author("secretary"))
    at = TUESDAY + MINUTES
    act = phone.make("case.escalate", at, id=case_id, event_id=new_id("up"), reason="修不了")
    push(SqlStore(), Batch(phone.author, [act], at, at), is_working_day)


def withdraw_it(_ladder: Ladder, _case_id: str) -> None:
    with writing() as session:
        session.execute(update(Case).values(state="withdrawn"))


@pytest.mark.parametrize("ends", [open_it, accept_it, pass_it_up, withdraw_it])
def test_a_notice_rests_once_somebody_opens_the_case_or_acts_on_it_or_it_is_over(
    ladder: Ladder, robot: GroupRobot, ends: Callable[[Ladder, str], None]
) -> None:
    ladder.phone_of("secretary")
    set_up(ladder.config, "garden", robot.url)
    case_id = ladder.open_case(urgency="urgent")
    ladder.work(TUESDAY)
    ends(ladder, case_id)
    ladder.work(TUESDAY + 30 * MINUTES)
    assert robot.said == []


def act(phone: Phone, at: datetime, action: str, **said: Any) -> None:
    phone.recognised()
    event = {} if action == "case.open" else {"event_id": new_id(f"{phone.author.name} {action}")}
    mutations = [phone.make(action, at, **event, **said)]
    _, verdicts = push(SqlStore(), Batch(phone.author, mutations, at, at), is_working_day)
    assert [verdict.verdict for verdict in verdicts] == ["applied"]


def who_is_called_answers(case_id: str) -> None:
    plumber = Phone(SqlStore(), author("plumber"))
    act(plumber, TUESDAY + MINUTES, "case.respond", id=case_id, answer="coming")


def another_is_joined(case_id: str) -> None:
    """Who leads the grid has a second case of the same matter follow this one."""
    leader, second = Phone(SqlStore(), author("leader")), case_args("g1-101", "2", kind="doorstep")
    act(leader, TUESDAY + MINUTES, "case.open", **second)
    act(leader, TUESDAY + MINUTES, "case.merge", id=second["id"], into_id=case_id)


@pytest.mark.parametrize("elsewhere", [who_is_called_answers, another_is_joined])
def test_a_notice_goes_on_whatever_is_done_about_its_case_by_who_has_not_been_told(
    ladder: Ladder, robot: GroupRobot, elsewhere: Callable[[str], None]
) -> None:
    ladder.phone_of("secretary")
    set_up(ladder.config, "garden", robot.url)
    case_id = ladder.open_case(kind="doorstep", urgency="urgent")
    act(ladder.opener, TUESDAY, "case.whistle", id=case_id, to=[{"person_id": id_of("plumber")}])
    act(ladder.opener, TUESDAY, "case.escalate", id=case_id, reason="修不了")
    ladder.work(TUESDAY)
    elsewhere(case_id)
    ladder.work(TUESDAY + 5 * MINUTES)
    assert "【紧急】有新事项转到您单位" in [said.partition("\n")[0] for said in robot.said]


def test_a_group_that_cannot_be_told_is_tried_again_then_passed_over_and_why_is_kept(
    ladder: Ladder, robot: GroupRobot
) -> None:
    ladder.phone_of("worker")
    phone = ladder.phone_of("mate")
    on_shift("worker", "garden-1", TUESDAY - HOURS)
    on_shift("mate", "garden-1", TUESDAY + 12 * HOURS)
    set_up(ladder.config, "garden-1", robot.url)
    robot.answer = {"errcode": 93000, "errmsg": "invalid webhook url"}
    sender = Phone(SqlStore(), author("secretary"))
    args = case_args("g1-101", "doorstep", kind="doorstep", urgency="urgent")
    mutations = [sender.make("case.open", TUESDAY, **args)]
    push(SqlStore(), Batch(sender.author, mutations, TUESDAY, TUESDAY), is_working_day)
    ladder.work(TUESDAY)
    # before the next step would be due by the clock
    for seconds in range(300, 480, 15):
        ladder.work(TUESDAY + timedelta(seconds=seconds))
    assert len(robot.said) == MOST_BY_CHANNEL
    assert len(ladder.service.payloads(phone)) == 1
    with reading() as session:
        failed = session.scalars(select(Delivery).where(Delivery.channel_id.is_not(None))).one()
        assert (failed.state, failed.reason, failed.answer) == ("failed", "refused", "93000")


def test_whoever_sees_a_case_sees_who_was_told_of_it_how_and_when(
    ladder: Ladder, robot: GroupRobot
) -> None:
    ladder.phone_of("secretary")
    set_up(ladder.config, "garden", robot.url)
    case_id = ladder.open_case(urgency="urgent")
    ladder.work(TUESDAY)
    ladder.work(TUESDAY + 5 * MINUTES)
    open_it(ladder, case_id)
    path = f"/api/v1/cases/{case_id}/reached"
    response: Any = ladder.somebody("worker").client.get(path)
    told = [(one["way"], one["person_name"], one["state"]) for one in response.json["attempts"]]
    assert sorted(told[:2]) == [("list", "secretary", "sent"), ("push", "secretary", "sent")]
    assert told[2:] == [("gateway", None, "sent")]
    assert [one["seen_at"] is not None for one in response.json["attempts"]].count(True) == 1
    for name in ("harbour-worker", "stranger"):
        assert ladder.somebody(name).client.get(path).status_code == 404


DIES_BEFORE_A_COMMIT = """
import os, signal
from app.services import climbing
def die(*given): os.kill(os.getpid(), signal.SIGKILL)
climbing._stand_at = die
"""
DIES_AFTER_A_COMMIT = """
import os, signal
from app.services import climbing
climb = climbing.climb
def climb_and_die(*given):
    climb(*given)
    os.kill(os.getpid(), signal.SIGKILL)
climbing.climb = climb_and_die
"""


def test_each_step_is_taken_once_also_when_workers_are_killed_before_and_after_its_commit(
    ladder: Ladder, robot: GroupRobot
) -> None:
    ladder.phone_of("secretary")
    set_up(ladder.config, "garden", robot.url)
    for number in range(20):
        ladder.open_case(f"case {number}", urgency="urgent")
    ladder.work(TUESDAY)
    then = TUESDAY + 5 * MINUTES
    for place in (DIES_BEFORE_A_COMMIT, DIES_AFTER_A_COMMIT):
        with running(ladder.config, "--once", "--now", then.isoformat(), before=place) as process:
            process.communicate(timeout=60)
        assert process.returncode == -9
    with running(ladder.config, "--once", "--now", then.isoformat()) as process:
        log = process.communicate(timeout=60)[1]
    assert process.returncode == 0, log
    assert len(robot.said) == 20
    assert len(set(ladder.steps())) == 2
    with reading() as session:
        assert set(session.scalars(select(Notice.step))) == {"channels"}


def test_who_was_told_is_forgotten_step_by_step_and_then_the_notice(ladder: Ladder) -> None:
    ladder.phone_of("worker")
    on_shift("worker", "garden-1", TUESDAY - HOURS)
    ladder.opener = Phone(SqlStore(), author("secretary"))
    ladder.open_case(kind="doorstep", urgency="urgent")
    ladder.work(TUESDAY)
    ladder.work(TUESDAY + 5 * MINUTES)
    assert ladder.told() == {id_of("worker"), id_of("secretary")}
    forget_told(TUESDAY + 3 * MINUTES)
    assert ladder.told() == {id_of("secretary")}
    forget_told(TUESDAY + 6 * MINUTES)
    with reading() as session:
        assert (ladder.told(), session.scalars(select(Notice)).all()) == (set(), [])


def test_while_nothing_is_due_the_worker_takes_no_step(ladder: Ladder) -> None:
    ladder.phone_of("secretary")
    ladder.open_case(urgency="urgent")
    ladder.work(TUESDAY)
    assert not climb_all(TUESDAY + 4 * MINUTES)
    assert climb_all(TUESDAY + 5 * MINUTES)


def test_the_address_of_a_channel_cannot_be_read_in_the_database(
    ladder: Ladder, robot: GroupRobot
) -> None:
    channel = set_up(ladder.config, "garden", f"{robot.url}?key=very-secret-key")
    assert b"secret" not in channel.sealed_url
    assert "secret" not in channel.hint
    other = replace(ladder.config.keys, secret=b"another server's" * 2)
    ladder.config = replace(ladder.config, keys=other)
    ladder.open_case(urgency="urgent")
    ladder.work(TUESDAY)
    with reading() as session:
        failed = session.scalars(select(Delivery)).one()
        assert (failed.state, failed.reason) == ("failed", "set_up_anew")
    assert robot.said == []


def test_a_notice_turns_to_whoever_came_on_shift_meanwhile_before_those_who_come_later(
    ladder: Ladder,
) -> None:
    on_shift("worker", "garden-1", TUESDAY - 8 * HOURS)
    ladder.opener = Phone(SqlStore(), author("secretary"))
    # told to the night shift three minutes before the day shift takes over
    on_shift("mate", "garden-1", TUESDAY)
    on_shift("leader", "garden-1", TUESDAY + 8 * HOURS)
    phones = {name: ladder.phone_of(name) for name in ("worker", "mate", "leader", "secretary")}
    ladder.now = TUESDAY - 3 * MINUTES
    ladder.open_case(kind="doorstep", urgency="urgent")
    rings = []
    for minutes in (-3, 2):
        ladder.work(TUESDAY + minutes * MINUTES)
        rings.append({n for n, one in phones.items() if ladder.service.payloads(one)})
    assert rings == [{"worker"}, {"worker", "mate"}]
