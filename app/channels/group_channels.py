"""A unit's own ways to be told, through Apprise: robots in groups, SMS gateways, mail."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from apprise import Apprise, AppriseAsset, NotifyBase
from apprise.plugins import custom_form, custom_json, dingtalk, feishu, lark, wecombot

from app.channels.endpoints import TIMEOUTS
from app.channels.notice_words import text_of
from app.channels.outcome import FAILED, GONE, SENT, WAITING, Outcome, outcome_of
from app.channels.outward import outward_only
from app.channels.sealed_address import SealedAddress
from app.channels.web_push import Message
from app.networks import PUBLIC_ONLY, AllowedNetworks
from app.strongbox import Strongbox, Unreadable

KINDS: Mapping[str, str] = {
    "wecombot": "wecom",
    "dingtalk": "dingtalk",
    "feishu": "feishu",
    "lark": "feishu",
    "json": "gateway",
    "jsons": "gateway",
    "form": "gateway",
    "forms": "gateway",
    "mailto": "mail",
    "mailtos": "mail",
}
"""What a unit may set up, by the scheme of its Apprise URL. Others reach this machine itself."""
LONGEST = 1000
ASSET = AppriseAsset(app_id="Qiaomen", app_desc="Qiaomen", http_redirects=False)
UNREACHABLE = Outcome(WAITING, "no answer", "no_answer")
# robots answer 200 also to a message they throw away, and say so beside it
SAID_NO = ("errcode", "code", "StatusCode")
_own = threading.local()


class NoChannel(ValueError):
    """No URL of a channel we take."""


class _Heard:
    """What Apprise's plugins use for `requests`: the same, remembering what was answered."""

    codes = requests.codes
    RequestException = requests.RequestException

    def post(self, url: str, **how: Any) -> requests.Response:
        return self.request("POST", url, **how)

    def request(self, method: str, url: str, **how: Any) -> requests.Response:
        # the plugin says in `how` for how long it waits
        response = requests.request(method, url, **how)  # noqa: S113
        _own.response = response
        return response


for _plugin in (custom_form, custom_json, dingtalk, feishu, lark, wecombot):
    setattr(_plugin, "requests", _Heard())  # noqa: B010 (mypy knows these modules' names)


def kind_of(url: str) -> str:
    """Which kind of channel a URL is of. Raises NoChannel."""
    kind = KINDS.get(url.partition("://")[0].lower())
    if kind is None or len(url) > LONGEST or _plugin_of(url) is None:
        raise NoChannel
    return kind


def hint_of(url: str) -> str:
    """As much of a URL as may be shown: where it leads, with keys masked. Raises NoChannel."""
    plugin = _plugin_of(url)
    if plugin is None:
        raise NoChannel
    return urlsplit(plugin.url(privacy=True)).netloc.rpartition("@")[2][:120]


class GroupChannels:
    """Sends to units' channels. Threads may share one.

    `url` is where people's phones find this server, for the link in a message.
    """

    def __init__(
        self, box: Strongbox, url: str | None = None, networks: AllowedNetworks = PUBLIC_ONLY
    ) -> None:
        self._box, self._url, self._networks = box, url, networks

    def send(self, address: SealedAddress, message: Message, now: datetime) -> Outcome:
        """Make one attempt, which takes some seconds at most."""
        return self.say(address, text_of(message, self._url), now)

    def say(self, address: SealedAddress, text: str, now: datetime) -> Outcome:
        """The same with any words."""
        try:
            plugin = _plugin_of(self._box.open(address.channel_id, address.sealed_url))
        except Unreadable:
            return Outcome(FAILED, "locked by another server's secret", "set_up_anew")
        if plugin is None:
            return Outcome(FAILED, "no such channel", "set_up_anew")
        _own.response = None
        with outward_only(self._networks):
            arrived = plugin.notify(body=text, title="敲门")
        return _outcome(bool(arrived), _own.response, now)


def _plugin_of(url: str) -> NotifyBase | None:
    plugin = Apprise.instantiate(url, asset=ASSET)
    if not isinstance(plugin, NotifyBase):
        return None
    # whatever the URL asks for: everybody's notices wait for the threads that speak to channels
    plugin.socket_connect_timeout, plugin.socket_read_timeout = TIMEOUTS
    return plugin


def _outcome(arrived: bool, response: requests.Response | None, now: datetime) -> Outcome:
    if response is None:
        return Outcome(SENT, "accepted") if arrived else UNREACHABLE
    if code := _refusal(response):
        return Outcome(WAITING, str(code), "refused")
    outcome = outcome_of(response, now)
    # nobody tells us that a robot is gone for good, so it stays until its unit removes it
    return replace(outcome, state=FAILED) if outcome.state == GONE else outcome


def _refusal(response: requests.Response) -> int | None:
    """The number by which a robot says no; None if it did not."""
    try:
        said = response.json()
    except requests.JSONDecodeError:
        return None
    codes = [said.get(name) for name in SAID_NO] if isinstance(said, dict) else []
    return next((code for code in codes if isinstance(code, int) and code != 0), None)
