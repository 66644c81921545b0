"""What befalls a phone: its battery, disk and clock, and a wrong set of data."""

from dataclasses import replace
from datetime import timedelta

from tests.simulation.handset import Handset
from tests.simulation.network import Answer, Letter
from tests.simulation.world import World


def die(world: World, phone: Handset) -> None:
    """A battery ends; everything that was not kept is gone."""
    phone.boot()
    world.tally.hit("phone died")


def lose(world: World, phone: Handset) -> None:
    """A phone's disk eats a stretch of the outbox."""
    waiting = sorted(phone.kept.outbox)
    if not waiting:
        return
    start = world.dice.randrange(len(waiting))
    eaten = waiting[start : start + world.dice.randrange(1, 4)]
    for seq in eaten:
        made = world.made[phone.device_id, phone.kept.outbox[seq].id]
        # once set back, its numbers are below what the server has, and no gap shows the loss
        made.lost, made.unmade = True, phone.was_set_back
    phone.lose(eaten)
    world.tally.hit("outbox lost", len(eaten))


def jump(world: World, phone: Handset) -> None:
    """A phone's clock is set wrong, or right again."""
    days = world.dice.choice((0, 1, -1, 3, -3, 400, -400))
    before, waiting = phone.clock_off, bool(phone.kept.outbox)
    phone.clock_off = timedelta(days=days, seconds=world.dice.randrange(3600))
    world.tally.hit("clock jumped")
    world.tally.hit("clock jumped back in a queue", waiting and phone.clock_off < before)


def forget_place(world: World, phone: Handset) -> None:
    """A phone's cursor is damaged."""
    phone.forget_place()
    world.tally.hit("cursor damaged")


def reuse_id(world: World, phone: Handset) -> None:
    """A broken phone sends other words under an id that it has used (P3)."""
    judged = world.oracle.judged
    settled = [
        mutation
        for mutation in phone.kept.settled.values()
        if mutation.name.startswith("case.") and (phone.device_id, mutation.id) in judged
    ]
    if settled and phone.owner not in world.server.suspended:
        first = world.dice.choice(settled)
        other = replace(first, sent=f"{first.sent} {world.dice.random()}")
        letter = Letter(phone.device_id, 0, None, 20, (other,), world.now)
        answer = world.server.exchange(letter, world.now)
        assert isinstance(answer, Answer)
        assert answer.verdicts[0].code == "mutation_id_reused", answer.verdicts
        world.tally.hit("id reused")


def keep_image(world: World, phone: Handset) -> None:
    """Somebody makes a backup of their phone."""
    phone.back_up()
    world.tally.hit("phone backed up")


def go_back(world: World, phone: Handset) -> None:
    """A phone is set back to its backup: what was made since is gone from it, its counter went back (P4)."""
    if phone.image is None:
        return
    phone.set_back()
    had = {m.id for m in (*phone.kept.outbox.values(), *phone.kept.settled.values())}
    for (device_id, id_), made in world.made.items():
        if device_id == phone.device_id and id_ not in had:
            made.unmade = True
    world.tally.hit("phone set back")
