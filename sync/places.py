"""Where a visit or a case is: at a dwelling, or at a place in words within a grid or compound."""

from typing import Any, NamedTuple

from sync.levels import COMMUNITY, DEPTH, Unit
from sync.records import Record
from sync.scene import Scene
from sync.verdict import Rejected


class Spot(NamedTuple):
    """A place found: its community, compound and grid, and the origin unit (grid, else compound)."""

    community_id: str
    compound_id: str | None
    grid_id: str | None

    @property
    def origin_id(self) -> str:
        origin = self.grid_id or self.compound_id
        if origin is None:
            raise Rejected("place_too_wide", "/args/place/unit_id")
        return origin


def find(scene: Scene, args: dict[str, Any]) -> Spot:
    """The spot of `dwelling_id` or of `place {unit_id, text}`, if it lies in the author's scope."""
    if args.get("dwelling_id"):
        home = scene.need("dwelling", args["dwelling_id"], "dwelling_id")
        return Spot(home.community_id, home.compound_id, home.grid_id)
    if not args.get("place"):
        raise Rejected("missing", "/args/dwelling_id")
    return _of_unit(scene, args["place"]["unit_id"])


def _of_unit(scene: Scene, unit_id: str) -> Spot:
    unit = scene.ladder().get(unit_id)
    if unit is None or unit.rank >= COMMUNITY or not _covered(scene, unit):
        raise Rejected("not_found", "/args/place/unit_id")
    community, compound, *grid = unit.path[DEPTH - COMMUNITY :]
    return Spot(community, compound, grid[0] if grid else None)


def _covered(scene: Scene, unit: Unit) -> bool:
    return any(t.rank <= COMMUNITY and t.holds(unit.path) for t in scene.scope.territories)


def in_words(scene: Scene, dwelling_id: str) -> str:
    """Where a dwelling is, for those who may not see households: compound, building, entrance; no room."""
    return words_of(scene, scene.need("dwelling", dwelling_id, "dwelling_id"))


def words_of(scene: Scene, home: Record) -> str:
    """The same of a dwelling at hand."""
    building = scene.look("building", home.value["building_id"])
    compound = scene.ladder().get(home.compound_id or "")
    names = [compound.name if compound else "", building.value["name"] if building else ""]
    return " ".join(filter(None, [*names, f"{home.value['entrance']}单元"]))
