"""How often each thing happened; a run in which too little went wrong proves nothing."""

from collections import Counter

FLOORS: dict[str, float] = {
    "answer cut half way": 4,
    "answer lost": 9,
    "applied": 100,
    "clock jumped": 4,
    "clock jumped back in a queue": 0.3,
    "conflict.settle: applied": 2,
    "conflict.settle: superseded": 0.2,
    "copied on the way": 15,
    "crossing": 20,
    "cursor damaged": 1,
    "delayed": 15,
    "duplicate": 50,
    "dwelling moved": 5,
    "dwelling.add: applied": 4,
    "dwelling.edit: applied": 15,
    "dwelling.edit: merged": 10,
    "first arrived late": 2,
    "id reused": 0.5,
    "late duplicate": 35,
    "merged": 20,
    "more pages": 60,
    "outbox lost": 3,
    "outbox.lost: applied": 2,
    "phone died": 7,
    "phone died taking an answer": 8,
    "phone set back": 0.3,
    "played in other orders": 2,
    "pulled": 300,
    "refused: device_revoked": 0.1,
    "refused: sequence_gap": 5,
    "refused: suspended": 5,
    "refused: too_large": 2,
    "rejected: not_allowed": 15,
    "rejected: not_found": 30,
    "rejected: record_removed": 0.5,
    "request lost": 6,
    "resent": 500,
    "reset: cursor_unreadable": 1,
    "reset: scope_changed_twice": 0.1,
    "reset: server_restored": 12,
    "resident.add: applied": 6,
    "resident.edit: applied": 10,
    "resident.edit: merged": 4,
    "resident.edit: superseded": 1.5,
    "resident.remove: applied": 3,
    "resident.remove: merged": 1.5,
    "restored, and noticed by a phone that was ahead": 0.2,
    "restored, and said so": 0.4,
    "revoked": 0.4,
    "scope changed": 4,
    "sent ahead": 4,
    "server busy": 2,
    "server died before the commit": 0.7,
    "server died reading": 0.7,
    "server died writing": 0.15,
    "superseded": 20,
    "suspended or reinstated": 1.5,
    "taps": 200,
    "two copies at one moment": 3,
    "undone by a restore": 15,
    "undone, and forgotten by its phone": 0.5,
    "visit.amend: applied": 8,
    "visit.amend: merged": 3,
    "waited for a lock": 2.5,
}
"""The least number of each in a thousand steps, for a run to count."""


class Tally(Counter[str]):
    """Counts by the name of what happened."""

    def hit(self, name: str, times: int = 1) -> None:
        self[name] += times

    def short_of(self, steps: int) -> dict[str, str]:
        """What happened too seldom in so many steps: how often, and the least it should have."""
        least = {name: int(floor * steps / 1000) for name, floor in FLOORS.items()}
        return {
            name: f"{self[name]} of {floor}" for name, floor in least.items() if self[name] < floor
        }
