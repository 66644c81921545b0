"""Verdicts: what became of a mutation (P6), and the receipt a worker can read out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sync.mutation import Mutation

APPLIED = "applied"
MERGED = "merged"
SUPERSEDED = "superseded"
REJECTED = "rejected"
QUARANTINED = "quarantined"

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's letters for 5 bits, of which none is taken for another when read out."""
TWO = [first + second for first in CROCKFORD for second in CROCKFORD]
"""The letters for 10 bits."""


class Rejected(Exception):
    """A mutation that cannot be applied; its author is told why by `code` and `detail`."""

    def __init__(self, code: str, detail: str | None = None) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class Verdict(NamedTuple):
    """The answer to one mutation, given again word for word on a resend, with `duplicate` (P2)."""

    id: str
    seq: int
    verdict: str
    receipt: str
    code: str | None = None
    detail: str | None = None
    duplicate: bool = False

    def again(self) -> "Verdict":
        """The same, to a resend."""
        return Verdict(
            self.id, self.seq, self.verdict, self.receipt, self.code, self.detail, duplicate=True
        )

    def on_the_wire(self) -> dict[str, Any]:
        """As it travels; `duplicate` only where it is true."""
        sent = {
            "id": self.id,
            "seq": self.seq,
            "verdict": self.verdict,
            "receipt": self.receipt,
            "code": self.code,
            "detail": self.detail,
        }
        return sent | {"duplicate": True} if self.duplicate else sent


class Judged(NamedTuple):
    """What a resend is answered by: the first verdict, and the digest of what it was given on (P3)."""

    verdict: Verdict
    digest: str


def by_id(judged: Iterable[Judged]) -> dict[str, Judged]:
    """The same by the mutations' ids."""
    return {one.verdict.id: one for one in judged}


class Entry(NamedTuple):
    """A mutation as the journal keeps it: whole, with its author, its times and its verdict (P6).

    `held_at` is set on a quarantined one: the unit whose lead decides about it (P8).
    """

    device_id: str
    person_id: str
    mutation: Mutation
    corrected_at: datetime
    received_at: datetime
    judged: Judged
    held_at: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a quarantined mutation (P8), by whom, and the verdict that came of it.

    It stands beside the mutation's first verdict, which a resend still gets (P2).
    """

    device_id: str
    mutation_id: str
    accepted: bool
    person_id: str
    at: datetime
    verdict: str
    code: str | None = None
    detail: str | None = None


def receipt(device_id: str, mutation_id: str) -> str:
    """A receipt like `8F3K-22QD`: 40 bits of a hash in Crockford's letters, the same at every resend."""
    bits = int.from_bytes(sha256(f"{device_id}/{mutation_id}".encode()).digest()[:5])
    return f"{TWO[bits >> 30]}{TWO[bits >> 20 & 1023]}-{TWO[bits >> 10 & 1023]}{TWO[bits & 1023]}"
