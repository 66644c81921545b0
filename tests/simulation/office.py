"""What is changed at the office: posts, dwellings, accounts and devices."""

from dataclasses import replace

from sync.deciding import Ruling
from tests.simulation.crossing import ServerDied
from tests.simulation.handset import Handset
from tests.simulation.network import Answer, Letter, Refusal
from tests.simulation.server import Posts
from tests.simulation.world import World
from tests.town import HOMES, PEOPLE, UNITS, id_of

GRIDS = ("garden-1", "garden-2", "harbour-1")
HOMES_THAT_MOVE = tuple(home for grid in GRIDS for home in HOMES[grid])


def promote(world: World, phone: Handset) -> None:
    """Somebody's posts change: to another's, to two at once, to none, or back to their own."""
    own, pool = PEOPLE[phone.owner], list(PEOPLE.values())
    choices: list[Posts] = [
        (own,),
        (own,),
        (world.dice.choice(pool),),
        tuple(world.dice.sample(pool, 2)),
    ]
    posts = () if world.dice.random() < 0.05 else world.dice.choice(choices)
    world.tally.hit("scope changed", posts != world.server.posts[phone.owner])
    world.server.appoint(phone.owner, posts, world.now)


def move_home(world: World, _phone: Handset) -> None:
    """A dwelling is given to another grid of its community."""
    home, grid = world.dice.choice(HOMES_THAT_MOVE), world.dice.choice(GRIDS)
    try:
        moved = world.server.move(id_of(home), UNITS[grid], world.now, world.dice.random() < 0.1)
    except ServerDied as death:
        world.tally.hit(f"server died {death}")
        return
    world.oracle.move(id_of(home), id_of(grid), world.now)
    world.tally.hit("dwelling moved", moved["dwelling"])
    world.tally.hit("case went with its dwelling", moved["case"])


def suspend(world: World, phone: Handset) -> None:
    """An account is suspended, or opened again."""
    if phone.owner in world.server.suspended:
        del world.server.suspended[phone.owner]
    else:
        world.server.suspended[phone.owner] = world.now
    world.tally.hit("suspended or reinstated")


def decide(world: World, _phone: Handset) -> None:
    """Somebody decides about what one who was suspended had written before (P8), and once more about it."""
    if not world.oracle.held:
        return
    device_id, id_ = key = world.dice.choice(list(world.oracle.held))
    mutation, at = world.oracle.held[key]
    ruling = Ruling(id_of("secretary"), world.dice.random() < 0.7, world.now)
    decision = world.server.decide(device_id, mutation, at, ruling)
    sender = world.sender(world.server.author(device_id))
    world.oracle.decide(key, sender, ruling.accept, world.now)
    world.oracle.number([mutation], world.server.version_of)
    later = replace(ruling, accept=not ruling.accept)
    assert world.server.decide(device_id, mutation, at, later) == decision, "decided twice (P8)"
    world.say(device_id, id_, decision.verdict)
    world.tally.hit(f"decided: {decision.verdict}")


def revoke(world: World, phone: Handset) -> None:
    """A phone is shut out; its owner gets a new one. What had not gone is gone, or is rescued (P8)."""
    for (device_id, _), made in world.made.items():
        made.unmade |= device_id == phone.device_id
    world.server.revoked[phone.device_id] = world.now
    del world.phones[phone.device_id]
    if world.dice.random() < 0.7:
        rescue(world, phone)
    world.new_phone(phone.owner, len(world.server.owners))
    world.tally.hit("revoked")


def rescue(world: World, phone: Handset) -> None:
    """What a phone could not send any more comes as a file, twice."""
    outbox = tuple(phone.kept.outbox[seq] for seq in sorted(phone.kept.outbox))
    letter = Letter(phone.device_id, 0, None, 20, outbox, world.now + phone.clock_off)
    first = world.server.rescue(letter, world.now)
    if not outbox or isinstance(first, Refusal):
        return
    again = world.server.rescue(letter, world.now)
    assert isinstance(again, Answer)
    assert again.verdicts == tuple(verdict.again() for verdict in first.verdicts)
    for verdict in first.verdicts:
        world.tell(phone, verdict)
    world.tally.hit("rescued", len(outbox))
