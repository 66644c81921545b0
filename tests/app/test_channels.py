"""A unit's leader sets up how its people are told beside Web Push; where that leads is told once only."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from app.channels.endpoints import TIMEOUTS
from app.channels.group_channels import GroupChannels, hint_of, kind_of
from app.channels.outcome import FAILED, SENT, WAITING
from app.channels.outward import NotOutward, outward_only
from app.channels.sealed_address import SealedAddress
from app.networks import PUBLIC_ONLY, AllowedNetworks
from app.strongbox import Strongbox, Unreadable
from tests.app.conftest import OWN, Somebody
from tests.group_robot import GroupRobot
from tests.loopback import LOOPBACK
from tests.meanwhile import Halt, on_postgresql
from tests.phone import new_id
from tests.town import MORNING, id_of

Arrive = Callable[..., Somebody]
GARDEN = f"/api/v1/units/{id_of('garden')}/channels"
SECRET = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
BOX = Strongbox(b"s" * 32)
WRITTEN = json.loads((Path(__file__).parents[1] / "vectors/channels.json").read_text("utf-8"))


@pytest.fixture
def robot() -> Iterator[GroupRobot]:
    with GroupRobot() as robot:
        yield robot


def set_up(person: Somebody, url: str, name: str = "one", at: str = GARDEN) -> Any:
    return person.client.post(at, json={"id": new_id(name), "url": url}, headers=OWN)


def said_to(robot_url: str, networks: AllowedNetworks = LOOPBACK) -> tuple[str, str | None]:
    """What becomes of words sent there, and why."""
    address = SealedAddress("one", BOX.lock("one", robot_url))
    outcome = GroupChannels(BOX, networks=networks).say(address, "测试", MORNING)
    return outcome.state, outcome.reason


def test_a_secretary_sets_up_a_groups_robot_and_sees_no_key_of_it_again(somebody: Arrive) -> None:
    secretary = somebody("secretary")
    for _ in range(2):
        assert set_up(secretary, f"wecombot://{SECRET}").status_code == 201
    response: Any = secretary.client.get(GARDEN)
    (channel,) = response.json["channels"]
    assert (channel["kind"], set(channel)) == ("wecom", {"id", "kind", "hint", "created_at"})
    assert SECRET not in response.text
    assert secretary.client.delete(f"{GARDEN}/{channel['id']}", headers=OWN).status_code == 204
    response = secretary.client.get(GARDEN)
    assert response.json["channels"] == []


@pytest.mark.parametrize("name", ["worker", "harbour-secretary", "community-secretary"])
def test_nobody_but_who_leads_the_unit_may_see_or_set_up_its_channels(
    somebody: Arrive, name: str
) -> None:
    person = somebody(name)
    refused = [
        set_up(person, f"wecombot://{SECRET}"),
        person.client.get(GARDEN),
        person.client.delete(f"{GARDEN}/{new_id('one')}", headers=OWN),
        person.client.post(f"{GARDEN}/{new_id('one')}/try", headers=OWN),
    ]
    assert {(r.status_code, r.json["code"]) for r in refused} == {(403, "unit_leaders_only")}


@pytest.mark.parametrize(
    "url",
    ["hello", "file:///etc/passwd", "syslog://", "dbus://", "wecombot://", f"https://{SECRET}"],
)
def test_what_is_no_channel_or_would_reach_into_the_server_is_refused_in_words(
    somebody: Arrive, url: str
) -> None:
    response = set_up(somebody("secretary"), url)
    assert (response.status_code, response.json["code"]) == (400, "bad_channel")
    assert "请填企业微信" in response.json["message"]


@pytest.mark.parametrize("channel", WRITTEN, ids=lambda channel: channel["url"][:20])
def test_what_the_phone_makes_of_a_robots_link_is_a_channel(channel: dict[str, str]) -> None:
    assert (kind_of(channel["url"]), hint_of(channel["url"])) == (channel["kind"], channel["hint"])


def test_an_eleventh_channel_is_refused(somebody: Arrive) -> None:
    secretary = somebody("secretary")
    codes = [set_up(secretary, f"wecombot://{SECRET}", f"c{n}").status_code for n in range(11)]
    assert codes == [201] * 10 + [409]


@on_postgresql
@pytest.mark.parametrize(
    ("names", "told", "count"), [(("one", "one"), {201}, 9), (("one", "other"), {201, 409}, 10)]
)
def test_of_two_that_are_set_up_at_one_moment_the_second_finds_the_first(
    town: Flask,
    somebody: Arrive,
    monkeypatch: pytest.MonkeyPatch,
    names: tuple[str, str],
    told: set[int],
    count: int,
) -> None:
    halt, windows = Halt(), [somebody("secretary", f"d-{n}") for n in range(2)]
    for n in range(count - 1):
        set_up(windows[0], f"wecombot://{SECRET}", f"c{n}")
    monkeypatch.setattr(Strongbox, "lock", halt.after(Strongbox.lock))
    tries = [
        partial(set_up, window, f"wecombot://{SECRET}", name)
        for window, name in zip(windows, names, strict=True)
    ]
    answers = halt.meanwhile(town, *tries)
    assert {answer.status_code for answer in answers} == told
    listed: Any = windows[0].client.get(GARDEN)
    assert len(listed.json["channels"]) == count


def test_a_try_says_what_the_service_answered(somebody: Arrive, robot: GroupRobot) -> None:
    secretary = somebody("secretary")
    set_up(secretary, robot.url)
    at = f"{GARDEN}/{new_id('one')}/try"
    response: Any = secretary.client.post(at, headers=OWN)
    assert response.json == {"arrived": True, "answer": "200", "reason": None}
    robot.answer = {"errcode": 45009, "errmsg": "api freq out of limit"}
    response = secretary.client.post(at, headers=OWN)
    assert response.json == {"arrived": False, "answer": "45009", "reason": "refused"}
    assert robot.said == ["敲门：这是一条测试消息。"] * 2
    gone = secretary.client.post(f"{GARDEN}/{new_id('another')}/try", headers=OWN)
    assert gone.status_code == 404


@pytest.mark.parametrize(
    ("status", "state"), [(200, SENT), (404, FAILED), (403, FAILED), (429, WAITING), (503, WAITING)]
)
def test_a_channel_is_tried_again_only_where_that_may_help(
    robot: GroupRobot, status: int, state: str
) -> None:
    robot.status, robot.answer = status, {}
    assert said_to(robot.url)[0] == state


def test_a_channel_leads_into_our_own_network_only_where_the_settings_name_it(
    robot: GroupRobot,
) -> None:
    for networks in (PUBLIC_ONLY, AllowedNetworks.read("127.0.0.2/32")):
        assert said_to(robot.url, networks) == (WAITING, "no_answer")
    assert robot.said == []
    assert said_to(robot.url, AllowedNetworks.read("127.0.0.1/32")) == (SENT, None)


def test_a_channel_is_waited_for_some_seconds_whatever_its_url_asks_for(
    robot: GroupRobot, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[Any] = []
    ask = requests.request

    def note(*where: Any, **how: Any) -> requests.Response:
        waits.append(how["timeout"])
        return ask(*where, **how)

    monkeypatch.setattr(requests, "request", note)
    assert said_to(f"{robot.url}?rto=86400&cto=86400") == (SENT, None)
    assert waits == [TIMEOUTS]


def test_a_redirect_is_not_followed(robot: GroupRobot) -> None:
    robot.status, robot.headers = 307, {"Location": "/elsewhere"}
    assert said_to(robot.url)[0] == FAILED
    assert len(robot.said) == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1"])
def test_no_connection_to_a_private_address_is_begun(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as one, outward_only(PUBLIC_ONLY), pytest.raises(NotOutward):
        one.connect((address, 9))


def test_mail_reaches_a_mail_server() -> None:
    with MailServer() as server:
        url = f"mailto://127.0.0.1:{server.port}?from=q@example.com&to=group@example.com&mode=insecure"
        assert said_to(url) == (SENT, None)
        assert said_to(url, PUBLIC_ONLY) == (WAITING, "no_answer")
    assert server.recipients == ["RCPT TO:<GROUP@EXAMPLE.COM>"]


def test_a_mail_server_out_of_reach_is_tried_again() -> None:
    with MailServer() as server:
        port = server.port
    url = f"mailto://127.0.0.1:{port}?from=q@example.com&to=group@example.com&mode=insecure"
    assert said_to(url) == (WAITING, "no_answer")


def test_a_locked_text_opens_by_its_own_name_and_secret_only() -> None:
    locked = BOX.lock("one", SECRET)
    assert SECRET.encode() not in locked
    assert BOX.lock("one", SECRET) != locked
    assert BOX.open("one", locked) == SECRET
    for box, name in ((BOX, "two"), (replace(BOX, secret=b"t" * 32), "one")):
        with pytest.raises(Unreadable):
            box.open(name, locked)


class MailServer:
    """As much of SMTP (RFC 5321) as it takes to receive mail."""

    def __init__(self) -> None:
        self.recipients: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> "MailServer":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb", buffering=0) as lines:
                self._talk(lines)

    def _talk(self, lines: Any) -> None:
        lines.write(b"220 ready\r\n")
        in_data = False
        for line in iter(lines.readline, b""):
            said = line.decode(errors="replace").strip().upper()
            in_data = said == "DATA" or (in_data and said != ".")
            if said.startswith("RCPT"):
                self.recipients.append(said)
            if said == "QUIT":
                lines.write(b"221 bye\r\n")
                return
            if said == "DATA" or not in_data:
                lines.write(b"354 go on\r\n" if said == "DATA" else b"250 ok\r\n")
