"""Workers are killed in the middle of sending, again and again; no notice is lost, and none is sent twice
but where the push service had it before the kill."""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from signal import SIGKILL
from subprocess import Popen
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from app.channels.web_push import TOKEN_LIFE
from app.config import Config
from app.extensions import reading
from app.models import Delivery, Notice
from app.services.deliveries import LEASE
from app.services.notifying import IN_HAND
from app.services.subscribing import subscribe
from app.store import SqlStore
from sync import whistle
from sync.deadlines import CHINA
from sync.scene import Author
from tests.app.conftest import Somebody
from tests.knobs import EVENTS, ROUNDS
from tests.loopback import LOOPBACK
from tests.phone import Phone, case_args, new_id
from tests.push_service import PushService, Received
from tests.push_service import push_service as push_service
from tests.responders import DEPARTMENT, enlist, first_responder
from tests.town import author, id_of, path_of
from tests.worker_process import running

log = logging.getLogger(__name__)
SEED = 20261128
# a holiday of eight days, in which no normal notice climbs and no deadline acts
NATIONAL_DAY = datetime(2025, 10, 1, 9, 0, tzinfo=CHINA)
EACH_APART = """
from app.services import folding
folding.FLOOD = 10**6
"""
"""What is folded tells only how many it is about; here every push must say which."""
STEP = LEASE + timedelta(minutes=1)
"""So much later each worker comes than the one before: what that one had in hand is free."""
KILLS = ROUNDS // 2
"""Half as many as elsewhere: each of them starts a Python anew."""
RESPONDERS = 4
EVENTS_OF_TWO = 5
"""Of two cases: the first is opened and accepted, the second opened, whistled for and answered."""

Told = tuple[str, str, str]
"""Where a push goes, its kind and its case: in this test no two notices share all three."""


class Town:
    """The people whose phones are told, the cases they bring, and what their phones must be told."""

    def __init__(
        self, config: Config, service: PushService, somebody: Callable[..., Somebody]
    ) -> None:
        self._config, self._service, self._somebody = config, service, somebody
        self.expected: set[Told] = set()
        self._worker_phones = self._phones_of("worker")
        self._secretary_phones = self._phones_of("secretary", "d-secretary", "d-other")
        self._responder_phones = [one["endpoint"] for one in enlist(RESPONDERS, service)]
        self._worker = Phone(SqlStore(), author("worker"))
        self._secretary = Phone(SqlStore(), author("secretary"))

    def bring_all(self, numbers: Iterable[int], at: datetime) -> None:
        for number in numbers:
            self.bring(number, at)

    def bring(self, number: int, at: datetime) -> None:
        """Bring the case with this number, and move it."""
        name = f"case {number}"
        case_id = new_id(name)
        self._do(self._worker, "case.open", at, **case_args("g1-101", name))
        self._expect(case_id, "case_arrived", self._secretary_phones)
        act = {"id": case_id, "event_id": new_id(f"moves {name}")}
        if number % 2:
            to = [{"department": DEPARTMENT}]
            self._do(self._secretary, "case.whistle", at, **act, to=to)
            self._expect(case_id, "case_called", self._responder_phones)
            answers = {"id": case_id, "event_id": new_id(f"answers {name}")}
            self._do(responder_at(case_id), "case.respond", at, **answers, answer="coming")
            self._expect(case_id, "case_answered", self._secretary_phones)
        else:
            self._do(self._secretary, "case.accept", at, **act)
        self._expect(case_id, "case_moved", self._worker_phones)

    def _do(self, phone: Phone, name: str, at: datetime, **args: Any) -> None:
        assert phone.do(name, at, **args).verdict == "applied"

    def _expect(self, case_id: str, kind: str, endpoints: list[str]) -> None:
        self.expected |= {(endpoint, kind, case_id) for endpoint in endpoints}

    def _phones_of(self, name: str, *devices: str) -> list[str]:
        endpoints = []
        for device in devices or (f"d-{name}",):
            self._somebody(name, device)
            subscription = self._service.new_subscription(self._config.keys.vapid_public)
            subscribe(author(name, device), subscription, NATIONAL_DAY, networks=LOOPBACK)
            endpoints.append(subscription["endpoint"])
        return endpoints


