"""Web Push as a push service and a phone see it, and the subscriptions it is sent to."""

import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from app.channels import web_push
from app.channels.endpoints import acceptable, session_to
from app.channels.notice_words import WORDS
from app.channels.outages import PAUSE
from app.channels.outcome import LONGEST_PAUSE
from app.channels.web_push import Address, Message, WebPush, payload
from app.extensions import reading
from app.keys import Keys, load_or_make_keys, public_point
from app.models import PushSubscription
from app.networks import PUBLIC_ONLY
from app.services.subscribing import BadSubscription, subscribe, unsubscribe
from tests.loopback import LOOPBACK
from tests.push_service import Answer, PushService
from tests.push_service import push_service as push_service
from tests.town import author, id_of

NOW = datetime.now(UTC)
CONTACT = "mailto:admin@qiaomen.invalid"
ARRIVED = Message("case_arrived", id_of("a case"), "normal")
KINDS = tuple(WORDS["kinds"])
POINT = public_point(ec.derive_private_key(7, ec.SECP256R1()))
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return load_or_make_keys(tmp_path / "keys")


@pytest.fixture
def channel(keys: Keys) -> WebPush:
    return WebPush(keys.vapid, CONTACT, LOOPBACK)


def address(subscription: dict[str, Any]) -> Address:
    return Address(subscription["endpoint"], **subscription["keys"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("urgency", "header"), [("urgent", "high"), ("normal", "normal")])
def test_phone_reads_which_case_and_nothing_about_people(
    push_service: PushService, keys: Keys, channel: WebPush, kind: str, urgency: str, header: str
) -> None:
    subscription = push_service.new_subscription(keys.vapid_public)
    message = Message(kind, id_of("a case"), urgency)
    assert channel.send(address(subscription), message, NOW).state == "sent"
    [received] = push_service.received
    assert received.payload == {"kind": kind, "case_id": id_of("a case"), "urgency": urgency}
    assert received.headers["urgency"] == header
    assert int(received.headers["ttl"]) >= 24 * 3600
    assert received.claims["sub"] == CONTACT


@pytest.mark.parametrize("contact", ["https://example.cn/contact", "https://example.cn:8443"])
def test_a_push_service_may_complain_on_any_page_of_a_site(
    push_service: PushService, keys: Keys, contact: str
) -> None:
    subscription = push_service.new_subscription(keys.vapid_public)
    WebPush(keys.vapid, contact, LOOPBACK).send(address(subscription), ARRIVED, NOW)
    [received] = push_service.received
    assert received.claims["sub"] == contact


def test_payloads_of_all_kinds_are_equally_long() -> None:
    kinds = [Message(k, id_of("c"), u) for k in KINDS for u in ("urgent", "normal")]
    assert {len(payload(message)) for message in kinds} == {web_push.PADDED_TO}


def test_payload_too_long_for_a_push_service_is_not_sent() -> None:
    with pytest.raises(ValueError, match="more than 3900"):
        payload(Message("k" * 3900, id_of("c"), "normal"))


def test_later_copy_replaces_an_undelivered_one_of_the_same_case_on_one_phone_only(
    push_service: PushService, channel: WebPush
) -> None:
    one, other = (address(push_service.new_subscription()) for _ in range(2))
    for to, message in [
        (one, ARRIVED),
        (one, ARRIVED),
        (other, ARRIVED),
        (one, Message("case_moved", ARRIVED.case_id, "normal")),
    ]:
        channel.send(to, message, NOW)
    first, again, elsewhere, moved = (r.headers["topic"] for r in push_service.received)
    assert first == again
    assert len({first, elsewhere, moved}) == 3


def test_another_servers_key_is_refused_and_said_so(
    push_service: PushService, channel: WebPush
) -> None:
    subscription = push_service.new_subscription(server_key=POINT)
    outcome = channel.send(address(subscription), ARRIVED, NOW)
    assert (outcome.state, outcome.answer) == ("failed", "403 Forbidden")
    assert push_service.refused == ["another server's subscription (4.2)"]


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        *[(status, "sent", None) for status in (200, 201, 202)],
        *[(status, "gone", "gone") for status in (404, 410)],
        *[(status, "waiting", "their_fault") for status in (500, 502, 503)],
        *[(408, "waiting", None), (429, "waiting", "too_often")],
        *[(status, "failed", None) for status in (301, 307, 400, 413)],
        *[(status, "failed", "forbidden") for status in (401, 403)],
    ],
)
def test_each_answer_means_one_thing(
    push_service: PushService, channel: WebPush, status: int, state: str, reason: str | None
) -> None:
    subscription = push_service.new_subscription()
    push_service.answer(subscription, Answer(status))
    outcome = channel.send(address(subscription), ARRIVED, NOW)
    assert (outcome.state, outcome.reason) == (state, reason)
    assert outcome.answer.startswith(str(status))


