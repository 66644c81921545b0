"""What must hold once the faults have stopped (the law behind the rules, in PROTOCOL.md)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sync.verdict import Judged
from tests.simulation.facts import FACTS, facts
from tests.simulation.handset import Handset, Key
from tests.simulation.network import Answer, Letter
from tests.simulation.server import MOST
from tests.simulation.sight import people_seen, units_seen
from tests.simulation.taps import Hand, record_visit
from tests.simulation.world import Made, World
from tests.town import author

MOST_ROUNDS = 8


class Broken(AssertionError):
    """Something that must hold does not."""


def demand(holds: object, *words: object) -> None:
    if not holds:
        raise Broken(" ".join(map(str, words)))


def heal(world: World) -> None:
    """The faults stop: what is on its way arrives, everybody is let in, and all phones sync until quiet."""
    world.server.suspended.clear()
    while world.way:
        world.deliver(world.way.pop(world.dice.randrange(len(world.way))))
    for phone in world.phones.values():
        # a loss at the end of an outbox shows only when something comes after it (P4)
        hand = Hand(world.dice, phone, ())
        world.note(phone, phone.tap(world.now, "visit.record", record_visit(hand)))
    for _ in range(MOST_ROUNDS):
        if not [phone for phone in world.phones.values() if settle(world, phone)]:
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


def check(world: World) -> None:
    """Everything that must hold; raises Broken with what does not."""
    check_journal(world)
    check_ends(world)
    check_words(world)
    for phone in world.phones.values():
        check_records(world, phone)
    check_resend(world)


def journal_of(world: World, device_id: str, ids: list[str]) -> dict[str, Judged]:
    home = author(world.server.owners[device_id]).home_id
    with world.server.store.transaction([home]) as transaction:
        return transaction.judged(device_id, ids)


def by_device(world: World) -> Iterator[tuple[str, list[Made], dict[str, Judged]]]:
    """Each device that ever was, with what it made and what the journal has of that."""
    for device_id in world.server.owners:
        made = [m for m in world.made.values() if m.device_id == device_id]
        yield device_id, made, journal_of(world, device_id, [m.mutation.id for m in made])


def check_journal(world: World) -> None:
    """The journal has what the phones were told, and what the oracle says, and nothing else of theirs."""
    for device_id, made, journal in by_device(world):
        for one in made:
            judged = journal.get(one.mutation.id)
            told = world.oracle.judged.get((device_id, one.mutation.id))
            verdict = judged.verdict if judged else None
            demand(one.told is None or verdict, one.told, "is not in the journal (P1)")
            demand(
                one.told is None or one.told.again() == (verdict and verdict.again()), one, verdict
            )
            demand(told == (verdict and verdict.verdict), one.mutation, verdict, "should be", told)
            demand(not verdict or (verdict.verdict == "rejected") == bool(verdict.code), verdict)
        known = [id_ for device, id_ in world.oracle.judged if device == device_id]
        demand(set(known) == set(journal), device_id, "has more in the journal than it made")


def check_ends(world: World) -> None:
    """Every mutation ended, once: judged and told, or lost by its phone, which said so (P4)."""
    for device_id, made, journal in by_device(world):
        declared = world.oracle.lost.get(device_id, set())
        for one in made:
            said = one.mutation.id in journal or one.mutation.seq in declared
            demand(
                one.told or one.unmade or (one.lost and said),
                one.mutation,
                "was never answered (P4)",
            )


def check_words(world: World) -> None:
    """What was attempted too late stands on the timeline as a note, in its author's words (P6)."""
    for one in world.made.values():
        if one.told and one.told.verdict == "superseded":
            args = one.mutation.args
            line = world.server.find("case_event", args["event_id"])
            said = line and (line.value["action"], line.value["attempted"], line.value["text"])
            words = args.get("reason") or args.get("text")
            attempted = one.mutation.name.partition(".")[2]
            demand(said == ("note", attempted, words), one.mutation, "has no note:", said)


def check_records(world: World, phone: Handset) -> None:
    """A phone has what a fresh one gets, which is what the oracle says its owner sees (L1, L4, L8)."""
    fresh = world.fresh(phone)
    same(phone, "has", phone.kept.base.records, "fresh", fresh.records)
    demand(phone.kept.base.versions == fresh.versions, phone.owner, "has other versions (L1)")
    posts = world.posts_of(phone.owner)
    told = {key: facts(key[0], value) for key, value in fresh.records.items() if key[0] in FACTS}
    same(phone, "pulls", told, "oracle", world.oracle.seen_by(posts))
    reference = {key for key in fresh.records if key[0] not in FACTS}
    units, people = units_seen(posts), people_seen(posts)
    seen = {("unit", id_) for id_ in units} | {("person", id_) for id_ in people}
    demand(reference == seen, phone.owner, "sees units or people:", reference ^ seen)


def same(
    phone: Handset, verb: str, ours: Mapping[Key, Any], name: str, theirs: Mapping[Key, Any]
) -> None:
    """The same records with the same content, or else the first that differs."""
    for key in sorted({*ours, *theirs}):
        one, other = ours.get(key), theirs.get(key)
        demand(one == other, phone.owner, verb, key, one, f"but {name}:", other)


def check_resend(world: World) -> None:
    """Everything ever taken, sent once more, changes nothing and is answered as before (P2)."""
    feed = world.server.standing()
    for device_id, phone in world.phones.items():
        taken = [m for m in world.made.values() if m.device_id == device_id and m.told]
        taken.sort(key=lambda one: one.mutation.seq)
        for start in range(0, len(taken), MOST):
            resend(world, phone, taken[start : start + MOST])
    demand(world.server.standing() == feed, "a resend changed something (P2)")


def resend(world: World, phone: Handset, part: list[Made]) -> None:
    batch = tuple(one.mutation for one in part)
    cursor = phone.kept.base.cursor
    letter = Letter(phone.device_id, 0, cursor, 500, batch, world.now + timedelta(days=1))
    answer = world.server.exchange(letter, world.now)
    demand(isinstance(answer, Answer), "a resend got", answer)
    if isinstance(answer, Answer):
        firsts = [one.told.again() for one in part if one.told]
        demand(list(answer.verdicts) == firsts, "a resend was answered", answer.verdicts)
        demand(not answer.patch.operations, phone.owner, "a second pull was not empty (L1)")
    world.tally.hit("resent", len(part))
