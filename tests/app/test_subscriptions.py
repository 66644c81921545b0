"""Where a device receives Web Push, over HTTP."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask

from app.extensions import reading
from app.models import PushSubscription
from app.services import subscribing
from app.services.recognising import SignedOut
from tests.app.conftest import OWN
from tests.app.test_concurrency import at_once
from tests.loopback import LOOPBACK
from tests.push_service import PushService
from tests.town import author

PATH = "/api/v1/push-subscriptions"


def subscribe(person: Any) -> dict[str, Any]:
    """Register a subscription as a browser would."""
    with PushService() as service:
        sent = {**service.new_subscription(), "expirationTime": None}
    assert person.client.post(PATH, json=sent, headers=OWN).status_code == 201
    return sent


def kept() -> int:
    with reading() as session:
        return session.query(PushSubscription).count()


def test_a_device_says_where_it_is_reached_and_takes_it_back(somebody: Any) -> None:
    secretary = somebody("secretary")
    sent = subscribe(secretary)
    assert kept() == 1
    gone = secretary.client.delete(PATH, json={"endpoint": sent["endpoint"]}, headers=OWN)
    assert (gone.status_code, kept()) == (204, 0)


def test_a_device_that_signs_out_is_reached_no_longer(somebody: Any) -> None:
    secretary = somebody("secretary")
    subscribe(secretary)
    secretary.client.delete("/api/v1/session", headers=OWN)
    assert kept() == 0


@pytest.mark.parametrize("sessions", [1, 2], ids=["only", "of which one was never ended"])
def test_a_device_that_signs_out_while_it_says_where_it_is_reached_is_reached_no_longer(
    somebody: Any, sessions: int
) -> None:
    secretary = [somebody("secretary", "d-phone") for _ in range(sessions)][-1]
    with PushService() as service:
        sent = service.new_subscription()
    under_way = partial(
        subscribing.subscribe, author("secretary", "d-phone"), sent, datetime.now(UTC), LOOPBACK
    )
    secretary.client.delete("/api/v1/session", headers=OWN)
    with pytest.raises(SignedOut):
        under_way()
    assert kept() == 0


def test_windows_of_a_device_that_say_at_one_moment_where_it_is_reached_are_all_told_so(
    town: Flask, somebody: Any
) -> None:
    somebody("secretary")
    with PushService() as service:
        sent = [service.new_subscription() for _ in range(40)]
    for one in sent:
        at_once(
            town,
            *[partial(subscribing.subscribe, author("secretary"), one, datetime.now(UTC), LOOPBACK)]
            * 6,
        )
    assert kept() == subscribing.MOST_PER_DEVICE


def test_a_subscription_that_leads_into_the_servers_own_network_is_refused(somebody: Any) -> None:
    with PushService() as service:
        keys = service.new_subscription()["keys"]
    sent = {"endpoint": "https://10.0.0.1/push", "keys": keys}
    refused = somebody("secretary").client.post(PATH, json=sent, headers=OWN)
    assert (refused.status_code, refused.json["detail"]) == (400, "/endpoint")