def test_redirect_is_not_followed(push_service: PushService, channel: WebPush) -> None:
    subscription, elsewhere = (push_service.new_subscription() for _ in range(2))
    push_service.answer(subscription, Answer(307, {"Location": elsewhere["endpoint"]}))
    channel.send(address(subscription), ARRIVED, NOW)
    assert push_service.payloads(elsewhere) == []


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b'{"reason": "BadJwtToken"}', "403 Forbidden BadJwtToken"),
        (b'{"errno": 109, "message": "for https://push.example/secret"}', "403 Forbidden 109"),
        (b'{"reason": "https://push.example/secret"}', "403 Forbidden https"),
        ("王秀兰 13800000000".encode(), "403 Forbidden"),
        (b"x" * 1_000_000, "403 Forbidden"),
    ],
)
def test_answer_kept_is_the_services_word_for_it_and_no_more(
    push_service: PushService, channel: WebPush, body: bytes, kept: str
) -> None:
    subscription = push_service.new_subscription()
    push_service.answer(subscription, Answer(403, body=body))
    assert channel.send(address(subscription), ARRIVED, NOW).answer == kept


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("120", timedelta(minutes=2)),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), timedelta(minutes=5)),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), timedelta()),
        ("99999999999999999999", LONGEST_PAUSE),
        ("soon", None),
    ],
)
def test_pause_a_service_asks_for_is_understood(
    push_service: PushService, channel: WebPush, header: str, pause: timedelta | None
) -> None:
    subscription = push_service.new_subscription()
    push_service.answer(subscription, Answer(429, {"Retry-After": header}))
    asked = channel.send(address(subscription), ARRIVED, NOW.replace(microsecond=0)).pause
    assert asked == pause


def test_service_that_hangs_up_or_is_not_there_is_tried_again(
    push_service: PushService, channel: WebPush
) -> None:
    subscription = push_service.new_subscription()
    push_service.answer(subscription, Answer(closes=True))
    assert channel.send(address(subscription), ARRIVED, NOW).state == "waiting"
    nobody = Address("http://127.0.0.1:1/push", **subscription["keys"])
    assert channel.send(nobody, ARRIVED, NOW).state == "waiting"


def test_service_that_takes_too_long_is_tried_again(
    push_service: PushService, channel: WebPush, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_push, "TIMEOUTS", (1.0, 0.05))
    subscription = push_service.new_subscription()
    push_service.answer(subscription, Answer(held=True))
    outcome = channel.send(address(subscription), ARRIVED, NOW)
    assert (outcome.state, outcome.reason) == ("waiting", "no_answer")


def test_silent_service_is_left_alone_for_a_while_and_then_tried_once(
    push_service: PushService, channel: WebPush
) -> None:
    subscription = push_service.new_subscription()
    push_service.answer(subscription, *[Answer(closes=True)] * 4)
    for _ in range(5):
        assert channel.send(address(subscription), ARRIVED, NOW).state == "waiting"
    assert len(push_service.received) == 3
    for _ in range(2):
        channel.send(address(subscription), ARRIVED, NOW + PAUSE)
    assert len(push_service.received) == 4
    assert channel.send(address(subscription), ARRIVED, NOW + 2 * PAUSE).state == "sent"
    assert channel.send(address(subscription), ARRIVED, NOW + 2 * PAUSE).state == "sent"


