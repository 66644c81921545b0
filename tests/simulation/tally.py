"""How often each thing happened; a run in which too little went wrong proves nothing."""

from collections import Counter

FLOORS = {
    "answer lost": 10,
    "applied": 100,
    "clock jumped": 4,
    "copied on the way": 15,
    "crossing": 20,
    "cursor damaged": 1,
    "delayed": 15,
    "duplicate": 60,
    "dwelling moved": 5,
    "first arrived late": 2,
    "id reused": 1,
    "late duplicate": 40,
    "more pages": 60,
    "outbox lost": 3,
    "phone died": 7,
    "phone died taking an answer": 8,
    "phone set back": 0.3,
    "pulled": 300,
    "refused: device_revoked": 0.1,
    "refused: sequence_gap": 3,
    "refused: suspended": 6,
    "refused: too_large": 1,
    "rejected: not_allowed": 20,
    "rejected: not_found": 30,
    "request lost": 6,
    "resent": 1000,
    "reset: cursor_unreadable": 1.5,
    "reset: scope_changed_twice": 0.2,
    "revoked": 0.4,
    "scope changed": 5,
    "sent ahead": 5,
    "server busy": 2,
    "server died in a transaction": 1.5,
    "superseded": 40,
    "suspended or reinstated": 2,
    "taps": 200,
    "two copies at one moment": 4,
    "waited for a lock": 3,
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
