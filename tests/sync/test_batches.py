"""A phone cuts its queue into batches as it likes: the verdicts are the same."""

from datetime import timedelta

import pytest

from sync.mutation import Mutation
from tests.phone import Phone
from tests.sync.conftest import GetPhone
from tests.sync.test_exchange import move
from tests.town import MORNING, id_of

MINUTE = timedelta(minutes=1)
HOME = id_of("g1-101")
VALUES = ("vacant", "tenant")


def occupy(somebody: Phone, minutes: int, occupancy: str) -> Mutation:
    """An edit of a dwelling, at a tap so many minutes before it moves to another grid."""
    at, changes = MORNING - minutes * MINUTE, {"occupancy": occupancy}
    return somebody.make("dwelling.edit", at, id=HOME, changes=changes)


@pytest.mark.parametrize("together", [True, False])
def test_p7_a_conflict_that_a_settling_takes_out_of_sight_is_settled_by_who_saw_it_also_in_one_batch(
    phone: GetPhone, together: bool
) -> None:
    crew = [phone(name) for name in ("worker", "mate", "leader")]
    for somebody in crew:
        somebody.sync()
    worker, *others = crew
    unseen = [occupy(somebody, 50, value) for somebody, value in zip(others, VALUES, strict=True)]
    worker.push(occupy(worker, 40, "owner"), now=MORNING - 35 * MINUTE)
    for somebody, edit in zip(others, unseen, strict=True):
        somebody.push(edit, now=MORNING - 30 * MINUTE)
    worker.sync()
    at = MORNING - 10 * MINUTE
    settlings = [
        worker.make("conflict.settle", at, id=conflict, keep=keep)
        for conflict, keep in zip(sorted(worker.ids("conflict")), ("mine", "theirs"), strict=True)
    ]
    move(phone("second-worker"), "g1-101", id_of("garden-2"))
    batches = [settlings] if together else [[one] for one in settlings]
    verdicts = [v for batch in batches for v in worker.push(*batch, now=MORNING + MINUTE)]
    assert [(v.verdict, v.code) for v in verdicts] == [("applied", None), ("applied", None)]
