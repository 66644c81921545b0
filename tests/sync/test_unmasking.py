"""Looking at a number in full is put on record, and does nothing else, on every store."""

from typing import Any

import pytest

from sync.mutation import Mutation
from tests.phone import Phone, case_args, new_id
from tests.sync.conftest import GetPhone
from tests.sync.test_journal import given_to_the_store
from tests.sync.test_quarantine import AFTERNOON, shut_out
from tests.town import id_of

LOOKED_AT = [("resident.unmask", id_of("r-g1-101")), ("case.unmask", new_id("c"))]


def look(phone: Phone, name: str, id_: str) -> Mutation:
    args: dict[str, Any] = {"id": id_}
    return phone.make(name, **args)


@pytest.mark.parametrize(("name", "id_"), LOOKED_AT)
def test_a_number_that_was_looked_at_stands_in_the_journal_and_on_no_phone(
    phone: GetPhone, name: str, id_: str
) -> None:
    worker = phone("worker")
    worker.do("case.open", **case_args("g1-101", "c"))
    looked = look(worker, name, id_)
    changes = given_to_the_store(worker, looked)
    (entry,) = changes.entries
    assert (entry.person_id, entry.mutation) == (id_of("worker"), looked)
    assert entry.judged.verdict.verdict == "applied"
    assert (changes.records, changes.notices) == ([], [])


@pytest.mark.parametrize(("name", "id_"), LOOKED_AT)
def test_p8_looking_is_no_intention_that_anybody_could_refuse_afterwards(
    phone: GetPhone, name: str, id_: str
) -> None:
    worker = shut_out(phone("worker"))
    looked = look(worker, name, id_)
    assert [verdict.verdict for verdict in worker.push(looked, now=AFTERNOON)] == ["applied"]


def test_looking_is_on_record_also_where_the_resident_was_removed_meanwhile(
    phone: GetPhone,
) -> None:
    worker, mate = phone("worker"), phone("mate")
    mate.do("resident.remove", id=id_of("r-g1-101"), reason="搬走了")
    assert worker.do("resident.unmask", id=id_of("r-g1-101")).verdict == "applied"
