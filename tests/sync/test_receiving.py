"""What an exchange brings is answered from the journal or judged, on every store (P2, P4, L5)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from sync.batch import Batch
from sync.cursor import decode
from sync.errors import SequenceGap
from sync.mutation import Mutation
from sync.push import Received, push
from sync.receive import receive
from tests.phone import Phone, case_args, on_workdays, visit_args
from tests.sync.conftest import GetPhone
from tests.town import MORNING


def sent(
    phone: Phone, mutations: Sequence[Mutation], check: Callable[[], Batch] | None = None
) -> Received:
    """What the server says to an exchange of this phone, whose outbox it has looked up."""
    home_id, device_id = phone.author.home_id, phone.author.device_id
    through = phone.store.received_through(home_id, device_id)
    author = replace(phone.author, received_through=through)
    batch = Batch(author, mutations, MORNING, MORNING)
    check = check or (lambda: batch)
    received = receive(phone.store, author, mutations, phone.cursor, check)
    return push(phone.store, received, on_workdays) if isinstance(received, Batch) else received


def never() -> Batch:
    raise AssertionError("what was taken before is not checked again")


@pytest.fixture
def worker(phone: GetPhone) -> Phone:
    return phone("worker")


def visits(worker: Phone) -> list[Mutation]:
    return [worker.make("visit.record", **visit_args("g1-101", f"v{n}")) for n in range(2)]


def test_p2_what_comes_first_is_judged_and_its_resend_is_answered_without_being_checked(
    worker: Phone,
) -> None:
    mutations = [*visits(worker), worker.make("case.open", **case_args("g1-101", "c1"))]
    through, verdicts = sent(worker, mutations)
    assert (through, [v.verdict for v in verdicts]) == (3, ["applied"] * 3)
    again = [verdict._replace(duplicate=True) for verdict in verdicts]
    assert sent(worker, mutations, never) == (3, again)
    assert sent(worker, [], never) == (3, [])


def test_p4_what_is_new_behind_a_resend_is_received_too(worker: Phone) -> None:
    first, second = visits(worker)
    sent(worker, [first])
    through, verdicts = sent(worker, [first, second])
    assert (through, [v.duplicate for v in verdicts]) == (2, [True, False])


def test_p4_a_gap_is_refused_as_in_any_push(worker: Phone) -> None:
    _lost, second = visits(worker)
    with pytest.raises(SequenceGap):
        sent(worker, [second])


def test_l5_a_phone_that_has_seen_more_than_the_server_is_noticed_before_its_push_catches_up(
    worker: Phone, phone: GetPhone
) -> None:
    mate = phone("mate")
    for somebody in (worker, mate):
        somebody.sync()
    assert worker.cursor
    seen = decode(worker.cursor)
    # the backup that was restored lacks the latest change of the community
    home_id = worker.author.home_id
    marks = {**seen.marks, home_id: seen.marks[home_id] + 1}
    worker.cursor = replace(seen, marks=marks).encode()
    sent(worker, visits(worker))
    for somebody in (worker, mate):
        assert somebody.page().reset == {"reason": "server_restored"}
