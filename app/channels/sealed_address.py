"""A unit's channel as deliveries carry it: nobody on the way can read where it leads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SealedAddress:
    """The id of a channel, and its Apprise URL as it lies in the database (app/strongbox.py)."""

    channel_id: str
    sealed_url: bytes
