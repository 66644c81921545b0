"""Time goes by, and the worker comes: cases take what steps are due, whatever else happens at that moment."""

from collections import Counter
from datetime import timedelta
from functools import partial

from tests.simulation.crossing import Doom, ServerDied
from tests.simulation.demands import demand
from tests.simulation.handset import Handset
from tests.simulation.world import World

MOST = 10_000
"""More cases than a town ever has."""
HOURS = (1, 1, 3, 12, 40, 8 * 24, 8 * 24)
"""So long does nobody do anything: an hour, a night, a weekend, or longer than a resident may be silent."""


def wait(world: World, _phone: Handset) -> None:
    """Nobody does anything for a while, nor does the worker."""
    world.now += timedelta(hours=world.dice.choice(HOURS))
    world.tally.hit("nobody came for a while")


def sweep(world: World, _phone: Handset) -> None:
    """The worker comes once; it may be killed at any place."""
    pass_by(world, world.doom(0.4))


def sweep_at_once(world: World, phone: Handset) -> None:
    """Two workers come at the moment when a phone sends."""
    worker = partial(pass_by, world)
    world.turns.play([worker, worker, partial(world.deliver, world.letter(phone))])
    world.tally.hit("two workers at one moment")


def pass_by(world: World, dies: Doom | None = None) -> Counter[str]:
    """A worker's pass: it finds every case with a step that is due, and no other; the steps that it took."""
    taken = Counter[str]()
    due = world.server.store.due(world.now, MOST)
    found = {id_ for ids in due.values() for id_ in ids}
    demand(found == world.oracle.due(world.now), "other cases are due:", found)
    for community_id in sorted(due):
        try:
            taken += world.server.sweep(community_id, due[community_id], world.now, dies)
        except ServerDied as death:
            world.tally.hit(f"worker died {death}")
            break
    world.say(sorted(taken.items()))
    for step, times in taken.items():
        world.tally.hit(f"by itself: {step}", times)
    return taken


def no_step_that_is_due_was_left(world: World) -> None:
    """When the worker has come, every step that was due is taken."""
    left = world.server.store.due(world.now, MOST)
    demand(not left and not world.oracle.due(world.now), "still due:", left)