def responder_at(case_id: str) -> Phone:
    """A fresh phone of the first of those who were called, at this case."""
    post = whistle.post(path_of("community"), case_id)
    device_id, home_id = new_id(f"answering {case_id}"), id_of("community")
    called = Author(first_responder(), "responder-0", device_id, home_id, (post,))
    return Phone(SqlStore(), called)


@pytest.fixture
def town_told(config: Config, push_service: PushService, somebody: Callable[..., Somebody]) -> Town:
    return Town(config, push_service, somebody)


def at_that(moment: datetime) -> datetime:
    """A clock that stands still."""
    return moment


def dies(
    config: Config,
    service: PushService,
    now: datetime,
    moment: tuple[int, float],
    meanwhile: Callable[[], None],
) -> bool:
    """Start a worker and kill it so many seconds after so many pushes have arrived in all; whether it was
    still at work. More comes in once it sends."""
    first = len(service.received) + 1
    with running(config, "--once", "--now", now.isoformat(), before=EACH_APART) as process:
        killer = Thread(target=kill_after, args=(process, service, *moment))
        killer.start()
        service.wait_for(first, 60)
        meanwhile()
        killer.join()
    return process.returncode == -SIGKILL


def kill_after(process: Popen[str], service: PushService, count: int, pause: float) -> None:
    service.wait_for(count, 60)
    Event().wait(pause)
    process.kill()


def test_no_notice_is_lost_and_none_sent_twice_but_what_had_arrived_before_a_kill(
    config: Config, push_service: PushService, town_told: Town
) -> None:
    dice, started = Random(SEED), time.monotonic()
    killed: set[datetime] = set()
    numbers = range(EVENTS * 2 // EVENTS_OF_TWO)
    now, size = NATIONAL_DAY, -(-len(numbers) // KILLS)
    for first in numbers[::size]:
        push_service.clock = partial(at_that, now)
        arrived, before = len(push_service.received), set(arrivals_at(push_service))
        chunk = numbers[first : first + size]
        early = chunk[: size // 2 + 1]
        town_told.bring_all(early, now)
        some = dice.randint(1, len(town_told.expected - before))
        late = partial(town_told.bring_all, chunk[len(early) :], now)
        if dies(config, push_service, now, (arrived + some, dice.uniform(0, 0.05)), late):
            killed.add(now)
        now += STEP
    push_service.clock = partial(at_that, now)
    with running(config, "--once", "--now", now.isoformat(), before=EACH_APART) as process:
        last_words = process.communicate()[1]
    assert process.returncode == 0, last_words

    arrivals = arrivals_at(push_service)
    lost = town_told.expected - set(arrivals)
    doubled = [pushes for pushes in arrivals.values() if len(pushes) > 1]
    log.info(
        "seed %d: %d events, %d notices for %d phones' pushes, %d kills: %d lost, %d doubled, %.0f s",
        SEED,
        len(numbers) * EVENTS_OF_TWO // 2,
        count_of_notices(),
        len(town_told.expected),
        len(killed),
        len(lost),
        len(doubled),
        time.monotonic() - started,
    )
    assert (lost, set(arrivals) - town_told.expected, push_service.refused) == (set(), set(), [])
    assert len(killed) > len(numbers[::size]) / 2
    again = len(push_service.received) - len(town_told.expected)
    assert again <= len(killed) * IN_HAND
    for pushes in doubled:
        # a worker's clock stands still, so that its tokens tell which of them had sent a push
        senders = [datetime.fromtimestamp(p.claims["exp"], CHINA) - TOKEN_LIFE for p in pushes]
        assert len(set(senders)) == len(senders)
        assert set(senders[:-1]) <= killed
        assert len({push.headers["topic"] for push in pushes}) == 1
    assert recorded() == {("sent", 1): len(town_told.expected)}


def arrivals_at(service: PushService) -> dict[Told, list[Received]]:
    """The pushes that have arrived so far, in order."""
    arrivals = defaultdict(list)
    for one in list(service.received):
        told = one.payload
        arrivals[one.endpoint, told["kind"], told["case_id"]].append(one)
    return arrivals


def count_of_notices() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Notice)) or 0


def recorded() -> Counter[tuple[str, int]]:
    """How many deliveries ended so, after so many attempts that were written down."""
    with reading() as session:
        rows = session.execute(select(Delivery.state, Delivery.attempts))
        return Counter((state, attempts) for state, attempts in rows)
