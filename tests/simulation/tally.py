"""How often each thing happened; a run in which too little went wrong proves nothing."""

from collections import Counter
from math import sqrt

FLOORS: dict[str, float] = {
    "answer cut half way": 5.0,
    "answer lost": 11,
    "applied": 172,
    "clock jumped": 5.0,
    "clock jumped back in a queue": 0.67,
    "conflict.settle: applied": 3.2,
    "conflict.settle: superseded": 0.77,
    "copied on the way": 23,
    "crossing": 30,
    "cursor damaged": 2.5,
    "delayed": 20,
    "duplicate": 61,
    "dwelling moved": 6.8,
    "dwelling.add: applied": 7.3,
    "dwelling.edit: applied": 21,
    "dwelling.edit: merged": 13,
    "first arrived late": 4.8,
    "id reused": 1.4,
    "late duplicate": 48,
    "merged": 30,
    "more pages": 109,
    "outbox lost": 4.0,
    "outbox.lost: applied": 3.8,
    "phone died": 10,
    "phone died taking an answer": 11,
    "phone set back": 0.56,
    "played in other orders": 2.4,
    "pulled": 427,
    "refused: device_revoked": 0.14,
    "refused: sequence_gap": 12,
    "refused: suspended": 16,
    "refused: too_large": 5.1,
    "rejected: not_allowed": 24,
    "rejected: not_found": 53,
    "rejected: record_removed": 1.8,
    "request lost": 9.1,
    "resent": 733,
    "reset: cursor_unreadable": 2.8,
    "reset: scope_changed_twice": 0.26,
    "reset: server_restored": 31,
    "resident.add: applied": 11,
    "resident.edit: applied": 17,
    "resident.edit: merged": 7.2,
    "resident.edit: superseded": 5.2,
    "resident.remove: applied": 5.9,
    "resident.remove: merged": 4.2,
    "restored, and noticed by a phone that was ahead": 0.72,
    "restored, and said so": 0.6,
    "revoked": 0.71,
    "scope changed": 6.3,
    "sent ahead": 5.0,
    "server busy": 4.2,
    "server died before the commit": 1.5,
    "server died reading": 1.5,
    "server died writing": 0.74,
    "superseded": 31,
    "suspended or reinstated": 3.1,
    "taps": 276,
    "two copies at one moment": 6.0,
    "undone by a restore": 65,
    "undone, and forgotten by its phone": 6.8,
    "visit.amend: applied": 16,
    "visit.amend: merged": 5.0,
    "waited for a lock": 12,
}
"""The least number of each in a thousand steps, for a run to count: half of what 200,000 steps had."""

BUNCHES = {"resent": 10, "undone by a restore": 40, "undone, and forgotten by its phone": 10}
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
