"""The town's people with their phones, a push service, and postmen by a clock moved by hand."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from app.channels.web_push import WebPush
from app.config import Config
from app.extensions import reading, writing
from app.models import Delivery, Device, Person, PushSubscription
from app.services.addressing import address_all
from app.services.deliveries import LEASE
from app.services.notifying import Postman
from app.services.subscribing import subscribe
from app.services.working import Worker
from tests.app.conftest import Somebody
from tests.loopback import LOOPBACK
from tests.phone import case_args
from tests.push_service import Answer, PushService
from tests.town import author, id_of
from tests.worker_process import running

Subscription = dict[str, Any]


class Post:
    """The town's people with their phones, a push service, and postmen by a clock moved by hand."""

    def __init__(
        self, config: Config, service: PushService, somebody: Callable[..., Somebody]
    ) -> None:
        self.config, self.service, self.somebody = config, service, somebody
        self.now, service.clock = datetime.now(UTC), self.clock
        self.opener = somebody("worker", "d-opener")

    def clock(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by

    def hire(self) -> Postman:
        """A new postman, with the same dice each time."""
        channel = WebPush(self.config.keys.vapid, self.config.contact, LOOPBACK)
        return Postman(channel, self.clock, Random(7))

    def work(self) -> None:
        """Do all that is due by the clock."""
        postman = self.hire()
        Worker([address_all, postman.deliver], self.clock).run_once()
        postman.finish()

    def phone_of(self, name: str, device: str = "") -> Subscription:
        """Subscribe somebody's phone."""
        self.somebody(name, device or f"d-{name}")
        subscription = self.service.new_subscription(self.config.keys.vapid_public)
        subscribe(author(name, device), subscription, self.now, networks=LOOPBACK)
        return subscription

    def open_cases(self, count: int = 1, by: Somebody | None = None, **more: Any) -> list[str]:
        """Bring cases to the compound's branch, whose secretary is to know. The cases' ids."""
        who = by or self.opener
        args = [case_args("g1-101", f"case {who.seq + n}", **more) for n in range(count)]
        answer = who.sync(*(who.mutation("case.open", **one) for one in args))
        assert [v for v in answer["verdicts"] if v["verdict"] != "applied"] == []
        return [one["id"] for one in args]

    def lose_a_worker(self, cases: int) -> None:
        """A worker tells the secretary of so many cases, and is killed before it can record that."""
        self.service.answer(self.phone_of("secretary"), Answer(held=True))
        self.open_cases(cases)
        with running(self.config) as process:
            self.service.wait_for(1)
            process.kill()
        self.work()
        assert states() == {"waiting": cases}
        self.forward(LEASE + timedelta(seconds=30))

    def address(self) -> None:
        address_all(self.now)

    def told(self, phones: dict[str, Subscription]) -> set[str]:
        """Which of the phones have received something."""
        return {name for name, phone in phones.items() if self.service.payloads(phone)}


@pytest.fixture
def post(config: Config, push_service: PushService, somebody: Callable[..., Somebody]) -> Post:
    return Post(config, push_service, somebody)


def states() -> Counter[str]:
    """How many deliveries are in each state."""
    with reading() as session:
        return Counter(session.scalars(select(Delivery.state)))


def subscriptions() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(PushSubscription)) or 0


def only_delivery() -> Delivery:
    with reading() as session:
        delivery = session.scalars(select(Delivery)).one()
        session.expunge(delivery)
        return delivery


def suspend(name: str) -> None:
    with writing() as session:
        session.get_one(Person, id_of(name)).suspended_at = datetime.now(UTC)


def revoke(name: str) -> None:
    with writing() as session:
        session.get_one(Device, id_of(f"d-{name}")).revoked_at = datetime.now(UTC)
