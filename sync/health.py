"""How well sending goes on each device, and who needs help with it: pure, by rules/health.json.

It is there to help people, not to watch them. It knows when a device was last in contact and what waits on
it; it knows no places, no working hours, and compares nobody.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sync.levels import RULES

RULE: dict[str, Any] = json.loads((RULES / "health.json").read_text("utf-8"))
STATES: list[str] = RULE["states"]
"""Every state a device can be in, by need: who needs help most comes first."""

MB = 1024 * 1024
CLOCK = timedelta(minutes=RULE["clock_minutes"])


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of one device: what it last said of itself, and what the server saw of it.

    Moments are by the server's clock. What a device never said is None; an old app says nothing.
    """

    last_contact_at: datetime | None
    """When it was last heard."""
    person_contact_at: datetime | None
    """When any device of the same person was."""
    clock_offset: timedelta
    """What its clock lacks to the server's (P9)."""
    unsent: int | None = None
    photos_unsent: int | None = None
    oldest_unsent_at: datetime | None = None
    problem: str | None = None
    """The code of what stops sending until somebody acts."""
    persisted: bool | None = None
    used: int | None = None
    quota: int | None = None
    lost_at: datetime | None = None
    """When it last declared mutations lost (P4)."""
    wiped_at: datetime | None = None
    """When it first said that the database before it had vanished from the phone."""

    @property
    def waiting(self) -> bool:
        """Something waited on it when it was last heard."""
        return bool(self.unsent or self.photos_unsent)


def storage_risk(used: int | None, quota: int | None) -> str | None:
    """`full` or `filling`, by the bytes the app uses of those the browser gives it; else None."""
    if used is None or not quota:
        return None
    free_mb, share = (quota - used) / MB, used / quota
    reached = (r for r in RULE["storage"] if share >= r["used_share"] or free_mb <= r["free_mb"])
    return next((str(rule["risk"]) for rule in reached), None)


def _within(moment: datetime | None, days: int, now: datetime) -> bool:
    return moment is not None and now - moment < timedelta(days=days)


def _before(moment: datetime | None, days: int, now: datetime) -> bool:
    return moment is not None and not _within(moment, days, now)


IS: dict[str, Callable[[Health, datetime], bool]] = {
    "wiped": lambda h, now: _within(h.wiped_at, RULE["told_days"], now),
    "stopped": lambda h, _now: h.waiting and h.problem is not None,
    "stuck": lambda h, now: h.waiting and _before(h.oldest_unsent_at, RULE["stuck_days"], now),
    "lost": lambda h, now: _within(h.lost_at, RULE["told_days"], now),
    "storage_full": lambda h, _now: storage_risk(h.used, h.quota) == "full",
    "quiet": lambda h, now: _before(h.person_contact_at, RULE["quiet_days"], now),
    "clock": lambda h, _now: abs(h.clock_offset) > CLOCK,
    "storage_filling": lambda h, _now: storage_risk(h.used, h.quota) == "filling",
    # a browser that may clear the app's storage is a risk only while something is nowhere else
    "unprotected": lambda h, _now: h.waiting and h.persisted is False,
    "waiting": lambda h, _now: h.waiting,
    "fine": lambda _h, _now: True,
}
"""Whether a device is in a state, by the state's name."""


def state_of(health: Health, now: datetime) -> str:
    """The state that needs help most of those the device is in."""
    return next(state for state in STATES if IS[state](health, now))


def by_need(state: str, health: Health) -> tuple[int, float]:
    """Sorts devices by need for help: by state, then by how long something has waited."""
    oldest = health.oldest_unsent_at if health.waiting else None
    return STATES.index(state), oldest.timestamp() if oldest else float("inf")
