"""Deadlines act by themselves: reminding, telling the unit above, passing a case up that nobody accepts."""

import logging
from collections import Counter
from datetime import datetime, timedelta
from random import Random

from app.services.working_days import is_announced, is_working_day
from app.store import SqlStore
from sync.sweep import sweep

log = logging.getLogger(__name__)
BATCH = 500
COMMUNITIES = 50
"""So many cases in so many communities are looked at in one pass, that notices may have their turn."""
AHEAD = timedelta(days=60)
"""The longest time to settle a case and the longest holiday reach no further."""
UNANNOUNCED = (
    "the days off of %d are not known here, and its weekdays are taken as working days;"
    " once the State Council has announced them, update chinesecalendar"
)


class Deadlines:
    """A pass of the worker that takes what steps are due, each once, however many workers there are."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._warned = False

    def __call__(self, now: datetime) -> bool:
        """Take the steps of those cases that are due longest; whether any was taken."""
        self._look_ahead(now)
        store, taken = SqlStore(), Counter[str]()
        due = store.due(now, BATCH)
        # workers that come in the same order would wait for each other at every community
        communities = list(due)[:COMMUNITIES]
        for community_id in self._dice.sample(communities, len(communities)):
            taken += sweep(store, community_id, due[community_id], now, is_working_day)
        if taken:
            log.info("deadlines: %s", ", ".join(f"{n} {step}" for step, n in taken.items()))
        return bool(taken)

    def _look_ahead(self, now: datetime) -> None:
        year = (now + AHEAD).year
        if not (self._warned or is_announced(year)):
            log.warning(UNANNOUNCED, year)
            self._warned = True
