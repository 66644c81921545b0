"""A community as large as one gets: what a phone of its secretary holds, and one grid's share of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from app import create_app
from app.config import Config
from app.extensions import db
from app.store import SqlStore
from sync.instants import to_wire
from sync.records import Record
from sync.store import Changes, Progress
from tests.phone import new_id
from tests.town import author, id_of, place_of

COMMUNITY = id_of("community")
GRIDS = {"harbour-1": 340, "garden-1": 2_500, "garden-2": 2_160}
"""Dwellings by grid; the first is a grid of the size that cities have, with a year of visits."""
TOWER_FLOORS, TOWER_ROOMS = 40, 8
TOWER = "320户高楼"
"""The first building of `garden-1`."""
ROOMS_OF_A_BUILDING = 80
RESIDENTS, VISITS, CASES = 3, 10, 0.4
"""Of each dwelling."""
CHUNK = 5_000
NAMES = ["张伟", "王秀英", "李建国", "刘洋", "陈静", "杨丽", "赵磊", "黄敏", "周强", "吴芳"]
SUMMARY = "灯泡坏了，已经记下，答应周三来换。家里老人一切都好，药按时吃。"


def fill(env: dict[str, str]) -> int:
    """Put the community into the tests' town; how many records it has."""
    app, written, records = create_app(Config.from_environment(env)), 0, _records()
    with app.app_context():
        store = SqlStore()
        while chunk := list(islice(records, CHUNK)):
            progress = Progress(id_of("d-filler"), 0, datetime.now(UTC), 0)
            with store.transaction([COMMUNITY]) as transaction:
                transaction.write(Changes(COMMUNITY, progress, records=chunk))
            written += len(chunk)
        db.engine.dispose()
    return written


def _records() -> Iterator[Record]:
    for grid, homes in GRIDS.items():
        place, number = place_of(grid), 0
        tower = TOWER_FLOORS * TOWER_ROOMS if grid == "garden-1" else 0
        while number < homes:
            rooms = tower if number == 0 and tower else min(ROOMS_OF_A_BUILDING, homes - number)
            yield from _building(grid, place, number, rooms)
            number += rooms


def _building(grid: str, place: dict[str, Any], first: int, rooms: int) -> Iterator[Record]:
    id_, high = new_id(f"{grid}/b{first}"), rooms == TOWER_FLOORS * TOWER_ROOMS
    name = TOWER if high else f"{grid}-{first}号楼"
    floors = -(-rooms // TOWER_ROOMS)
    yield _record("building", id_, place, name=name, entrances=1, floors=floors)
    for at in range(rooms):
        yield from _home(place, id_, f"{grid}/{first + at}", first + at, *divmod(at, TOWER_ROOMS))


def _home(
    place: dict[str, Any], building_id: str, name: str, number: int, floor: int, room: int
) -> Iterator[Record]:
    id_, now = new_id(name), datetime.now(UTC)
    where = {"entrance": "1", "floor": floor + 1, "room": f"{floor + 1}{room + 1:02}"}
    kept = {"occupancy": "owner", "note": ""}
    yield _record("dwelling", id_, place, building_id=building_id, **where, **kept)
    for person in range(RESIDENTS):
        said = {
            "name": NAMES[(number + person) % len(NAMES)],
            "phone": f"138{number:06}{person:02}",
        }
        more = {"relation": "other", "birth_year": 1950 + person, "care_needs": []}
        consent = {"consented_on": None}
        yield _record(
            "resident",
            new_id(f"{name}/r{person}"),
            place,
            dwelling_id=id_,
            **said,
            **more,
            **consent,
        )
    for visit in range(VISITS):
        at = to_wire(now - timedelta(days=36 * visit, minutes=number))
        yield _record("visit", new_id(f"{name}/v{visit}"), place, **_visit(id_, at))
    if number % 5 in (0, 2):
        at = to_wire(now - timedelta(days=number % 300))
        state = "accepted" if number % 50 == 0 else "closed"
        yield _record("case", new_id(f"{name}/c"), place, **_case(id_, place, at, state))


def _record(type_: str, id_: str, spot: dict[str, Any], /, **value: Any) -> Record:
    return Record(type_, id_, COMMUNITY, {**spot, **value})


def _visit(home_id: str, at: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"met": [], "needs": [], "photos": [], "location": None}
    by = {"visitor_id": author("worker").person_id, "visitor_name": "worker", "received_at": at}
    said = {"dwelling_id": home_id, "place": None, "kind": "routine", "summary": SUMMARY}
    return {**said, **nothing, **by, "occurred_at": at, "next_visit_on": None}


def _case(home_id: str, place: dict[str, Any], at: str, state: str) -> dict[str, Any]:
    grid = place["grid_id"]
    what = {"kind": "doorstep", "title": "楼道灯不亮", "detail": SUMMARY, "urgency": "normal"}
    where = {"dwelling_id": home_id, "place": {"unit_id": grid, "text": ""}, "visit_id": None}
    way: dict[str, Any] = {"held_by": [grid], "climbed_from": [], "returned_from": [], "reached": 1}
    nobody = dict.fromkeys(("category", "reporter", "assignee_id", "accept_by", "settle_by"))
    later: dict[str, Any] = {"calls": []} | dict.fromkeys(
        ("extension_until", "resolved_at", "closed_at", "rating", "merged_into")
    )
    opened = {"opened_by": author("worker").person_id, "opened_at": at, "photos": []}
    held = {"origin_id": grid, "holder_id": grid, "state": state}
    return {**what, **where, **way, **nobody, **later, **opened, **held}
