"""One bounded HTTP call to a platform: how long it may take, how much it may say, where it may go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import requests

from app.channels.endpoints import TIMEOUTS, acceptable, session_to
from app.channels.outcome import pause_asked
from app.networks import AllowedNetworks

LONGEST = 30.0
"""Seconds that a whole answer may take."""
MOST_BYTES = 2 * 1024 * 1024


class Unanswered(Exception):
    """No answer that can be used; the words say why, and nothing about people."""


class Refusal(Unanswered):
    """The platform answered with an error; `pause` if it said when to come again."""

    def __init__(self, words: str, pause: timedelta | None = None) -> None:
        super().__init__(words)
        self.pause = pause


@dataclass(frozen=True)
class Reply:
    """What came back; `pause` if it asked for one."""

    status: int
    body: bytes
    pause: timedelta | None

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


def call(
    method: str,
    url: str,
    now: datetime,
    networks: AllowedNetworks,
    *,
    query: Mapping[str, str] | None = None,
    data: Mapping[str, str] | bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Make one call, following no redirect. Raises Unanswered."""
    if not acceptable(url, networks):
        raise Unanswered("address not acceptable")
    try:
        with (
            session_to(networks) as session,
            session.request(
                method,
                url,
                params=query,
                data=data,
                headers=headers,
                timeout=TIMEOUTS,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            pause = pause_asked(response.headers.get("Retry-After"), now)
            return Reply(response.status_code, _read(response), pause)
    except requests.RequestException as error:
        raise Unanswered(type(error).__name__) from error


def _read(response: requests.Response) -> bytes:
    """The body, of somebody else's server, which may never end."""
    began, body = monotonic(), b""
    for chunk in response.iter_content(16 * 1024):
        body += chunk
        if len(body) > MOST_BYTES or monotonic() - began > LONGEST:
            raise Unanswered("answer too long")
    return body
