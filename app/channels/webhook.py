"""Signed webhooks (webhook_signature.py), as their sender: one POST an event."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.channels.calling import Refusal, call
from app.channels.webhook_signature import signed_headers
from app.networks import PUBLIC_ONLY, AllowedNetworks

GONE = 410


class Gone(Refusal):
    """The receiver wants no more of them, for good."""


@dataclass(frozen=True)
class Receiver:
    """Where a connector's events go; during a change of secrets signed by each of them."""

    url: str
    secrets: Sequence[str] = field(repr=False)


class Webhook:
    """Posts events. What is 2xx has been taken."""

    def __init__(self, networks: AllowedNetworks = PUBLIC_ONLY) -> None:
        self._networks = networks

    def post(self, receiver: Receiver, id_: str, body: bytes, now: datetime) -> None:
        """Send an event, whose id is the same at every attempt. Raises Unanswered, Refusal, or Gone."""
        headers = {
            "Content-Type": "application/json",
            **signed_headers(receiver.secrets, id_, body, now),
        }
        reply = call("POST", receiver.url, now, self._networks, data=body, headers=headers)
        if not reply.good:
            kind = Gone if reply.status == GONE else Refusal
            # its words may quote what we sent
            raise kind(f"answered {reply.status}", reply.pause)
