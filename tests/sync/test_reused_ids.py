"""An id that comes again with other content is refused, and both are kept, on every store (P3)."""

from dataclasses import replace

import pytest

from sync.judging import id_when_reused
from sync.mutation import Mutation
from sync.verdict import Verdict
from tests.phone import Phone, visit_args
from tests.sync.conftest import GetPhone

WORDS = ("别的话", "又是别的话")


@pytest.fixture
def worker(phone: GetPhone) -> Phone:
    return phone("worker")


@pytest.fixture
def others(worker: Phone) -> list[Mutation]:
    """Two mutations with other words than the one of the same id that has been taken."""
    visit = worker.make("visit.record", **visit_args("g1-101", "v1"))
    worker.push(visit)
    return [
        replace(visit, seq=seq, sent=visit.sent.replace("灯泡坏了", words))
        for seq, words in enumerate(WORDS, 2)
    ]


def test_p3_each_content_is_refused_once_and_its_resends_are_told_so(
    worker: Phone, others: list[Mutation]
) -> None:
    first = worker.push(*others)
    for mutation, verdict in zip(others, first, strict=True):
        refused = (mutation.id, mutation.seq, "rejected", "mutation_id_reused", "/id", False)
        assert told(verdict) == refused
    assert worker.push(*others) == [verdict._replace(duplicate=True) for verdict in first]


def told(verdict: Verdict) -> tuple[str, int, str, str | None, str | None, bool]:
    v = verdict
    return v.id, v.seq, v.verdict, v.code, v.detail, v.duplicate


def test_p3_each_content_is_in_the_journal_under_an_id_of_its_own(
    worker: Phone, others: list[Mutation]
) -> None:
    worker.push(*others)
    author, kept = worker.author, [id_when_reused(mutation) for mutation in others]
    ids = [others[0].id, *kept]
    found = worker.store.judged(author.home_id, author.device_id, ids)
    by_id = {judged.verdict.id: judged.digest for judged in found}
    assert by_id.keys() == set(ids)
    assert [by_id[id_] for id_ in kept] == [mutation.digest for mutation in others]
