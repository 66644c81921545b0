"""Who is on duty in a grid in the weeks to come: its team in turn."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from app.services.demo.dice import Dice
from app.services.demo.staff import Worker
from app.services.importing.repeating import HOLIDAYS, days, span
from app.services.importing.shifts import CALENDAR
from app.services.importing.units import Node
from sync.instants import to_wire

LASTS = timedelta(weeks=4)
EVENING, MORNING, AFTERNOON = 20 * 60, 8 * 60 + 30, 17 * 60 + 30
TURNS = (
    ("duty", frozenset({"工作日"}), MORNING, AFTERNOON),
    ("after_hours", frozenset({"工作日"}), AFTERNOON, EVENING),
    ("duty", frozenset({"周末", HOLIDAYS}), MORNING, AFTERNOON),
)
"""Kinds of shifts, on which days, and in minutes after midnight from when to when."""


def of_grid(
    grid: Node, team: Sequence[Worker], dice: Dice, today: date
) -> Iterator[dict[str, Any]]:
    """The shifts of a grid's team from today on."""
    for first, (kind, patterns, start, end) in enumerate(TURNS):
        for turn, day in enumerate(days(patterns, today, today + LASTS, CALENDAR), first):
            starts_at, ends_at = span(day, start, end)
            who = team[turn % len(team)]
            yield {
                "community_id": grid.community_id,
                "id": dice.id(starts_at),
                "unit_id": grid.id,
                "person_id": who.id,
                "rostered_id": who.id,
                "kind": kind,
                "starts_at": to_wire(starts_at),
                "ends_at": to_wire(ends_at),
                "source": "demo",
            }
