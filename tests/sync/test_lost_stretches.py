"""A phone that lost part of its outbox says which part, on every store (P4)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sync.errors import SequenceGap
from sync.mutation import Flaw, Mutation
from sync.store import Progress
from tests.phone import Phone, visit_args
from tests.sync.conftest import GetPhone
from tests.town import MORNING

SECOND = timedelta(seconds=1)


def lost(worker: Phone, begin: int, end: int, seq: int) -> Mutation:
    """The phone's next number is `seq`, and it says that it lost these before."""
    worker.seq = seq - 1
    stretch: dict[str, Any] = {"from": begin, "to": end}
    return worker.make("outbox.lost", **stretch)


def progress_of(worker: Phone) -> Progress | None:
    with worker.store.transaction([worker.author.home_id]) as transaction:
        return next(iter(transaction.progress(worker.author.device_id)), None)


@pytest.mark.parametrize(("begin", "end"), [(1, 4), (3, 4), (2, 3), (2, 5)])
def test_p4_what_is_said_to_be_lost_has_to_be_the_whole_gap_and_nothing_else(
    phone: GetPhone, begin: int, end: int
) -> None:
    worker = phone("worker")
    worker.do("visit.record", **visit_args("g1-101", "v1"))
    with pytest.raises(SequenceGap):
        worker.push(lost(worker, begin, end, seq=5))
    assert worker.push(lost(worker, 2, 4, seq=5))[0].verdict == "applied"


def test_p4_what_is_said_to_be_lost_where_nothing_is_missing_is_no_loss(phone: GetPhone) -> None:
    worker = phone("worker")
    assert worker.push(lost(worker, 1, 4, seq=1))[0].verdict == "applied"
    assert worker.push(lost(worker, 2, 3, seq=4))[0].verdict == "applied"
    progress = progress_of(worker)
    assert progress
    assert (progress.received_through, progress.lost) == (4, ((2, 3),))


def test_p4_what_stood_at_one_place_and_cannot_be_read_any_more_is_a_loss(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.do("visit.record", **visit_args("g1-101", "v1"))
    assert worker.push(lost(worker, 2, 2, seq=2))[0].verdict == "applied"
    with pytest.raises(SequenceGap):
        worker.push(lost(worker, 4, 4, seq=4))
    progress = progress_of(worker)
    assert progress
    assert (progress.received_through, progress.lost) == (2, ((2, 2),))


def test_p4_a_device_above_the_community_says_what_it_lost_like_any_other(phone: GetPhone) -> None:
    assert phone("officer").push(lost(phone("officer"), 1, 4, seq=5))[0].verdict == "applied"


def test_p4_a_loss_that_cannot_be_read_stands_for_no_gap(phone: GetPhone) -> None:
    worker = phone("worker")
    unread = replace(lost(worker, 1, 4, seq=5), flaw=Flaw("invalid"))
    with pytest.raises(SequenceGap):
        worker.push(unread)


def test_p4_every_loss_is_remembered_with_how_wrong_the_phones_clock_was_last(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    worker.push(lost(worker, 1, 2, seq=3))
    now = MORNING + SECOND
    worker.push(lost(worker, 4, 6, seq=7), now=now, sent_at=MORNING - SECOND)
    kept = Progress(worker.author.device_id, 7, now, 2000, ((1, 2), (4, 6)))
    assert progress_of(worker) == kept
