"""Puts a demo town into the database, one community a transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.counters import lock
from app.extensions import reading, writing
from app.models import (
    REFERENCE,
    Building,
    Case,
    CaseEvent,
    DutyShift,
    Dwelling,
    FeedCounter,
    Membership,
    Person,
    Resident,
    Unit,
    Visit,
)
from app.services.demo.casework import Casework, chain_of
from app.services.demo.diary import Diary
from app.services.demo.dice import Dice, Year
from app.services.demo.fates import deal, of_grid
from app.services.demo.households import Builder, Home, Rows
from app.services.demo.plan import Size, choose, refuse_settled
from app.services.demo.roster import of_grid as roster_of
from app.services.demo.staff import Staff, Worker
from app.services.demo.town import Compound, lay_out
from app.services.importing.units import Node, nodes_by_code
from app.sql import insert, upsert
from app.tallies import recount

TABLES: tuple[Table, ...] = tuple(
    model.__table__
    for model in (
        Unit,
        Person,
        Membership,
        Building,
        Dwelling,
        Resident,
        Visit,
        Case,
        CaseEvent,
        DutyShift,
    )
)
"""In the order in which their rows may be inserted."""
NUMBERED_BY_REFERENCE = ("unit", "person")
CHUNK = 5000
"""Rows of one statement, to bound the memory of its JSON."""


class Account(NamedTuple):
    """Who may sign in."""

    username: str
    role: str
    unit_code: str
    unit_name: str


class TownBuilder:
    """Builds a demo town: the same seed over the same units gives the same rows, password hash given.

    `communities` are those it will build in; call `settle` for each, in order. `accounts` and `counts`
    (rows by table) grow with it. Raises CannotBuild at once if there is no such community or if one
    of them has compounds already.
    """

    def __init__(self, code: str, size: Size, seed: int, today: date, password_hash: str) -> None:
        self._size, self._seed, self._password_hash = size, seed, password_hash
        self._dice, self._year = Dice(), Year(today)
        with reading() as session:
            units = nodes_by_code(session)
            self.communities = choose(units, code, size)
            refuse_settled(session, self.communities)
            taken = session.scalars(select(Person.username)).all()
        self._units = {unit.id: unit for unit in units.values()}
        self._staff = Staff(self._dice, taken, size.workers)
        self._teams_above: dict[str, list[Worker]] = {}
        self.accounts: list[Account] = []
        self.counts = {table.name: 0 for table in TABLES}

    def settle(self, community: Node) -> None:
        """Build one community and commit it."""
        self._dice.reseed(f"{self._seed}/{community.code}")
        town = lay_out(
            community, self.communities.index(community), self._size, self._dice, self._year.start
        )
        rows: Rows = defaultdict(list)
        teams = self._hire(community, town, rows)
        self._people_and_homes(community, town, teams, rows)
        rows["visit"].sort(key=lambda row: row["received_at"])
        rows["case_event"].sort(key=lambda row: row["received_at"])
        with writing() as session:
            counters = lock(session, [REFERENCE, str(community.id)])
            refuse_settled(session, [community])
            self._write(session, community.id, rows, counters)

    def _hire(
        self, community: Node, town: Sequence[Compound], rows: Rows
    ) -> dict[str, list[Worker]]:
        """Everybody who serves here or above, by unit; those above are hired once for all communities."""
        below = [unit for compound in town for unit in (compound.unit, *compound.grids)]
        above = [self._units[id_] for id_ in community.path.split("/")[:-1]]
        new_above = {unit.id: unit for unit in above if unit.id not in self._teams_above}
        teams = {
            unit.id: self._staff.hire(unit, self._year.start)
            for unit in (*new_above.values(), community, *below)
        }
        self._teams_above.update({id_: teams[id_] for id_ in new_above})
        rows["unit"] = [{name: getattr(unit, name) for name in Node.__slots__} for unit in below]
        for team in teams.values():
            self._employ(team, rows)
        return {**self._teams_above, **teams}

    def _employ(self, team: Sequence[Worker], rows: Rows) -> None:
        for one in team:
            rows["person"].append(
                {
                    "id": one.id,
                    "username": one.username,
                    "name": one.name,
                    "password_hash": self._password_hash,
                    "home_id": one.home_id,
                    "suspended_at": None,
                }
            )
            rows["membership"].append(
                {
                    "unit_id": one.unit.id,
                    "person_id": one.id,
                    "role": one.role,
                    "department": one.department,
                }
            )
            self.accounts.append(Account(one.username, one.role, one.unit.code, one.unit.name))

    def _people_and_homes(
        self,
        community: Node,
        town: Sequence[Compound],
        teams: dict[str, list[Worker]],
        rows: Rows,
    ) -> None:
        units = {
            **self._units,
            **{c.unit.id: c.unit for c in town},
            **{g.id: g for c in town for g in c.grids},
        }
        fates = deal(self._dice)
        for compound in town:
            builder = Builder(compound.unit, self._size, self._dice, self._year, rows)
            for grid in compound.grids:
                homes = builder.settle(grid)
                self._visits(grid, teams[grid.id], homes, rows)
                chain = chain_of(grid, units)
                casework = Casework(chain, teams, homes, self._dice, self._year, rows)
                for fate in of_grid(fates, self._size.cases):
                    casework.tell(fate)
                shifts = roster_of(grid, teams[grid.id], self._dice, self._year.today)
                rows["duty_shift"].extend(shifts)

    def _visits(
        self, grid: Node, team: Sequence[Worker], homes: Sequence[Home], rows: Rows
    ) -> None:
        diary = Diary(grid, team, self._dice, self._year)
        for home in homes:
            rows["visit"].extend(diary.of_home(home, self._size.visits_kept))
        rows["visit"].extend(diary.of_places(8))

    def _write(
        self, session: Session, community_id: str, rows: Rows, counters: dict[str, int]
    ) -> None:
        for table in TABLES:
            partition = REFERENCE if table.name in NUMBERED_BY_REFERENCE else community_id
            if "version" in table.columns:
                for row in rows[table.name]:
                    counters[partition] += 1
                    row["version"] = counters[partition]
            for start in range(0, len(rows[table.name]), CHUNK):
                insert(session, table, rows[table.name][start : start + CHUNK])
            self.counts[table.name] += len(rows[table.name])
        recount(session, community_id)
        numbers = [{"community_id": id_, "version": at} for id_, at in counters.items()]
        upsert(session, FeedCounter.__table__, numbers)
