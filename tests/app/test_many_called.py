"""A whistle that calls two hundred people reaches each of them once, whatever their services answer."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import func, select

from app.channels.web_push import WebPush
from app.config import Config
from app.extensions import reading
from app.models import PushSubscription
from app.services.addressing import address_all
from app.services.notifying import Postman
from tests.loopback import LOOPBACK
from tests.phone import case_args, new_id
from tests.push_service import Answer, PushService
from tests.push_service import push_service as push_service
from tests.responders import DEPARTMENT, enlist

URGENT = {"kind": "doorstep", "urgency": "urgent"}
CALLED, FAILING, GONE = 200, 20, (404, 410)


def work(config: Config, service: PushService) -> None:
    """A worker's passes by a clock that goes on whenever nothing is due, for as long as a pause may be."""
    now = datetime.now(UTC)
    for _ in range(4):
        service.clock = partial(datetime.fromtimestamp, now.timestamp(), UTC)
        while address_all(now):
            pass
        channel = WebPush(config.keys.vapid, config.contact, networks=LOOPBACK)
        postman = Postman(channel, service.clock, Random(7))
        while postman.deliver(now):
            pass
        postman.finish()
        now += timedelta(minutes=1)


def test_two_hundred_are_told_once_each_and_services_that_know_a_phone_no_more_are_forgotten(
    somebody: Any, config: Config, push_service: PushService
) -> None:
    worker = somebody("worker")
    subscriptions = enlist(CALLED, push_service)
    for busy in subscriptions[::FAILING]:
        push_service.answer(busy, Answer(503))
    for subscription, status in zip(subscriptions[1:], GONE, strict=False):
        push_service.answer_always(subscription, Answer(status))
    call = {"id": new_id("c1"), "event_id": new_id("w1"), "to": [{"department": DEPARTMENT}]}
    answer = worker.sync(
        worker.mutation("case.open", **case_args("g1-101", "c1", **URGENT)),
        worker.mutation("case.whistle", **call),
    )
    assert [verdict["verdict"] for verdict in answer["verdicts"]] == ["applied"] * 2

    work(config, push_service)

    statuses = Counter(status for _, status in push_service.answered)
    assert statuses == {201: CALLED - len(GONE), 503: CALLED // FAILING, 404: 1, 410: 1}
    attempts = Counter(received.endpoint for received in push_service.received)
    assert set(attempts.values()) == {1, 2}
    assert sum(count == 2 for count in attempts.values()) == CALLED // FAILING
    with reading() as session:
        left = session.scalar(select(func.count()).select_from(PushSubscription))
    assert left == CALLED - len(GONE)
