"""A batch that was all taken before is answered without a transaction, on every store (P2, P3)."""

from dataclasses import replace

from sync.mutation import Mutation
from sync.receive import answered
from tests.phone import Phone, new_id, visit_args
from tests.sync.conftest import GetPhone


def visited(worker: Phone) -> tuple[Phone, list[Mutation]]:
    visits = [worker.make("visit.record", **visit_args("g1-101", f"v{n}")) for n in range(3)]
    worker.push(*visits[:2])
    worker.author = replace(worker.author, received_through=2)
    return worker, visits


def test_p2_what_was_taken_is_answered_as_a_push_would_answer_it(phone: GetPhone) -> None:
    worker, visits = visited(phone("worker"))
    found = answered(worker.store, worker.author, visits[:2])
    assert found == (2, worker.push(*visits[:2]))


def test_p2_a_batch_with_something_new_in_it_has_to_be_judged(phone: GetPhone) -> None:
    worker, visits = visited(phone("worker"))
    assert answered(worker.store, worker.author, visits) is None


def test_p2_a_new_id_under_a_number_received_before_has_to_be_judged(phone: GetPhone) -> None:
    worker, visits = visited(phone("worker"))
    other = replace(visits[0], id=new_id("other"))
    assert answered(worker.store, worker.author, [other, visits[1]]) is None


def test_p3_an_id_that_comes_with_other_words_has_to_be_judged(phone: GetPhone) -> None:
    worker, visits = visited(phone("worker"))
    other = replace(visits[1], sent=visits[1].sent.replace("灯泡坏了", "别的话"))
    assert answered(worker.store, worker.author, [visits[0], other]) is None


def test_p2_another_device_gets_no_answer_to_what_it_has_not_sent(phone: GetPhone) -> None:
    worker, visits = visited(phone("worker"))
    mate = replace(phone("mate").author, received_through=2)
    assert answered(worker.store, mate, visits[:2]) is None
