"""The faults stop, and everything comes to rest: every queue drains (the law behind the rules)."""

from tests.simulation.deadlines import pass_by
from tests.simulation.demands import Broken
from tests.simulation.hands import Hand
from tests.simulation.handset import Handset
from tests.simulation.taps import record_visit
from tests.simulation.world import World

MOST_ROUNDS = 8


def heal(world: World) -> None:
    """What is on its way arrives, everybody is let in, the worker comes, and all phones sync until quiet."""
    world.server.suspended.clear()
    while world.way:
        world.deliver(world.way.pop(world.dice.randrange(len(world.way))))
    for phone in world.phones.values():
        # a loss at the end of an outbox shows only when something comes after it (P4)
        hand = Hand(world.dice, phone, ())
        world.note(phone, phone.tap(world.now, "visit.record", record_visit(hand)))
    for _ in range(MOST_ROUNDS):
        taken = pass_by(world)
        if not [phone for phone in world.phones.values() if settle(world, phone)] and not taken:
            return
    raise Broken("the phones never came to rest")


def settle(world: World, phone: Handset) -> bool:
    """Sync one phone until it has nothing to send or to hear; whether it had anything."""
    bound = 12 + 2 * len(phone.kept.outbox)
    for turn in range(bound):
        letter = phone.letter(world.now, 500)
        if world.deliver(letter) == 0 and not phone.kept.outbox:
            return turn > 0
    raise Broken(f"the phone of {phone.owner} is stuck with {len(phone.kept.outbox)} to send")
