"""How often each thing happened; a run in which too little went wrong proves nothing."""

from collections import Counter
from math import sqrt

FLOORS: dict[str, float] = {
    "answer lost": 16,
    "applied": 118,
    "by itself: due": 3,
    "by itself: due_soon": 1.3,
    "by itself: overdue": 1,
    "by itself: silent": 0.074,
    "by itself: unaccepted": 6,
    "case.assign: applied": 0.93,
    "case.extend: applied": 1,
    "case.grant: applied": 0.08,
    "case.merge: applied": 0.06,
    "case.rate: applied": 6,
    "case.reopen: applied": 0.065,
    "case.resolve: applied": 1.3,
    "case.respond: applied": 1.4,
    "case.unmask: applied": 4.3,
    "case.whistle: applied": 2.2,
    "case.withdraw: applied": 0.24,
    "case went with its dwelling": 6,
    "clock jumped": 4.7,
    "clock jumped back in a queue": 0.47,
    "conflict.settle: applied": 1.2,
    "conflict.settle: superseded": 0.23,
    "copied on the way": 21,
    "crossing": 29,
    "cursor damaged": 2.4,
    "decided: applied": 0.44,
    "decided: merged": 0.12,
    "decided: rejected": 0.95,
    "decided: superseded": 0.23,
    "delayed": 19,
    "duplicate": 54,
    "dwelling moved": 3.8,
    "dwelling.add: applied": 4.2,
    "dwelling.edit: applied": 13,
    "dwelling.edit: merged": 5.2,
    "first arrived late": 3,
    "id reused": 1.4,
    "late duplicate": 44,
    "merged": 11,
    "more pages": 105,
    "nobody came for a while": 1.1,
    "outbox lost": 3.1,
    "outbox.lost: applied": 3.3,
    "phone died": 9.3,
    "phone died taking an answer": 11,
    "phone set back": 0.42,
    "played in other orders": 1.8,
    "pulled": 396,
    "quarantined": 2.5,
    "refused: device_revoked": 0.2,
    "refused: sequence_gap": 11,
    "refused: suspended": 7.6,
    "refused: too_large": 4.4,
    "rejected: not_allowed": 51,
    "rejected: not_found": 48,
    "rejected: record_removed": 0.7,
    "rejected: suspended": 8.2,
    "request cut half way": 4.4,
    "request lost": 8.5,
    "rescued": 0.63,
    "resent": 521,
    "reset: cursor_unreadable": 2.6,
    "reset: scope_changed_twice": 0.35,
    "reset: server_restored": 30,
    "resident.add: applied": 5.9,
    "resident.edit: applied": 9.7,
    "resident.edit: merged": 3.1,
    "resident.edit: superseded": 1.7,
    "resident.remove: applied": 3.3,
    "resident.remove: merged": 1.6,
    "resident.unmask: applied": 5.5,
    "restored, and noticed by a phone that was ahead": 0.55,
    "restored, and said so": 0.58,
    "revoked": 1.1,
    "scope changed": 5.7,
    "sent ahead": 4.2,
    "server busy": 4.1,
    "server died before the commit": 1.4,
    "server died reading": 1.4,
    "server died writing": 0.63,
    "superseded": 38,
    "suspended or reinstated": 2.9,
    "taps": 241,
    "two copies at one moment": 5.8,
    "two workers at one moment": 3.4,
    "undone by a restore": 59,
    "undone, and forgotten by its phone": 4.8,
    "visit.amend: applied": 7.9,
    "visit.amend: merged": 1.6,
    "waited for a lock": 12,
    "worker died before the commit": 0.19,
    "worker died reading": 0.35,
    "worker died writing": 0.17,
}
"""The least number of each in a thousand steps, for a run to count: half of what half a million steps had."""

BUNCHES = {
    "by itself: due": 7,
    "by itself: due_soon": 4,
    "by itself: overdue": 4,
    "by itself: silent": 2,
    "by itself: unaccepted": 6,
    "case went with its dwelling": 3,
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

    def short_of(self, steps: int, once: bool = False) -> dict[str, str]:
        """What happened too seldom in so many steps: how often, and the least it should have.

        A short run may have less of what is rare, by chance; with `once` nothing may be missing at all.
        """
        return {
            name: f"{self[name]} of {floor}"
            for name, floor in least(steps, once).items()
            if self[name] < floor
        }


def least(steps: int, once: bool) -> dict[str, int]:
    """The least number of each that so many steps have."""
    due = {name: floor * steps / 1000 for name, floor in FLOORS.items()}
    spread = {name: 3 * sqrt(number * BUNCHES.get(name, 1)) for name, number in due.items()}
    return {name: int(max(once, number - spread[name])) for name, number in due.items()}
