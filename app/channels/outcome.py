"""What an answer to an attempt means for its delivery."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

from requests import Response
from urllib3.exceptions import HTTPError

SENT, GONE, FAILED, WAITING = "sent", "gone", "failed", "waiting"
Reason = Literal[
    "refused",
    "forbidden",
    "gone",
    "too_often",
    "their_fault",
    "unsubscribed",
    "set_up_anew",
    "no_answer",
]
"""Why an attempt failed, which a phone puts into words."""

REASONS: dict[int, Reason] = {
    401: "forbidden",
    403: "forbidden",
    404: "gone",
    410: "gone",
    429: "too_often",
}
AGAIN = {408, 425, 429}
LONGEST_PAUSE = timedelta(hours=6)
BODY_READ = 2048
# what push services say in JSON about themselves; anything longer or freer could name somebody
REASON = re.compile(rb'"(?:reason|error|errno)"\s*:\s*"?([A-Za-z0-9 ]{1,60})')


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt.

    `state` is sent, gone (the subscription is no more), failed (no use in trying again) or waiting (try
    again, and not before `pause` if there is one). `answer` is what was heard, in a few words, none about
    people; `reason` says what it means where that is known.
    """

    state: str
    answer: str
    reason: Reason | None = None
    pause: timedelta | None = None


def outcome_of(response: Response, now: datetime) -> Outcome:
    """Read a push service's answer (RFC 8030, sections 5 and 8.4) and close it."""
    status = response.status_code
    with response:
        # read also when not needed: an unread body would cost the connection
        body = _beginning(response)
    if 200 <= status < 300:
        return Outcome(SENT, str(status))
    answer, reason = _words(status, body), _reason(status)
    if reason == "gone":
        return Outcome(GONE, answer, reason)
    if status in AGAIN or status >= 500:
        pause = pause_asked(response.headers.get("Retry-After"), now)
        return Outcome(WAITING, answer, reason, pause)
    return Outcome(FAILED, answer, reason)


def pause_asked(header: str | None, now: datetime) -> timedelta | None:
    """Retry-After as a pause, from seconds or an HTTP date (RFC 9110), within LONGEST_PAUSE."""
    if header is None:
        return None
    pause = _seconds(header) if header.strip().isdecimal() else _until(header, now)
    return pause and max(timedelta(), min(pause, LONGEST_PAUSE))


def _seconds(header: str) -> timedelta:
    # nine digits are thirty years; more would overflow
    return timedelta(seconds=int(header.strip()[:9]))


def _until(header: str, now: datetime) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now


def _reason(status: int) -> Reason | None:
    return "their_fault" if status >= 500 else REASONS.get(status)


def _words(status: int, body: bytes) -> str:
    name = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    reason = REASON.search(body)
    said = [str(status), name, reason.group(1).decode() if reason else ""]
    return " ".join(word for word in said if word)[:120]


def _beginning(response: Response) -> bytes:
    """One packet of the body at most: it is somebody else's server, and may never end."""
    # http.client gives a connection back after read, but not after read1, of an empty body
    empty = response.headers.get("Content-Length") == "0"
    read = response.raw.read if empty else response.raw.read1
    try:
        return bytes(read(BODY_READ, decode_content=False))
    except (HTTPError, OSError):
        return b""
