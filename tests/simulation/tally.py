"""How often each thing happened; a run in which too little went wrong proves nothing."""

from collections import Counter
from math import sqrt

FLOORS: dict[str, float] = {
    "answer cut half way": 4.9,
    "answer lost": 10,
    "applied": 155,
    "case.assign: applied": 1.2,
    "case.extend: applied": 1.1,
    "case.rate: applied": 6,
    "case.respond: applied": 1.5,
    "case.reopen: applied": 0.11,
    "case.resolve: applied": 1.2,
    "case.whistle: applied": 2.3,
    "case.withdraw: applied": 0.29,
    "clock jumped": 4.7,
    "clock jumped back in a queue": 0.42,
    "conflict.settle: applied": 1.6,
    "conflict.settle: superseded": 0.33,
    "copied on the way": 22,
    "crossing": 29,
    "cursor damaged": 2.6,
    "decided: applied": 0.57,
    "decided: merged": 0.15,
    "decided: rejected": 0.9,
    "decided: superseded": 0.25,
    "delayed": 19,
    "duplicate": 61,
    "dwelling moved": 6.4,
    "dwelling.add: applied": 4.8,
    "dwelling.edit: applied": 15,
    "dwelling.edit: merged": 6.6,
    "first arrived late": 3.3,
    "id reused": 1.4,
    "late duplicate": 48,
    "merged": 15,
    "more pages": 115,
    "outbox lost": 3.9,
    "outbox.lost: applied": 3.7,
    "phone died": 10,
    "phone died taking an answer": 11,
    "phone set back": 0.4,
    "played in other orders": 1.9,
    "pulled": 386,
    "quarantined": 3.2,
    "refused: device_revoked": 0.19,
    "refused: sequence_gap": 11,
    "refused: suspended": 10,
    "refused: too_large": 5,
    "rejected: not_allowed": 22,
    "rejected: not_found": 44,
    "rejected: record_removed": 0.9,
    "rejected: suspended": 10,
    "request lost": 8.7,
    "rescued": 0.79,
    "resent": 563,
    "reset: cursor_unreadable": 2.8,
    "reset: scope_changed_twice": 0.29,
    "reset: server_restored": 27,
    "resident.add: applied": 7.1,
    "resident.edit: applied": 11,
    "resident.edit: merged": 3.9,
    "resident.edit: superseded": 2.4,
    "resident.remove: applied": 3.9,
    "resident.remove: merged": 2.1,
    "restored, and noticed by a phone that was ahead": 0.53,
    "restored, and said so": 0.57,
    "revoked": 1.3,
    "scope changed": 5.9,
    "sent ahead": 4.8,
    "server busy": 4.1,
    "server died before the commit": 1.4,
    "server died reading": 1.5,
    "server died writing": 0.72,
    "superseded": 27,
    "suspended or reinstated": 3.3,
    "taps": 261,
    "two copies at one moment": 6.2,
    "undone by a restore": 56,
    "undone, and forgotten by its phone": 5.3,
    "visit.amend: applied": 9.4,
    "visit.amend: merged": 2.2,
    "waited for a lock": 12,
}
"""The least number of each in a thousand steps, for a run to count: half of what half a million steps had."""

BUNCHES = {
    "duplicate": 3,
    "late duplicate": 3,
    "rescued": 3,
    "reset: server_restored": 15,
    "resent": 10,
    "undone by a restore": 40,
    "undone, and forgotten by its phone": 10,
}
"""About how many of a kind one mishap brings at once; by chance their number then varies as much more."""


class Tally(Counter[str]):
    """Counts by the name of what happened."""

    def hit(self, name: str, times: int = 1) -> None:
        self[name] += times

    def short_of(self, steps: int) -> dict[str, str]:
        """What happened too seldom in so many steps: how often, and the least it should have.

        A short run may have less of what is rare, by chance.
        """
        due = {name: floor * steps / 1000 for name, floor in FLOORS.items()}
        spread = {name: 3 * sqrt(number * BUNCHES.get(name, 1)) for name, number in due.items()}
        least = {name: int(max(0, number - spread[name])) for name, number in due.items()}
        return {
            name: f"{self[name]} of {floor}" for name, floor in least.items() if self[name] < floor
        }