def test_connection_to_a_service_is_kept(push_service: PushService, channel: WebPush) -> None:
    subscription = push_service.new_subscription()
    for _ in range(5):
        channel.send(address(subscription), ARRIVED, NOW)
    assert (len(push_service.received), push_service.connections) == (5, 1)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://wns2-bl2p.notify.windows.com/w/?token=BQYAAAD%2f%3d",
    ],
)
def test_endpoints_of_the_browsers_are_taken(endpoint: str) -> None:
    assert acceptable(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "push",
        "http://push.example.com/x",
        "ftp://push.example.com/x",
        "https://localhost/x",
        "https://intranet/x",
        "https://127.0.0.1/x",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest/meta-data",
        "https://127.1/x",
        "https://2130706433/x",
        "https://0x7f.0x1/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.8]/x",
        "https://8.8.8.8/x",
        "https://push.example.com@10.0.0.8/x",
        "https://user:word@push.example.com/x",
        "https://push.example.com\\@10.0.0.8/x",
        "https://push.example.com:port/x",
        "https://push.example.com/two words",
        "https://push.example.com/\r\nX: y",
        "https://push.example.com/" + "x" * 1000,
    ],
)
def test_endpoints_no_browser_gives_are_refused(endpoint: str) -> None:
    assert not acceptable(endpoint)


def test_loopback_is_taken_only_where_the_settings_say_so(
    push_service: PushService, keys: Keys
) -> None:
    subscription = push_service.new_subscription()
    assert acceptable(subscription["endpoint"], LOOPBACK)
    assert not acceptable(subscription["endpoint"])
    outcome = WebPush(keys.vapid, CONTACT).send(address(subscription), ARRIVED, NOW)
    assert (outcome.state, push_service.received) == ("failed", [])


def test_name_that_resolves_to_this_machine_is_told_nothing() -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(1))

        thread = threading.Thread(target=listen)
        thread.start()
        with session_to(PUBLIC_ONLY) as session:
            port = listener.getsockname()[1]
            with pytest.raises(requests.ConnectionError, match="address not allowed"):
                session.post(f"https://localhost:{port}/push", timeout=5)
        thread.join(5)
    assert heard == [b""]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"endpoint": None}, "/endpoint"),
        ({"endpoint": "https://10.0.0.8/x"}, "/endpoint"),
        ({"keys": None}, "/keys/p256dh"),
        ({"keys": {"p256dh": POINT}}, "/keys/auth"),
        ({"keys": {"p256dh": POINT, "auth": "c2hvcnQ"}}, "/keys/auth"),
        ({"keys": {"p256dh": POINT[:-2] + "AA", "auth": AUTH}}, "/keys/p256dh"),
        ({"keys": {"p256dh": "!" + POINT, "auth": AUTH}}, "/keys/p256dh"),
        ({"keys": {"p256dh": "A", "auth": AUTH}}, "/keys/p256dh"),
    ],
)
def test_subscription_we_could_not_send_to_is_refused_with_the_place(
    change: dict[str, Any], pointer: str
) -> None:
    sent = {
        "endpoint": "https://push.example.com/x",
        "keys": {"p256dh": POINT, "auth": AUTH},
        **change,
    }
    with pytest.raises(BadSubscription) as refused:
        subscribe(author("worker"), sent, NOW, networks=LOOPBACK)
    assert (refused.value.code, refused.value.detail) == ("malformed", pointer)


def registered() -> list[tuple[str, str]]:
    """Who has which endpoint, oldest first."""
    rows = select(PushSubscription.device_id, PushSubscription.endpoint)
    with reading() as session:
        return [(d, e) for d, e in session.execute(rows.order_by(PushSubscription.created_at))]


def test_subscription_moves_to_whoever_is_signed_in_on_the_phone(
    somebody: Callable[[str], Any], push_service: PushService
) -> None:
    subscription = push_service.new_subscription()
    for name in ("worker", "mate"):
        somebody(name)
        subscribe(author(name), subscription, NOW, networks=LOOPBACK)
    assert registered() == [(id_of("d-mate"), subscription["endpoint"])]


def test_device_keeps_its_last_few_subscriptions(
    somebody: Callable[[str], Any], push_service: PushService
) -> None:
    somebody("worker")
    subscriptions = [push_service.new_subscription() for _ in range(5)]
    for minute, subscription in enumerate(subscriptions):
        subscribe(author("worker"), subscription, NOW + timedelta(minutes=minute), LOOPBACK)
    assert [endpoint for _, endpoint in registered()] == [s["endpoint"] for s in subscriptions[2:]]


def test_device_drops_its_own_subscription_and_no_other(
    somebody: Callable[[str], Any], push_service: PushService
) -> None:
    subscription = push_service.new_subscription()
    somebody("worker")
    subscribe(author("worker"), subscription, NOW, networks=LOOPBACK)
    unsubscribe(author("mate"), subscription["endpoint"])
    assert len(registered()) == 1
    unsubscribe(author("worker"), subscription["endpoint"])
    assert registered() == []
