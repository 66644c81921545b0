"""Web Push: RFC 8030, with VAPID (RFC 8292) and encryption for the browser (RFC 8291)."""

import hashlib
import threading
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import orjson
import requests
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from py_vapid import Vapid
from pywebpush import WebPusher

from app.channels.endpoints import TIMEOUTS, acceptable, session_to
from app.channels.outages import Outages
from app.channels.outcome import FAILED, WAITING, Outcome, outcome_of
from app.networks import PUBLIC_ONLY, AllowedNetworks

MOST_BYTES = 3900
"""Services must take 4,096 encrypted bytes (RFC 8030, 7.2); some take no more."""
PADDED_TO = 160
"""Every payload has this length, so that it does not tell a push service what kind of notice it is."""
TOKEN_LIFE = timedelta(hours=12)
KEPT_FOR = {"urgent": timedelta(days=1), "normal": timedelta(days=3)}
URGENCIES = {"urgent": "high", "normal": "normal"}


@dataclass(frozen=True)
class Address:
    """A browser's subscription: where to send, and the keys to encrypt for it, as the browser wrote them."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Message:
    """All that travels. A lock screen may show what the phone makes of it, so nothing in it is personal.

    One about a flood of notices has their `count` and names no case; nor does one of a kind
    that is about none.
    """

    kind: str
    case_id: str
    urgency: str
    count: int | None = None


def payload(message: Message) -> bytes:
    """The JSON the service worker reads, padded with blanks. Raises ValueError when too long to send."""
    said = {name: value for name, value in asdict(message).items() if value is not None}
    data = orjson.dumps(said).ljust(PADDED_TO)
    if len(data) > MOST_BYTES:
        raise ValueError(f"a payload of {len(data)} bytes is more than {MOST_BYTES}")
    return data


def topic(address: Address, message: Message) -> str:
    """The Topic by which a later copy replaces an undelivered one: the same kind of news of one case, or of
    none, or any flood, whatever it is about.

    Hashed with the endpoint, so that a push service cannot see which of its users share a case.
    """
    about = f"{message.kind} {message.case_id}" if message.count is None else "flood"
    said = f"{address.endpoint} {about}"
    return urlsafe_b64encode(hashlib.sha256(said.encode()).digest()[:24]).decode()


class WebPush:
    """Sends to push services. Threads may share one; each keeps its own connections."""

    def __init__(
        self,
        key: EllipticCurvePrivateKey,
        contact: str,
        networks: AllowedNetworks = PUBLIC_ONLY,
    ) -> None:
        """`contact` is the `mailto:` or `https:` address a push service may complain to."""
        # strict, py_vapid takes no https contact with a path or a port
        self._vapid, self._contact = Vapid(private_key=key, conf={"no-strict": True}), contact
        self._networks = networks
        self._outages = Outages()
        self._own = threading.local()

    def send(self, address: Address, message: Message, now: datetime) -> Outcome:
        """Make one attempt. Takes as long as the service does, within TIMEOUTS."""
        if not acceptable(address.endpoint, self._networks):
            return Outcome(FAILED, "endpoint not acceptable", "set_up_anew")
        host = urlsplit(address.endpoint).netloc
        if self._outages.out(host, now):
            return Outcome(WAITING, "service out of reach", "no_answer")
        try:
            response = self._post(address, message, now)
        except (requests.ConnectionError, requests.Timeout) as error:
            self._outages.note(host, answered=False, now=now)
            return Outcome(WAITING, type(error).__name__, "no_answer")
        self._outages.note(host, answered=True, now=now)
        return outcome_of(response, now)

    def _post(self, address: Address, message: Message, now: datetime) -> requests.Response:
        # not pywebpush's send: it follows redirects and reads answers of any length
        return self._session().post(
            address.endpoint,
            data=_encrypted(address, payload(message)),
            headers=self._headers(address, message, now),
            timeout=TIMEOUTS,
            allow_redirects=False,
            stream=True,
        )

    def _headers(self, address: Address, message: Message, now: datetime) -> dict[str, str]:
        ttl = KEPT_FOR[message.urgency].total_seconds()
        return {
            **self._authorization(address, now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": f"{ttl:.0f}",
            "Urgency": URGENCIES[message.urgency],
            "Topic": topic(address, message),
        }

    def _authorization(self, address: Address, now: datetime) -> dict[str, str]:
        parts = urlsplit(address.endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + TOKEN_LIFE).timestamp()),
            "sub": self._contact,
        }
        signed: dict[str, str] = self._vapid.sign(claims)
        return signed

    def _session(self) -> requests.Session:
        if not hasattr(self._own, "session"):
            self._own.session = session_to(self._networks)
        session: requests.Session = self._own.session
        return session


def _encrypted(address: Address, data: bytes) -> bytes:
    keys = {"p256dh": address.p256dh, "auth": address.auth}
    encoded = WebPusher({"endpoint": address.endpoint, "keys": keys}).encode(data)
    body: bytes = encoded["body"]
    return body
