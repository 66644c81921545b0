"""What the phones have: the server's view of their scope, which is what the documents say (L1, L4, L8)."""

from collections.abc import Mapping
from typing import Any

from sync.pull import pull
from tests.simulation.demands import demand
from tests.simulation.handset import Copy, Handset, Key
from tests.simulation.oracle.facts import FACTS, facts, named
from tests.simulation.oracle.sight import people_seen, units_seen
from tests.simulation.world import World
from tests.town import id_of


def every_phone_equals_the_servers_view_of_its_scope(world: World) -> None:
    """A phone has what a fresh one gets, record by record and version by version."""
    for phone in world.phones.values():
        fresh = world.fresh(phone)
        same(phone, "has", phone.kept.base.records, "fresh", fresh.records)
        demand(phone.kept.base.versions == fresh.versions, phone.owner, "has other versions (L1)")


def the_servers_view_is_what_the_documents_say(world: World) -> None:
    """What phones have is what the oracle says their owners see."""
    owners = {phone.owner: phone for phone in world.phones.values()}
    for phone in owners.values():
        _as_the_oracle_says(world, phone, phone.kept.base)


def _as_the_oracle_says(world: World, phone: Handset, copy: Copy) -> None:
    posts, person = world.posts_of(phone.owner), id_of(phone.owner)
    told = {
        named(key, value): facts(key[0], value)
        for key, value in copy.records.items()
        if key[0] in FACTS
    }
    same(phone, "has", told, "oracle", world.oracle.seen_by(posts, person))
    reference = {key for key in copy.records if key[0] not in FACTS}
    units, people = units_seen(posts) | world.oracle.units_over(person), people_seen(posts)
    seen = {("unit", id_) for id_ in units} | {("person", id_) for id_ in people}
    demand(reference == seen, phone.owner, "sees units or people:", reference ^ seen)


def a_second_pull_is_empty(world: World) -> None:
    """Who has everything is sent nothing, and told so (L1)."""
    for phone in world.phones.values():
        scope = world.server.author(phone.device_id).scope
        patch = pull(world.server.store, scope, phone.kept.base.cursor, 500)
        rest = (patch.operations, patch.more, patch.reset)
        demand(rest == ([], False, None), phone.owner, "was sent once more (L1):", rest)


def same(
    phone: Handset, verb: str, ours: Mapping[Key, Any], name: str, theirs: Mapping[Key, Any]
) -> None:
    """The same records with the same content, or else the first that differs."""
    if ours == theirs:
        return
    for key in sorted({*ours, *theirs}):
        one, other = ours.get(key), theirs.get(key)
        demand(one == other, phone.owner, verb, key, one, f"but {name}:", other)
