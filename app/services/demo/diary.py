"""A year of visits: what workers found behind the doors of one grid."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.services.demo.dice import Dice, Year, by_day, on_weekdays
from app.services.demo.households import Home
from app.services.demo.residents import Neighbour
from app.services.demo.staff import Worker
from app.services.demo.visit_words import (
    CARE,
    CLOSINGS,
    FOLLOW_UP,
    NOBODY_HOME,
    OPENINGS,
    PLACES,
    ROUTINE,
    SEASONS,
    SURVEY,
    VACANT,
    Sentence,
)
from app.services.importing.units import Node
from sync.deadlines import CHINA
from sync.instants import to_wire

CARE_DAYS, ROUTINE_DAYS, EMPTY_DAYS = 25, 150, 165
"""Days between two visits on average; phones call a visit due after 30 days with care needs, else 180."""
KINDS = ("routine",) * 12 + ("follow_up",) * 3 + ("survey",) * 4 + ("other",)
BANKS = {"follow_up": FOLLOW_UP, "survey": SURVEY}


class Diary:
    """Writes the visits of one grid's team."""

    def __init__(self, grid: Node, team: Sequence[Worker], dice: Dice, year: Year) -> None:
        self._grid, self._team, self._dice, self._year = grid, team, dice, year

    def of_home(self, home: Home, kept: int | None) -> Iterator[dict[str, Any]]:
        """A home's visits, the newest first, at most `kept` of them."""
        dice, count = self._dice, 0
        usual = dice.one_of(self._team)
        interval = self._interval(home)
        ago = dice.between(0.3, interval * 1.23)
        while ago < 364 and count != kept:
            visitor = usual if dice.happens(0.8) else dice.one_of(self._team)
            at = self._moment(ago)
            next_on = self._next_on(home, at, count == 0)
            yield self.visit(visitor, at, home, *self._found(home, at), next_on)
            ago += interval * dice.between(0.7, 1.3)
            count += 1

    def of_places(self, count: int) -> Iterator[dict[str, Any]]:
        """Visits to what is no dwelling."""
        for _ in range(count):
            at = self._moment(self._dice.between(0.3, 364))
            text, summary = self._dice.one_of(PLACES)
            row = self.visit(
                self._dice.one_of(self._team), at, None, "other", summary, [], [], None
            )
            yield {**row, "place": {"unit_id": self._grid.id, "text": text}}

    def visit(
        self,
        visitor: Worker,
        at: datetime,
        home: Home | None,
        kind: str,
        summary: str,
        met: Sequence[Neighbour],
        needs: list[str],
        next_on: str | None,
    ) -> dict[str, Any]:
        """One visit's row."""
        return {
            "community_id": self._grid.community_id,
            "compound_id": self._grid.parent_id,
            "grid_id": self._grid.id,
            "id": self._dice.id(at),
            "dwelling_id": home.id if home else None,
            "place": None,
            "kind": kind,
            "occurred_at": to_wire(at),
            "met": [one.id for one in met],
            "summary": summary,
            "needs": needs,
            "photos": [],
            "location": None,
            "next_visit_on": next_on,
            "visitor_id": visitor.id,
            "visitor_name": visitor.name,
            "received_at": to_wire(self._year.received(at, self._dice)),
        }

    def _interval(self, home: Home) -> int:
        if not home.people:
            return EMPTY_DAYS
        return CARE_DAYS if home.in_care else ROUTINE_DAYS

    def _moment(self, days_ago: float) -> datetime:
        at = by_day(self._year.end - timedelta(days=days_ago))
        weekday = on_weekdays(at)
        return weekday if weekday > self._year.start and self._dice.happens(0.8) else at

    def _next_on(self, home: Home, at: datetime, newest: bool) -> str | None:
        """The promised day; what was promised before the newest visit has been kept."""
        promised = 0.5 if home.in_care else 0.04
        if not self._dice.happens(promised):
            return None
        days = 28 if home.in_care else self._dice.age(3, 14)
        day = at.astimezone(CHINA).date() + timedelta(days=days)
        if newest and day < self._year.today:
            day = self._year.today + timedelta(days=self._dice.age(0, 9))
        return day.isoformat()

    def _found(self, home: Home, at: datetime) -> tuple[str, str, list[Neighbour], list[str]]:
        """Kind, summary, who was met, and what is needed."""
        dice = self._dice
        if home.occupancy == "vacant":
            return "routine", dice.one_of(VACANT), [], []
        if not home.people or dice.happens(0.08):
            return "routine", dice.one_of(NOBODY_HOME), [], []
        if home.in_care and dice.happens(0.75):
            who = dice.one_of(home.in_care)
            return "care", *self._said(at, who, home, CARE[dice.one_of(who.care_needs)])
        grown = [one for one in home.people if one.age >= 16]
        kind = dice.one_of(KINDS)
        return kind, *self._said(at, dice.one_of(grown), home, BANKS.get(kind, ROUTINE))

    def _said(
        self, at: datetime, who: Neighbour, home: Home, bank: Sequence[Sentence]
    ) -> tuple[str, list[Neighbour], list[str]]:
        dice = self._dice
        text, need = dice.one_of(bank)
        season = dice.one_of(SEASONS[at.month]) if dice.happens(0.25) else ""
        opening = dice.one_of(OPENINGS).format(who=who.called)
        beside = [one for one in home.people if one is not who and dice.happens(0.3)]
        summary = f"{opening}{text}{season}{dice.one_of(CLOSINGS)}"
        return summary, [who, *beside], [need] if need else []
