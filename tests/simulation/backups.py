"""Backups of the server: made now and then, and restored, said or unsaid (L5)."""

import pickle

from sync.cursor import Unreadable, decode
from tests.simulation.handset import Handset
from tests.simulation.world import World


def back_up(world: World, _phone: Handset) -> None:
    """The server is backed up: its store, who holds which posts, and what the oracle thinks of all that."""
    world.town.back_up()
    server = world.server
    kept = (world.oracle, server.posts, server.former, server.suspended)
    world.backup = pickle.dumps(kept)
    world.tally.hit("server backed up")


def restore(world: World, _phone: Handset) -> None:
    """The server comes back from its backup, and `qiaomen restored` says so."""
    if world.backup:
        _come_back(world, world.backup)
        _begin_epoch(world)
        world.tally.hit("restored, and said so")


def restore_unsaid(world: World, _phone: Handset) -> None:
    """The server comes back and nobody says so; the first phone that comes has seen more than it has."""
    if not world.backup:
        return
    _come_back(world, world.backup)
    epoch = world.server.standing().epoch
    for phone in filter(lambda phone: _is_ahead(world, phone), world.phones.values()):
        world.deliver(world.letter(phone))
        if world.server.standing().epoch != epoch:
            world.tally.hit("restored, and noticed by a phone that was ahead")
            return
    _begin_epoch(world)


def _begin_epoch(world: World) -> None:
    store = world.server.store
    store.renew_epoch(store.feed([]).epoch)


def _is_ahead(world: World, phone: Handset) -> bool:
    """Whether this phone has seen a change that the server has not."""
    try:
        marks = decode((phone.kept.staged or phone.kept.base).cursor or "").marks
    except Unreadable:
        return False
    counters = world.server.standing().counters
    return any(mark > counters.get(partition, 0) for partition, mark in marks.items())


def _come_back(world: World, backup: bytes) -> None:
    """The server is as it was when it was backed up; what it has judged since is undone."""
    world.town.restore()
    server, names = world.server, world.oracle.things.names
    world.oracle, server.posts, server.former, server.suspended = pickle.loads(backup)  # noqa: S301 -- bytes of this very run
    # what phones call a conflict is no matter of the server's
    world.oracle.things.names |= names
    world.backup = None
    for (device_id, id_), made in world.made.items():
        if (made.told or made.undone) and (device_id, id_) not in world.oracle.judged:
            made.told, made.undone = None, True
            phone = world.phones.get(device_id)
            if phone:
                made.lost = not phone.has(made.mutation)
                # its counter went back: what it made since lies below what the server has
                made.unmade |= phone.was_set_back
            world.tally.hit("undone by a restore")
            world.tally.hit("undone, and forgotten by its phone", made.lost)
