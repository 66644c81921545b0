"""What may happen at a step, and how often: work, journeys, mishaps, deadlines, and changes at the office."""

from collections.abc import Callable
from datetime import timedelta

from tests.simulation import backups, deadlines, journeys, mishaps, office
from tests.simulation.handset import Handset
from tests.simulation.taps import tap
from tests.simulation.world import World


def work(world: World, phone: Handset) -> None:
    """Somebody taps, a few times."""
    units = [unit for _, unit in world.posts_of(phone.owner)]
    for _ in range(world.dice.randrange(1, 4)):
        made = tap(world.dice, phone, units)
        if made:
            world.note(phone, phone.tap(world.now, *made))


Act = Callable[[World, Handset], None]
ACTS: dict[Act, float] = {
    work: 30,
    journeys.sync: 30,
    journeys.arrive: 10,
    journeys.cross: 6,
    journeys.send_slowly: 4,
    journeys.send_ahead: 5,
    mishaps.die: 2,
    journeys.send_old: 1.5,
    office.promote: 2,
    office.move_home: 1.5,
    mishaps.jump: 1,
    mishaps.lose: 2,
    office.suspend: 0.8,
    office.decide: 4,
    mishaps.reuse_id: 0.5,
    mishaps.keep_image: 0.8,
    mishaps.go_back: 0.6,
    mishaps.forget_place: 0.5,
    office.revoke: 0.4,
    deadlines.wait: 0.4,
    deadlines.sweep: 4,
    deadlines.sweep_at_once: 0.7,
    backups.back_up: 0.6,
    backups.restore: 0.25,
    backups.restore_unsaid: 0.3,
}
"""Everything that may happen, and how often."""


def play(world: World, steps: int) -> None:
    """So many steps, in which everything may go wrong."""
    for _ in range(steps):
        world.now += timedelta(seconds=world.dice.randrange(1, 120))
        (act,) = world.dice.choices(list(ACTS), list(ACTS.values()))
        world.say(act.__name__, world.now)
        act(world, world.any_phone())
