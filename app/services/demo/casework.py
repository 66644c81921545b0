"""The cases of one grid's homes and yards, told from their opening to where they stand today."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.services.demo.case_words import PROBLEMS, TRUSTED, Problem
from app.services.demo.diary import Diary
from app.services.demo.dice import Dice, Year, until_morning
from app.services.demo.fates import STILL, Fate, gaps, script
from app.services.demo.households import Home, Rows
from app.services.demo.staff import Worker
from app.services.demo.story import Story
from app.services.importing.units import Node
from sync.levels import LEVELS

STEP = timedelta(minutes=7)
"""Two lines of a timeline are at least so far apart."""
HEATED = (11, 12, 1, 2, 3)


class Casework:
    """Tells the cases that began in one grid. `chain` is the grid and the units above it, in order."""

    def __init__(
        self,
        chain: Sequence[Node],
        teams: Mapping[str, Sequence[Worker]],
        homes: Sequence[Home],
        dice: Dice,
        year: Year,
        rows: Rows,
    ) -> None:
        self._chain, self._teams, self._dice, self._year, self._rows = (
            chain,
            teams,
            dice,
            year,
            rows,
        )
        self._homes = [home for home in homes if home.people] or homes
        self._diary = Diary(chain[0], teams[chain[0].id], dice, year)

    def tell(self, fate: Fate) -> None:
        """One case of this fate, with its timeline, and sometimes the visit that brought it up."""
        problem, actions, moments = self._draw(fate)
        while problem.when_heated and moments[0].month not in HEATED:
            problem, actions, moments = self._draw(fate)
        story = self._open(problem, moments[0])
        for action, moment in zip(actions, moments[1:], strict=True):
            story.act(action, moment)
        # what is told today stands as it was told; from tomorrow on its deadlines act like any
        self._rows["case"].append(story.finished_case(self._year.end + timedelta(days=1)))
        self._rows["case_event"].extend(story.finished_events())

    def _draw(self, fate: Fate) -> tuple[Problem, list[str], list[datetime]]:
        """A problem that may climb so high, what is done about it, and when it is opened and done."""
        dice = self._dice
        # an urgent one that still waits is overdue: a few are enough
        calm = fate.ending == "open" and dice.happens(0.85)
        problem = dice.one_of([one for one in PROBLEMS if one.fits(fate.top, calm)])
        # only what has climbed can be sent back
        climb = max(fate.top - problem.starts_at, 1 if fate.returns else 0)
        actions = script(fate, climb, dice)
        hours = [0.0, *gaps(actions, problem.urgency == "urgent", dice)]
        return problem, actions, self._moments(fate, hours)

    def _moments(self, fate: Fate, hours: Sequence[float]) -> list[datetime]:
        """The moments so many hours after one another, within the year and by day."""
        dice, year = self._dice, self._year
        length = timedelta(hours=sum(hours))
        if fate.ending in STILL:
            moment = year.end - length - timedelta(hours=dice.between(*STILL[fate.ending]))
        else:
            moment = year.start + (year.end - length - year.start) * dice.between(0.02, 1)
        shown: list[datetime] = []
        for gap in hours:
            moment += timedelta(hours=gap)
            earliest = shown[-1] + STEP if shown else year.start
            shown.append(max(until_morning(moment), earliest))
        late = timedelta(days=1 if shown[-1] >= year.end else 0)
        return [moment - late for moment in shown]

    def _open(self, problem: Problem, at: datetime) -> Story:
        dice, grid = self._dice, self._chain[0]
        home = dice.one_of(self._homes)
        opener = dice.one_of(self._teams[grid.id])
        detail = dice.one_of(problem.details)
        case: dict[str, Any] = {
            "community_id": grid.community_id,
            "compound_id": grid.parent_id,
            "grid_id": grid.id,
            "id": dice.id(at),
            "kind": problem.kind,
            "title": problem.title,
            "detail": detail,
            "urgency": problem.urgency,
            "category": problem.category,
            "dwelling_id": None if problem.spots else home.id,
            "place": {"unit_id": grid.id, "text": self._place(problem, home)},
            "visit_id": None,
            "reporter": self._reporter(home) if dice.happens(0.6) else None,
            "photos": [],
            "origin_id": grid.id,
        }
        if not problem.spots and dice.happens(0.4):
            case["visit_id"] = self._knock(problem, home, opener, detail, at)
        chain = self._chain[problem.starts_at - 1 :]
        return Story(case, problem, opener, chain, self._teams, dice, at)

    def _place(self, problem: Problem, home: Home) -> str:
        """In words, for those who may not see households: never the room."""
        if not problem.spots:
            return f"{self._chain[1].name} {home.building} {home.entrance}单元"
        spot = self._dice.one_of(problem.spots)
        return f"{home.building} {spot}" if "单元" in spot else spot

    def _reporter(self, home: Home) -> dict[str, str] | None:
        grown = [one for one in home.people if one.age >= 18]
        if not grown:
            return None
        who = self._dice.one_of(grown)
        return {"name": who.name, "phone": who.phone, "relation": self._dice.one_of(TRUSTED)}

    def _knock(
        self, problem: Problem, home: Home, opener: Worker, detail: str, at: datetime
    ) -> str:
        """The visit at which it came up, a few minutes before."""
        met = [one for one in home.people if one.age >= 16][:1]
        summary = f"{detail}已登记为事项。"
        visit = self._diary.visit(
            opener, at - STEP, home, "routine", summary, met, [problem.need], None
        )
        self._rows["visit"].append(visit)
        return str(visit["id"])


def chain_of(grid: Node, units: Mapping[str, Node]) -> list[Node]:
    """The grid and the units above it that may hold its cases, up to the district."""
    above = [units[id_] for id_ in reversed(grid.path.split("/"))]
    return [unit for unit in above if LEVELS[unit.level].settle_urgent_hours is not None]
