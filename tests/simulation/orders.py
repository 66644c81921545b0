"""M3 by the engine alone: edits that had not seen each other, in other orders, come to the same record."""

from dataclasses import replace
from typing import Any

from sync.batch import Batch
from sync.instants import from_wire
from sync.memory_store import MemoryStore
from sync.pull import pull
from sync.push import push
from sync.records import Record
from sync.scene import Author
from sync.scope import Scope
from tests.phone import on_workdays
from tests.simulation.demands import demand
from tests.simulation.oracle.tapped import Key
from tests.simulation.oracle.writes import Write
from tests.simulation.server import post_of
from tests.simulation.world import World
from tests.town import settle_in_memory

LEADERS = (post_of("community_secretary", "community"), post_of("community_secretary", "next"))
EDITS = ("dwelling.edit", "resident.edit", "visit.amend")


def any_order_of_arrival_comes_to_the_same(world: World) -> None:
    """The edits of one field that no other had seen, as they came, in reverse, and shuffled."""
    contested = [
        (key, writes)
        for key, thing in world.oracle.things.items()
        if "removed" not in thing
        for field in thing.get("fields", {}).values()
        if len(writes := _edits(world, field.open())) > 1
    ]
    if not contested:
        return
    key, writes = world.dice.choice(contested)
    first = _played(world, key, writes)
    for order in (writes[::-1], world.dice.sample(writes, len(writes))):
        then = _played(world, key, order)
        demand(then == first, key, "depends on the order of arrival (M3):", first, then)
    world.tally.hit("played in other orders")


def _edits(world: World, writes: list[Write]) -> list[Write]:
    made = [world.made[write.device, write.id] for write in writes]
    return [w for w, one in zip(writes, made, strict=True) if one.mutation.name in EDITS]


def _played(world: World, key: Key, writes: list[Write]) -> tuple[Any, ...]:
    """The record and the open conflicts that these edits come to, apart from everything else."""
    record = world.server.find(*key)
    assert record is not None
    store, community = MemoryStore(), record.community_id
    settle_in_memory(store)
    store.add_records([Record(*key, community, record.value)])
    for write in writes:
        author = Author(write.person, write.name, write.device, community, LEADERS)
        mutation = replace(world.made[write.device, write.id].mutation, seq=1, base=None)
        at = from_wire(write.at)
        batch = Batch(author, [replace(mutation, at=at)], at, at)
        push(store, batch, on_workdays)
    return _standing(store, key)


def _standing(store: MemoryStore, key: Key) -> tuple[Any, ...]:
    """The record's value, and the conflicts over it that are open."""
    operations = pull(store, Scope.of_posts(LEADERS), None, 5000).operations
    values = {(line["type"], line["id"]): line["value"] for line in operations}
    conflicts = {k: value for k, value in values.items() if k[0] == "conflict"}
    return values[key], {k: v for k, v in conflicts.items() if v["state"] == "open"}
