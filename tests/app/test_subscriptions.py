"""Where a device receives Web Push, over HTTP."""

from typing import Any

from tests.app.conftest import OWN
from tests.push_service import PushService


def test_a_device_says_where_it_is_reached_and_takes_it_back(somebody: Any) -> None:
    secretary, path = somebody("secretary"), "/api/v1/push-subscriptions"
    with PushService() as service:
        subscription = service.new_subscription()
    sent = {**subscription, "expirationTime": None}
    assert secretary.client.post(path, json=sent, headers=OWN).status_code == 201
    gone = secretary.client.delete(path, json={"endpoint": sent["endpoint"]}, headers=OWN)
    assert gone.status_code == 204


def test_a_subscription_that_leads_into_the_servers_own_network_is_refused(somebody: Any) -> None:
    with PushService() as service:
        keys = service.new_subscription()["keys"]
    sent = {"endpoint": "https://10.0.0.1/push", "keys": keys}
    refused = somebody("secretary").client.post(
        "/api/v1/push-subscriptions", json=sent, headers=OWN
    )
    assert (refused.status_code, refused.json["detail"]) == (400, "/endpoint")
