"""A district's platform says by signed webhooks how its cases get on: each word counts once or not at all."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.channels.webhook_signature import TOLERANCE, signed_headers, verified
from app.config import Config
from app.extensions import reading
from app.models import CaseEvent, Connector, HookDelivery
from app.schemas.hooks import HookRequest
from app.schemas.shapes import load
from app.services.pacing import MOST
from app.services.tidying import HEARD, forget_hooks
from tests.app.conftest import Somebody
from tests.app.district import CASE, District
from tests.phone import case_args, new_id
from tests.webhook_receiver import SECRET

OTHER_SECRET = "whsec_" + "b3RoZXIg" * 4
MINUTE = timedelta(minutes=1)


class Heard(District):
    """The district with a platform that posts to it; nobody takes what it is told."""

    def connect(self, key: str = SECRET) -> None:
        told = self.run("district", "--webhook", "https://platform.example.cn/events", key=key)
        assert told.exit_code == 0, told.output

    @property
    def path(self) -> str:
        with reading() as session:
            return f"/api/v1/hooks/{session.scalars(select(Connector.id)).one()}"

    def post(self, body: bytes, headers: dict[str, str], path: str = "") -> Any:
        client = self.app.test_client()
        content_type = "application/json"
        return client.post(path or self.path, data=body, headers=headers, content_type=content_type)

    def say(
        self,
        notes: str = "已派单",
        status: str = "open",
        *,
        id_: str = "m1",
        sent_at: datetime | None = None,
        secret: str = SECRET,
        **more: Any,
    ) -> Any:
        """The platform says something of the case."""
        news = {"case_id": CASE, "status": status, "notes": notes, **more}
        body = orjson.dumps({"updated_at": "2026-11-24T09:00:00+08:00", **news})
        headers = signed_headers([secret], id_, body, sent_at or datetime.now(UTC))
        return self.post(body, headers)

    def deliveries(self) -> int | None:
        with reading() as session:
            return session.scalar(select(func.count()).select_from(HookDelivery))


@pytest.fixture
def district(town: Flask, config: Config, somebody: Callable[..., Somebody]) -> Heard:
    heard = Heard(town, config, somebody)
    heard.connect()
    heard.case_arrives()
    return heard


def said(response: Any) -> tuple[int, str, Any]:
    return response.status_code, response.json["code"], response.json["detail"]


def test_what_the_platform_says_stands_on_the_timeline_and_closed_resolves_the_case(
    district: Heard,
) -> None:
    assert district.say("已派维修队").status_code == 204
    assert district.case_state() == "open"
    later = "2026-11-25T09:00:00+08:00"
    assert district.say("", "closed", id_="m2", updated_at=later).status_code == 204
    assert district.lines() == [
        ("note", "民呼我应", "已派维修队"),
        ("resolve", "民呼我应", "已办结"),
    ]
    assert district.case_state() == "resolved"


def test_a_message_sent_again_or_the_same_news_in_another_changes_nothing(
    district: Heard,
) -> None:
    answers = [district.say(id_=id_).status_code for id_ in ("m1", "m1", "m2")]
    assert answers == [204, 204, 204]
    assert district.lines() == [("note", "民呼我应", "已派单")]


def test_of_one_message_sent_twice_at_once_one_is_applied(district: Heard) -> None:
    path, together = district.path, Barrier(2)
    news = {"case_id": CASE, "status": "closed", "updated_at": "2026-11-24T09:00:00+08:00"}
    body = orjson.dumps(news)
    headers = signed_headers([SECRET], "m1", body, datetime.now(UTC))

    def send(_number: int) -> int:
        together.wait(30)
        with district.app.app_context():
            return int(district.post(body, headers, path).status_code)

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(send, range(2))) == [204, 204]
    assert district.lines() == [("resolve", "民呼我应", "已办结")]
    assert district.deliveries() == 1


def test_a_message_that_changed_its_words_under_an_id_that_was_heard_is_not_heard(
    district: Heard,
) -> None:
    district.say("已派单")
    later = "2026-11-25T09:00:00+08:00"
    assert district.say("", "closed", updated_at=later).status_code == 204
    assert district.case_state() == "open"


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_message_without_one_of_the_headers_is_refused_by_its_name(
    district: Heard, header: str
) -> None:
    headers = signed_headers([SECRET], "m1", b"{}", datetime.now(UTC))
    del headers[header]
    assert said(district.post(b"{}", headers)) == (401, "bad_signature", header)


def test_a_message_signed_by_another_secret_or_changed_on_its_way_is_refused(
    district: Heard,
) -> None:
    wrong = (401, "bad_signature", "webhook-signature")
    assert said(district.say(secret=OTHER_SECRET)) == wrong
    headers = signed_headers([SECRET], "m1", b"{}", datetime.now(UTC))
    assert said(district.post(b"{} ", headers)) == wrong
    assert said(district.post(b"{}", {**headers, "webhook-id": "m2"})) == wrong
    assert (district.lines(), district.deliveries()) == ([], 0)


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (-TOLERANCE - MINUTE, "timestamp_too_old"),
        (TOLERANCE + MINUTE, "timestamp_too_early"),
    ],
)
def test_a_message_signed_long_ago_or_ahead_of_time_is_refused_as_such(
    district: Heard, ahead: timedelta, code: str
) -> None:
    refused = district.say(sent_at=datetime.now(UTC) + ahead)
    assert said(refused) == (400, code, "webhook-timestamp")
    assert district.lines() == []


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"status": "done"}, "/status"),
        ({"case_id": "482-193-7011"}, "/case_id"),
        ({"updated_at": "2026-11-24T09:00:00"}, "/updated_at"),
        ({"updated_at": "1066-11-24T09:00:00+08:00"}, "/updated_at"),
        ({"notes": "\0"}, "/notes"),
        ({"phone": "13900000000"}, "/phone"),
    ],
)
def test_a_malformed_message_is_refused_with_where_it_is_wrong_and_may_come_again_mended(
    district: Heard, wrong: dict[str, Any], pointer: str
) -> None:
    assert said(district.say(**wrong)) == (400, "malformed", pointer)
    assert district.say().status_code == 204
    assert len(district.lines()) == 1


def test_a_message_too_long_or_no_json_is_refused(district: Heard) -> None:
    for body, refusal in (
        (b"{", (400, "malformed", "")),
        (b" " * 70_000, (413, "too_large", None)),
    ):
        headers = signed_headers([SECRET], "m1", body, datetime.now(UTC))
        assert said(district.post(body, headers)) == refusal


def test_a_case_that_never_was_at_the_district_and_a_stopped_connector_are_not_found(
    district: Heard,
) -> None:
    worker = district.person("worker")
    worker.sync(worker.mutation("case.open", **case_args("g1-101", "c2")))
    assert said(district.say(case_id=new_id("c2"))) == (404, "not_found", "/case_id")
    assert said(district.say(case_id=new_id("none"))) == (404, "not_found", "/case_id")
    district.run("district", "--stop", key="")
    assert said(district.say()) == (404, "not_found", None)


def test_a_platform_whose_secret_cannot_be_read_any_more_is_as_one_that_is_not_connected(
    district: Heard,
) -> None:
    district.lose_secret()
    assert said(district.say()) == (404, "not_found", None)


def test_a_changed_secret_and_its_former_one_are_both_believed_unless_it_was_stopped(
    district: Heard,
) -> None:
    district.connect(OTHER_SECRET)
    assert district.say(id_="m1").status_code == 204
    assert district.say(id_="m2", secret=OTHER_SECRET).status_code == 204
    district.run("district", "--stop", key="")
    district.connect(OTHER_SECRET)
    assert said(district.say(id_="m3"))[:2] == (401, "bad_signature")


def test_what_the_platform_says_is_not_told_back_to_it(district: Heard) -> None:
    district.say()
    district.say("", "closed", id_="m2", updated_at="2026-11-25T09:00:00+08:00")
    district.work()
    assert len(district.states()) == 1


def test_a_platform_that_posts_too_often_is_told_when_to_come_again(district: Heard) -> None:
    answers = [district.post(b"{}", {}).status_code for _ in range(MOST + 1)]
    assert answers == [401] * MOST + [429]
    assert 1 <= int(district.say().headers["Retry-After"]) <= 61


def test_a_delivery_is_forgotten_after_a_day(district: Heard) -> None:
    district.say()
    forget_hooks(datetime.now(UTC) + HEARD - MINUTE)
    assert district.deliveries() == 1
    forget_hooks(datetime.now(UTC) + HEARD + MINUTE)
    assert district.deliveries() == 0


@pytest.mark.parametrize("page", ["connectors.md", "connectors.zh-CN.md"])
def test_the_example_of_the_documentation_is_signed_as_it_says(page: str) -> None:
    written = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
    headers = dict(re.findall(r"^    (webhook-\w+): (.+)$", written, re.MULTILINE))
    (body,) = re.findall(r"^    (\{\"case_id.*)$", written, re.MULTILINE)
    (secret,) = re.findall(r"`(whsec_\w+)`", written)
    sent_at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert verified([secret], headers, body.encode(), sent_at) == headers["webhook-id"]
    assert load(HookRequest, orjson.loads(body)).status == "closed"


def test_news_and_its_delivery_are_written_together_or_not_at_all(
    district: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("app.tallies.add", fail)
        assert district.say().status_code == 500
    assert (district.lines(), district.deliveries()) == ([], 0)
    assert district.say().status_code == 204
    with reading() as session:
        platforms = select(CaseEvent).where(CaseEvent.actor_role == "platform")
        assert len(session.scalars(platforms).all()) == 1
