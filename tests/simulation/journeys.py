"""Ways of a request: at once, slowly, two at a time, in copies, out of order, at the same moment."""

import gzip
from functools import partial

from sync.errors import Malformed
from tests.simulation.demands import Broken, demand
from tests.simulation.handset import Handset
from tests.simulation.network import Letter
from tests.simulation.wire import body_of, read
from tests.simulation.world import World


def sync(world: World, phone: Handset) -> None:
    """A phone sends, and hears the answer, unless something goes wrong on the way."""
    letter = world.letter(phone)
    if world.chance(0.15, "copied on the way"):
        world.way.append(letter)
    if world.chance(0.06, "request lost") or world.chance(0.03, "server busy"):
        return
    if world.chance(0.04, "request cut half way"):
        refused_in_part(world, letter)
        return
    dies = world.doom(0.1)
    world.deliver(letter, dies, heard=not world.chance(0.12, "answer lost"))


def refused_in_part(world: World, letter: Letter) -> None:
    """The connection ends in the middle of a request: no part of it is a request that could be taken in."""
    body = body_of(letter)
    demand(len(read(body).mutations) == len(letter.mutations), "a whole request was not read")
    for part in (body[: world.dice.randrange(len(body))], _inside(world, body)):
        try:
            read(part)
        except Malformed:
            continue
        raise Broken("half a request was read as a whole one")


def _inside(world: World, body: bytes) -> bytes:
    """A part of what is packed, packed again by something on the way."""
    plain = gzip.decompress(body)
    return gzip.compress(plain[: world.dice.randrange(len(plain))], mtime=0)


def send_slowly(world: World, phone: Handset) -> None:
    """A request that will be long on its way; its phone may have given up by then."""
    world.way.append(world.letter(phone))
    world.tally.hit("delayed")


def send_ahead(world: World, phone: Handset) -> None:
    """Two requests on their way at once, which may arrive in either order."""
    half = len(phone.kept.outbox) // 2
    if half:
        world.way += [world.letter(phone, part) for part in (slice(0, half), slice(half, None))]
        world.tally.hit("sent ahead")


def arrive(world: World, _phone: Handset) -> None:
    """Something that was long on its way arrives, in no order."""
    if world.way:
        world.deliver(world.way.pop(world.dice.randrange(len(world.way))))


def send_old(world: World, phone: Handset) -> None:
    """Something sent and settled long ago arrives once more."""
    settled = [phone.kept.settled[seq] for seq in sorted(phone.kept.settled)]
    if settled:
        start = world.dice.randrange(len(settled))
        batch = tuple(settled[start : start + 5])
        world.deliver(Letter(phone.device_id, 0, None, 20, batch, world.now), heard=False)


def cross(world: World, phone: Handset) -> None:
    """A few requests are served at the same moment, most of them pushes; two may be copies of one."""
    busy = [p for p in world.phones.values() if p.kept.outbox] or [phone]
    others = [world.dice.choice(busy) for _ in range(world.dice.randrange(1, 4))]
    phones = list({p.device_id: p for p in (phone, *others)}.values())
    letters = [world.letter(p) for p in phones]
    if world.chance(0.2, "two copies at one moment"):
        letters.append(letters[0])
    waits = world.turns.waits
    world.turns.play([partial(world.deliver, letter) for letter in letters])
    world.tally.hit("crossing")
    world.tally.hit("waited for a lock", world.turns.waits > waits)
