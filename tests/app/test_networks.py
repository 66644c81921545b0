"""A gateway in a private network is spoken to where the settings name that network, and none beside it is."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.channels.calling import Unanswered, call
from app.channels.endpoints import acceptable
from app.cli import main
from app.config import ALLOWED_NETWORKS, networks
from app.networks import PUBLIC_ONLY, AllowedNetworks
from tests.georeport import GeoReportServer
from tests.georeport import georeport as georeport

GOVERNMENT = networks("10.20.0.0/16, fd00:20::/32")
NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("ip", "of_the_internet", "with_the_networks"),
    [
        ("8.8.8.8", True, True),
        ("2606:4700::1111", True, True),
        ("10.20.3.4", False, True),
        ("::ffff:10.20.3.4", False, True),
        ("fd00:20::8", False, True),
        ("10.21.0.1", False, False),
        ("fd00:21::8", False, False),
        ("127.0.0.1", False, False),
        ("169.254.169.254", False, False),
        ("100.64.0.1", False, False),
        ("::ffff:192.168.1.1", False, False),
        ("2002:7f00:1::", False, False),
        ("fe80::1%eth0", False, False),
        ("224.0.0.1", False, False),
    ],
)
def test_what_is_neither_on_the_internet_nor_in_a_named_network_is_not_reached(
    ip: str, of_the_internet: bool, with_the_networks: bool
) -> None:
    assert (PUBLIC_ONLY.allows(ip), GOVERNMENT.allows(ip)) == (of_the_internet, with_the_networks)


def test_a_single_machine_may_be_named_also_the_one_that_tells_a_cloud_server_its_keys() -> None:
    named = networks("169.254.169.254")
    assert named.allows("169.254.169.254")
    assert not named.allows("169.254.169.253")


@pytest.mark.parametrize(
    ("url", "with_the_networks"),
    [
        ("http://10.20.3.4:8080/open311/v2", True),
        ("https://10.20.3.4/open311/v2", True),
        ("http://[fd00:20::8]/events", True),
        ("http://sms.gateway.example/send", True),
        ("http://10.21.0.1/open311/v2", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("http://127.1/x", False),
        ("http://2130706433/x", False),
        ("ftp://10.20.3.4/x", False),
        ("http://push.example.com@10.20.3.4/x", False),
    ],
)
def test_an_address_or_plain_http_is_taken_only_where_networks_are_named(
    url: str, with_the_networks: bool
) -> None:
    assert not acceptable(url)
    assert acceptable(url, GOVERNMENT) is with_the_networks


@pytest.mark.parametrize(("named", "reached"), [("127.0.0.1/32", True), ("127.0.0.2/32", False)])
def test_the_address_that_a_name_leads_to_is_what_counts_and_it_is_looked_at_on_the_connection(
    georeport: GeoReportServer, monkeypatch: pytest.MonkeyPatch, named: str, reached: bool
) -> None:
    port = int(georeport.url.split(":")[2].split("/")[0])
    resolved(monkeypatch, "127.0.0.1")
    url = f"http://platform.gov.example:{port}/open311/v2/requests.json"
    if reached:
        assert call("GET", url, NOW, networks(named)).status == 404
    else:
        with pytest.raises(Unanswered, match="ConnectionError"):
            call("GET", url, NOW, networks(named))
    assert len(georeport.calls) == reached


def test_plain_http_is_not_spoken_on_the_internet_though_networks_are_named(
    georeport: GeoReportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Open(AllowedNetworks):
        """As if this machine stood on the internet."""

        def allows(self, address: str) -> bool:
            return True

    where = Open(GOVERNMENT.named)
    resolved(monkeypatch, "127.0.0.1")
    url = georeport.url.replace("127.0.0.1", "platform.gov.example")
    with pytest.raises(Unanswered, match="ConnectionError"):
        call("GET", url, NOW, where)
    assert georeport.calls == []


@pytest.mark.parametrize(
    ("straight", "first_word"), [("", b"CONNECT"), ("12345.example, .gov.example", b"\x16\x03")]
)
def test_behind_a_proxy_what_no_proxy_names_is_spoken_to_straight(
    monkeypatch: pytest.MonkeyPatch, straight: str, first_word: bytes
) -> None:
    resolved(monkeypatch, "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor(1) as thread:
        port = door.getsockname()[1]
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", straight)
        heard = thread.submit(first_words, door)
        with pytest.raises(Unanswered):
            call("GET", f"https://platform.gov.example:{port}/", NOW, networks("127.0.0.1/32"))
    assert heard.result().startswith(first_word)


def first_words(door: socket.socket) -> bytes:
    """What the first who comes through begins with: TLS to a platform, CONNECT to a proxy."""
    with door.accept()[0] as visitor:
        return visitor.recv(16)


@pytest.mark.parametrize("nonsense", ["10.20.0.1/16", "the office", "10.20.0.0/16;10.30.0.0/16"])
def test_networks_that_are_none_are_said_when_a_command_starts(
    nonsense: str, tmp_path: Path
) -> None:
    settings = {ALLOWED_NETWORKS: nonsense, "QIAOMEN_DATA_DIR": str(tmp_path)}
    told = CliRunner().invoke(main, ["openapi"], env=settings)
    assert told.exit_code == 1
    assert (
        f"{ALLOWED_NETWORKS} must be networks like 10.20.0.0/16, separated by commas" in told.output
    )
    assert nonsense in told.output


def resolved(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let every name lead there, as whoever owns a name may."""
    resolve = socket.getaddrinfo

    def everywhere(_host: str, *more: Any, **named: Any) -> Any:
        return resolve(address, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", everywhere)
