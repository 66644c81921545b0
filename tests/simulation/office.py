"""What is changed at the office: posts, dwellings, accounts and devices."""

from tests.simulation.crossing import ServerDied
from tests.simulation.handset import Handset
from tests.simulation.server import Posts
from tests.simulation.world import World
from tests.town import HOMES, PEOPLE, id_of, place_of

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
    """A dwelling is moved to another grid of its community."""
    home, grid = world.dice.choice(HOMES_THAT_MOVE), world.dice.choice(GRIDS)
    place = place_of(grid)
    people = [id_ for _, id_ in world.oracle.living_in(home)]
    moved = {"dwelling": [id_of(home)], "resident": people}
    try:
        world.server.move(moved, place, world.now, world.dice.random() < 0.1)
    except ServerDied as death:
        world.tally.hit(f"server died {death}")
        return
    world.oracle.move(home, place, world.now)
    world.tally.hit("dwelling moved")


def suspend(world: World, phone: Handset) -> None:
    """An account is suspended, or opened again."""
    world.server.suspended ^= {phone.owner}
    world.tally.hit("suspended or reinstated")


def revoke(world: World, phone: Handset) -> None:
    """A phone is lost and shut out; its owner gets a new one, and what had not gone is gone."""
    for (device_id, _), made in world.made.items():
        made.unmade |= device_id == phone.device_id
    world.server.revoked.add(phone.device_id)
    del world.phones[phone.device_id]
    world.new_phone(phone.owner, len(world.server.owners))
    world.tally.hit("revoked")
