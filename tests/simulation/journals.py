"""What the server keeps of what was sent (P1, P2, P6)."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from sync.verdict import Judged, by_id
from tests.simulation.demands import demand
from tests.simulation.handset import Handset
from tests.simulation.network import Answer, Letter
from tests.simulation.server import MOST
from tests.simulation.world import Made, World
from tests.town import author


def every_acknowledged_mutation_is_kept_exactly_once(world: World) -> None:
    """The journal has what the phones were told, and what the oracle says, and nothing else of theirs."""
    for device_id, made, journal in by_device(world):
        for one in made:
            judged = journal.get(one.mutation.id)
            told = world.oracle.judged.get((device_id, one.mutation.id))
            verdict = judged.verdict if judged else None
            demand(one.told is None or verdict, one.told, "is not in the journal (P1)")
            again = verdict.again() if verdict else None
            demand(one.told is None or one.told.again() == again, one, verdict)
            demand(told == (verdict and verdict.verdict), one.mutation, verdict, "should be", told)
            demand(not verdict or (verdict.verdict == "rejected") == bool(verdict.code), verdict)
        known = [id_ for device, id_ in world.oracle.judged if device == device_id]
        demand(set(known) == set(journal), device_id, "has more in the journal than it made")


def receipts_match_rows(world: World) -> None:
    """A receipt that somebody reads out leads to one row of the journal, which is theirs."""
    rows = [
        (judged.verdict.receipt, device_id, id_)
        for device_id, _, journal in by_device(world)
        for id_, judged in journal.items()
    ]
    twice = [r for r, times in Counter(receipt for receipt, _, _ in rows).items() if times > 1]
    demand(not twice, "two mutations have one receipt:", twice)
    kept = {receipt: (device_id, id_) for receipt, device_id, id_ in rows}
    for one in world.made.values():
        if one.told:
            row = kept.get(one.told.receipt)
            demand(row == (one.device_id, one.mutation.id), one.told, "leads to", row)


def by_device(world: World) -> Iterator[tuple[str, list[Made], dict[str, Judged]]]:
    """Each device that ever was, with what it made and what the journal has of that."""
    of: dict[str, list[Made]] = {device_id: [] for device_id in world.server.owners}
    for one in world.made.values():
        of[one.device_id].append(one)
    for device_id, made in of.items():
        yield device_id, made, journal_of(world, device_id, [one.mutation.id for one in made])


def journal_of(world: World, device_id: str, ids: list[str]) -> dict[str, Judged]:
    home = author(world.server.owners[device_id]).home_id
    return by_id(world.server.store.judged(home, device_id, ids))


def a_resend_changes_nothing(world: World) -> None:
    """Everything ever taken, sent once more, is answered as before and numbers nothing (P2)."""
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
        demand(not answer.patch.operations, phone.owner, "was sent something by a resend (P2)")
    world.tally.hit("resent", len(part))
