"""What travels between phones and the server."""

from dataclasses import dataclass
from datetime import datetime

from sync.mutation import Mutation
from sync.pull import Patch
from sync.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Letter:
    """One request of a device, by the number it has on that device."""

    device_id: str
    number: int
    cursor: str | None
    limit: int
    mutations: tuple[Mutation, ...]
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answers to a letter it took."""

    received_through: int
    verdicts: tuple[Verdict, ...]
    patch: Patch


@dataclass(frozen=True, slots=True)
class Refusal:
    """A letter refused as a whole; `received_through` with a sequence gap only."""

    code: str
    received_through: int = 0
