"""What a batch gives to the store: entries of the journal, records and notices, on every store."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sync.batch import Batch
from sync.judging import Judging
from sync.mutation import Flaw, Mutation
from sync.push import partitions
from sync.store import Changes, Progress
from sync.verdict import Entry, Judged, Verdict, receipt
from tests.phone import Phone, case_args, new_id, on_workdays, visit_args
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

HOUR = timedelta(hours=1)
NOON = MORNING + 3 * HOUR


def given_to_the_store(phone: Phone, *mutations: Mutation, now: datetime = NOON) -> Changes:
    """What a batch that is received now, from a clock an hour ahead, would write."""
    batch = Batch(phone.author, mutations, now, now + HOUR)
    with phone.store.transaction(partitions(phone.store, batch)) as transaction:
        judging = Judging(transaction, batch, on_workdays)
        for mutation in mutations:
            judging.take(mutation)
        return judging.changes(Progress(phone.author.device_id, phone.seq, NOON, 0))


def test_p6_an_entry_says_who_sent_it_when_it_was_tapped_and_received_and_what_became_of_it(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    visit = worker.make("visit.record", MORNING + HOUR, **visit_args("g1-101", "v1"))
    changes = given_to_the_store(worker, visit)
    device_id = worker.author.device_id
    verdict = Verdict(visit.id, 1, "applied", receipt(device_id, visit.id))
    judged = Judged(verdict, visit.digest)
    assert changes.home_id == worker.author.home_id
    assert changes.entries == [Entry(device_id, id_of("worker"), visit, MORNING, NOON, judged)]
    assert [record.id for record in changes.records] == [new_id("v1")]


def test_p8_an_entry_of_what_is_quarantined_says_where_that_is_decided(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.author = replace(worker.author, suspended_at=NOON)
    visit = worker.make("visit.record", MORNING, **visit_args("g1-101", "v1"))
    (entry,) = given_to_the_store(worker, visit).entries
    assert (entry.judged.verdict.verdict, entry.held_at) == ("quarantined", id_of("garden-1"))


def test_the_notices_of_all_mutations_of_a_batch_are_sent(phone: GetPhone) -> None:
    worker = phone("worker")
    opened = [worker.make("case.open", **case_args("g1-101", name)) for name in ("c1", "c2")]
    notices = given_to_the_store(worker, *opened).notices
    assert [notice.case_id for notice in notices] == [new_id("c1"), new_id("c2")]


@pytest.mark.parametrize(("code", "detail"), [("invalid", "/args/title"), ("unknown", None)])
def test_p6_what_is_wrong_with_a_mutations_shape_is_said_in_its_verdict(
    phone: GetPhone, code: str, detail: str | None
) -> None:
    worker = phone("worker")
    visit = worker.make("visit.record", **visit_args("g1-101", "v1"))
    flawed: dict[str, Any] = {"flaw": Flaw(code, detail)}
    verdict = worker.push(replace(visit, **flawed))[0]
    assert (verdict.seq, verdict.verdict, verdict.code, verdict.detail) == (
        1,
        "rejected",
        code,
        detail,
    )
