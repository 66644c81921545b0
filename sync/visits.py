"""What `visit.record` does."""

from sync import places
from sync.instants import to_wire
from sync.mutation import Mutation
from sync.records import Record
from sync.scene import Effect, Scene

SAID = ("dwelling_id", "place", "kind", "occurred_at", "met", "summary", "needs", "photos")
ADDED = ("location", "next_visit_on")


def record(scene: Scene, mutation: Mutation) -> Effect:
    """Keep a visit as its author wrote it, at the dwelling or place they named."""
    args = mutation.args
    scene.fresh("visit", args["id"])
    spot = places.find(scene, args)
    value = {
        "grid_id": spot.grid_id,
        "compound_id": spot.compound_id,
        **{name: args.get(name) for name in (*SAID, *ADDED)},
        "visitor_id": scene.author.person_id,
        "visitor_name": scene.author.name,
        "received_at": to_wire(scene.now),
    }
    return Effect((Record("visit", args["id"], spot.community_id, value),))
