"""What `visit.record` does."""

from datetime import timedelta

from sync import places
from sync.instants import from_wire, to_wire
from sync.mutation import Mutation
from sync.records import Record
from sync.scene import Effect, Scene

SAID = ("dwelling_id", "place", "kind", "occurred_at", "met", "summary", "needs", "photos")
ADDED = ("location", "next_visit_on")
TOLERATED = timedelta(minutes=2)
"""By so much a clock may be wrong without anybody's words being changed for it (P9)."""


def record(scene: Scene, mutation: Mutation) -> Effect:
    """Keep a visit as its author wrote it, at the dwelling or place they named."""
    args = mutation.args
    scene.fresh("visit", args["id"])
    spot = places.find(scene, args)
    value = {
        "grid_id": spot.grid_id,
        "compound_id": spot.compound_id,
        **{name: args.get(name) for name in (*SAID, *ADDED)},
        "occurred_at": happened(scene, mutation, args["occurred_at"]),
        "visitor_id": scene.author.person_id,
        "visitor_name": scene.author.name,
        "received_at": to_wire(scene.now),
    }
    return Effect((Record("visit", args["id"], spot.community_id, value),))


def happened(scene: Scene, mutation: Mutation, said: str) -> str:
    """When the visit was: as its author said by their clock, put right as the tap is (P9)."""
    lacking = scene.at - mutation.at
    if abs(lacking) <= TOLERATED:
        return said
    try:
        return to_wire(min(from_wire(said), mutation.at) + lacking)
    except OverflowError:
        # a clock wrong by thousands of years tells nothing but that there was a visit
        return to_wire(scene.at)
