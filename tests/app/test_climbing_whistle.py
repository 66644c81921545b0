"""A whistle in the background: it climbs until whoever it calls opens the case or answers."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import update

from app.extensions import writing
from app.models import NoticeRecipient
from app.services.working_days import is_working_day
from app.store import SqlStore
from sync.batch import Batch
from sync.push import push
from tests.app.test_climbing import HOURS, MINUTES, TUESDAY, Ladder, on_shift
from tests.app.test_climbing import ladder as ladder
from tests.app.test_climbing import robot as robot
from tests.group_robot import GroupRobot, set_up
from tests.phone import Phone, new_id
from tests.push_service import push_service as push_service
from tests.town import author, id_of
from tests.worker_process import running

CASE = new_id("one")
RUNGS = ("plumber", "mate", "secretary")
"""Who is called, who comes on duty next at the grid, and who leads its compound."""


def act(phone: Phone, action: str, at: datetime, **args: object) -> None:
    phone.recognised()
    acts = [phone.make(action, at, id=CASE, event_id=new_id(action), **args)]
    _, verdicts = push(SqlStore(), Batch(phone.author, acts, at, at), is_working_day)
    assert [verdict.verdict for verdict in verdicts] == ["applied"]


def whistle(ladder: Ladder, *names: str) -> None:
    """Have a grid worker open an urgent case at their grid, and call these people to it."""
    ladder.open_case(kind="doorstep", urgency="urgent")
    to = [{"person_id": id_of(name)} for name in names]
    act(ladder.opener, "case.whistle", TUESDAY, to=to)


def work_apart(ladder: Ladder, at: datetime) -> None:
    """The same as `Ladder.work`, by the command."""
    ladder.now = at
    with running(ladder.config, "--once", "--now", at.isoformat()) as process:
        log = process.communicate(timeout=60)[1]
    assert process.returncode == 0, log


def test_a_whistle_nobody_hears_goes_from_the_phone_to_the_group_the_roster_and_the_secretary(
    ladder: Ladder, robot: GroupRobot
) -> None:
    phones = {name: ladder.phone_of(name) for name in RUNGS}
    set_up(ladder.config, "garden-1", robot.url)
    on_shift("mate", "garden-1", TUESDAY + 12 * HOURS)
    whistle(ladder, "plumber")
    reached = []
    for minutes in (0, 4, 5, 10, 15, 20):
        work_apart(ladder, TUESDAY + minutes * MINUTES)
        told = {name for name, phone in phones.items() if ladder.service.payloads(phone)}
        reached.append((told, len(robot.said)))
    assert reached == [
        ({"plumber"}, 0),
        ({"plumber"}, 0),
        ({"plumber"}, 1),
        ({"plumber", "mate"}, 1),
        (set(RUNGS), 1),
        (set(RUNGS), 1),
    ]
    called = {"kind": "case_called", "case_id": CASE, "urgency": "urgent"}
    assert [ladder.service.payloads(phone) for phone in phones.values()] == [[called]] * 3
    assert robot.said == ["【紧急】有人吹哨，请您帮忙"]


def test_the_secretary_who_blew_the_whistle_is_not_told_of_it_but_who_leads_the_community(
    ladder: Ladder,
) -> None:
    phones = {name: ladder.phone_of(name) for name in (*RUNGS[1:], "community-secretary")}
    ladder.open_case(urgency="urgent")
    on_shift("secretary", "garden", TUESDAY + 12 * HOURS)
    to = [{"person_id": id_of("plumber")}]
    act(Phone(SqlStore(), author("secretary")), "case.whistle", TUESDAY, to=to)
    ladder.work(TUESDAY)
    arrived = len(ladder.service.payloads(phones["secretary"]))
    for minutes in range(5, 30, 5):
        ladder.work(TUESDAY + minutes * MINUTES)
    called = [
        name
        for name, phone in phones.items()
        if "case_called" in [payload["kind"] for payload in ladder.service.payloads(phone)]
    ]
    assert called == ["community-secretary"]
    assert len(ladder.service.payloads(phones["secretary"])) == arrived


def test_who_leads_the_street_can_open_the_case_of_a_whistle_that_comes_to_them(
    ladder: Ladder,
) -> None:
    ladder.open_case(urgency="urgent")
    act(Phone(SqlStore(), author("secretary")), "case.escalate", TUESDAY, reason="修不了")
    leads = Phone(SqlStore(), author("community-secretary"))
    act(leads, "case.whistle", TUESDAY, to=[{"person_id": id_of("lawyer")}])
    phone = ladder.phone_of("officer")
    for minutes in range(0, 30, 5):
        ladder.work(TUESDAY + minutes * MINUTES)
    called = {"kind": "case_called", "case_id": CASE, "urgency": "urgent"}
    assert ladder.service.payloads(phone) == [called]
    officer = Phone(SqlStore(), author("officer"))
    officer.sync()
    assert officer.ids("case") == {CASE}
    assert len(officer.ids("case_event")) == 3


def opens_it(_ladder: Ladder) -> None:
    with writing() as session:
        session.execute(update(NoticeRecipient).values(seen_at=TUESDAY + MINUTES))


def answers(_ladder: Ladder) -> None:
    act(Phone(SqlStore(), author("plumber")), "case.respond", TUESDAY + MINUTES, answer="coming")


@pytest.mark.parametrize("ends", [opens_it, answers])
def test_a_whistle_rests_once_whoever_it_calls_opens_the_case_or_answers(
    ladder: Ladder, robot: GroupRobot, ends: Callable[[Ladder], None]
) -> None:
    ladder.phone_of("plumber")
    set_up(ladder.config, "garden-1", robot.url)
    whistle(ladder, "plumber")
    ladder.work(TUESDAY)
    ends(ladder)
    ladder.work(TUESDAY + 30 * MINUTES)
    assert robot.said == []


def another_answers(_ladder: Ladder) -> None:
    act(Phone(SqlStore(), author("lawyer")), "case.respond", TUESDAY + MINUTES, answer="coming")


def the_caller_accepts(ladder: Ladder) -> None:
    act(ladder.opener, "case.accept", TUESDAY + MINUTES)


@pytest.mark.parametrize(("meanwhile", "unheard"), [(another_answers, 1), (the_caller_accepts, 2)])
def test_a_whistle_goes_on_for_who_has_not_heard_it_whatever_others_do(
    ladder: Ladder, robot: GroupRobot, meanwhile: Callable[[Ladder], None], unheard: int
) -> None:
    for name in ("plumber", "lawyer"):
        ladder.phone_of(name)
    set_up(ladder.config, "garden-1", robot.url)
    whistle(ladder, "plumber", "lawyer")
    ladder.work(TUESDAY)
    meanwhile(ladder)
    ladder.work(TUESDAY + 5 * MINUTES)
    assert len(robot.said) == unheard
