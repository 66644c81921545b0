"""Buildings, dwellings and the people who live in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.services.demo.dice import Dice, Year
from app.services.demo.plan import Size
from app.services.demo.residents import HOUSEHOLD, Neighbour, people_of
from app.services.demo.visit_words import DWELLING_NOTES
from app.services.importing.units import Node

Rows = dict[str, list[dict[str, Any]]]
"""Rows to insert, by the name of their table."""

STYLES = ((6, 2, 4), (6, 3, 3), (5, 2, 4), (11, 2, 2), (18, 4, 1), (26, 3, 1))
"""Floors, doors on a floor, entrances of a building."""


@dataclass(frozen=True, slots=True)
class Home:
    """A dwelling as those who knock know it."""

    id: str
    building: str
    entrance: str
    occupancy: str
    people: list[Neighbour]

    @property
    def in_care(self) -> list[Neighbour]:
        return [person for person in self.people if person.care_needs]


class Builder:
    """Puts up the buildings of one compound, grid by grid; their numbers run through."""

    def __init__(self, compound: Node, size: Size, dice: Dice, year: Year, rows: Rows) -> None:
        self._compound, self._size, self._dice, self._rows = compound, size, dice, rows
        self._style, self._buildings = dice.one_of(STYLES), 0
        self._year = year
        self._crowd = size.residents / size.dwellings / 0.92 - HOUSEHOLD

    def settle(self, grid: Node) -> list[Home]:
        """The grid's homes."""
        place = {
            "community_id": grid.community_id,
            "compound_id": self._compound.id,
            "grid_id": grid.id,
        }
        doors = self._doors(place)
        return [self._home(place, *next(doors)) for _ in range(self._size.dwellings)]

    def _doors(self, place: dict[str, Any]) -> Iterator[tuple[str, str, str, int, int]]:
        """Building id and name, entrance, floor and door, one after the other; each building as needed."""
        floors, width, entrances = self._style
        while True:
            id_, name = self._building(place, entrances, floors)
            for entrance in range(1, entrances + 1):
                for floor in range(1, floors + 1):
                    for door in range(1, width + 1):
                        yield id_, name, str(entrance), floor, door

    def _building(self, place: dict[str, Any], entrances: int, floors: int) -> tuple[str, str]:
        self._buildings += 1
        id_, name = self._dice.id(self._year.start), f"{self._buildings}号楼"
        row = {**place, "id": id_, "name": name, "entrances": entrances, "floors": floors}
        self._rows["building"].append(row)
        return id_, name

    def _home(
        self,
        place: dict[str, Any],
        building_id: str,
        building: str,
        entrance: str,
        floor: int,
        door: int,
    ) -> Home:
        dice = self._dice
        occupancy = self._occupancy()
        home = Home(dice.id(self._year.start), building, entrance, occupancy, [])
        self._rows["dwelling"].append(
            {
                **place,
                "id": home.id,
                "building_id": building_id,
                "entrance": entrance,
                "floor": floor,
                "room": f"{floor}{door:02d}",
                "occupancy": occupancy,
                "note": dice.one_of(DWELLING_NOTES) if dice.happens(0.05) else "",
            }
        )
        if occupancy in ("owner", "tenant"):
            people = people_of(dice, self._year, occupancy, self._crowd)
            home.people.extend(people)
            self._rows["resident"].extend(self._resident(place, home.id, one) for one in people)
        return home

    def _occupancy(self) -> str:
        draw = self._dice.random.random()
        if draw < 0.72:
            return "owner"
        if draw < 0.92:
            return "tenant"
        return "vacant" if draw < 0.98 else "unknown"

    def _resident(self, place: dict[str, Any], home_id: str, person: Neighbour) -> dict[str, Any]:
        asked = self._year.today - timedelta(days=person.asked_days_ago)
        return {
            **place,
            "id": person.id,
            "dwelling_id": home_id,
            "name": person.name,
            "phone": person.phone,
            "relation": person.relation,
            "birth_year": self._year.today.year - person.age,
            "care_needs": person.care_needs,
            "consented_on": asked.isoformat() if person.care_needs else None,
        }
