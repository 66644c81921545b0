"""Who sees what (L8). The one place that decides it; stores only turn a `View` into their own terms."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sync.levels import CALLED, COMMUNITY, COMPOUND, DEPTH, STANDINGS
from sync.records import Record


@dataclass(frozen=True, slots=True, order=True)
class Territory:
    """A unit whose records somebody sees, or a case that they were called to."""

    level: str
    path: tuple[str, ...]

    @property
    def rank(self) -> int:
        return STANDINGS[self.level].rank

    @property
    def community_path(self) -> tuple[str, ...] | None:
        """The path of the community it is or lies in; None above the community."""
        return self.path[: DEPTH + 1 - COMMUNITY] if self.rank <= COMMUNITY else None

    @property
    def ladder_path(self) -> tuple[str, ...]:
        """The path of the unit whose ladder it shows: its own, of a case its community's."""
        return self.path[:-1] if self.level == CALLED.name else self.path

    @property
    def home_id(self) -> str:
        """The partition of the people who serve there: the community, or the unit itself above it."""
        return (self.community_path or self.path)[-1]

    def holds(self, path: tuple[str, ...]) -> bool:
        """Whether what has this path, from the city down, is the territory or lies in it.

        By its last unit, for those above may have changed since somebody was recognised.
        """
        return self.path[-1] in path


@dataclass(frozen=True, slots=True)
class Post:
    """A person serves at this unit in this role. `path` is the unit's, from the city down.

    Who was called to a case has a post at it; its path is the community's and the case's id.
    """

    level: str
    role: str
    path: tuple[str, ...]

    @property
    def unit_id(self) -> str:
        return self.path[-1]

    @property
    def territory(self) -> Territory:
        return Territory(self.level, self.path)

    @property
    def member(self) -> bool:
        """Whether the role belongs to the unit's own team, which sees and works its records."""
        return self.role in STANDINGS[self.level].member_roles

    @property
    def leads(self) -> bool:
        return self.role == STANDINGS[self.level].lead_role

    @property
    def helps(self) -> bool:
        """Whether they look after the phones of the unit's people: who leads a compound or a unit above."""
        return self.leads and STANDINGS[self.level].rank >= COMPOUND


@dataclass(frozen=True, slots=True)
class View:
    """What somebody sees of a community: all, some compounds, grids or cases, or what climbed to `above`."""

    whole: bool = False
    compounds: frozenset[str] = frozenset()
    grids: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    above: int | None = None

    def __bool__(self) -> bool:
        some = self.compounds or self.grids or self.cases
        return self.whole or bool(some) or self.above is not None

    def shows(self, record: Record) -> bool:
        """Whether this record is in view."""
        return (
            self.whole
            or record.compound_id in self.compounds
            or record.grid_id in self.grids
            or record.case_id in self.cases
            or (self.above is not None and record.reached >= self.above)
        )


class Scope:
    """Everything one person may see: the territories of their posts."""

    def __init__(self, territories: Iterable[Territory]) -> None:
        self.territories = tuple(sorted(set(territories)))
        self._views: dict[tuple[str, ...], View] = {}

    @classmethod
    def of_posts(cls, posts: Iterable[Post]) -> "Scope":
        return cls(post.territory for post in posts if post.member)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scope) and self.territories == other.territories

    def __hash__(self) -> int:
        return hash(self.territories)

    @cached_property
    def community_paths(self) -> dict[str, tuple[str, ...]]:
        """The communities it lies in, by id, with their paths."""
        paths = (t.community_path for t in self.territories)
        return {path[-1]: path for path in paths if path}

    @cached_property
    def above(self) -> tuple[Territory, ...]:
        """The territories above the community, which see cases that reached them and no households."""
        return tuple(t for t in self.territories if t.rank > COMMUNITY)

    @property
    def homes(self) -> frozenset[str]:
        """The partitions whose people it shows; being called to a case shows none."""
        return frozenset(t.home_id for t in self.territories if t.level != CALLED.name)

    def view(self, community_path: tuple[str, ...]) -> View:
        """What it shows of the community with this path; asked again and again for each of a batch."""
        if community_path not in self._views:
            self._views[community_path] = self._view(community_path)
        return self._views[community_path]

    def _view(self, community_path: tuple[str, ...]) -> View:
        inside = [t for t in self.territories if t.community_path == community_path]
        over = [t.rank for t in self.above if t.holds(community_path)]
        return View(
            whole=any(t.level == "community" for t in inside),
            compounds=frozenset(t.path[-1] for t in inside if t.level == "compound"),
            grids=frozenset(t.path[-1] for t in inside if t.level == "grid"),
            cases=frozenset(t.path[-1] for t in inside if t.level == CALLED.name),
            above=min(over, default=None),
        )
