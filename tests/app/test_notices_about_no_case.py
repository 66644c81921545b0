"""Who is asked for a shift, looser times or a decision about records is told, and who asked of the answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.services import suspending
from tests.app.test_declining_times import decline
from tests.app.test_duty_list import LOOSE, agree, put, shown
from tests.app.test_notices import notices, saw, tell
from tests.app.test_quarantine import late
from tests.app.test_swaps import offer, reply
from tests.phone import new_id, visit_args
from tests.roster import roster

pytestmark = pytest.mark.usefixtures("town")
DAY = timedelta(days=1)


def told(person: Any) -> list[str]:
    """What somebody has in their list, the newest first."""
    tell()
    response = person.client.get("/api/v1/notices?after=0")
    if response.status_code == 204:
        return []
    kinds = [notice["kind"] for notice in response.json["notices"]]
    assert {notice["case_id"] for notice in response.json["notices"]} <= {None}
    return kinds


@pytest.mark.parametrize(
    ("word", "kind"), [("accept", "shift_taken"), ("decline", "shift_declined")]
)
def test_a_colleague_who_is_asked_to_take_a_shift_is_told_once_and_so_is_who_asked(
    somebody: Any, word: str, kind: str
) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    shift = roster("worker", "garden-1", datetime.now(UTC) + DAY)
    for _ in range(2):
        assert offer(worker, shift, "mate").status_code == 201
    assert (told(mate), told(worker)) == (["shift_asked"], [])
    for _ in range(2):
        assert reply(mate, word).status_code == 204
    assert (told(mate), told(worker)) == (["shift_asked"], [kind])


@pytest.mark.parametrize("answer", [agree, decline])
def test_who_leads_the_unit_above_is_told_of_looser_times_and_who_set_them_of_the_answer(
    somebody: Any, answer: Any
) -> None:
    leader, secretary = somebody("leader"), somebody("secretary")
    put(leader, "garden-1", LOOSE)
    put(leader, "garden-1", LOOSE)
    assert (told(secretary), told(leader)) == (["times_asked"], [])
    (asked,) = shown(secretary, "garden")["asked"]
    for _ in range(2):
        assert answer(secretary, "garden-1", asked).status_code == 204
    assert (told(secretary), told(leader)) == (["times_asked"], ["times_answered"])


def test_nobody_is_asked_about_times_that_are_stricter(somebody: Any) -> None:
    leader, secretary = somebody("leader"), somebody("secretary")
    put(leader, "garden-1", {**LOOSE, "settle_working_days": 1})
    assert told(secretary) == []


def test_the_secretary_is_told_once_a_day_of_each_phone_whose_records_wait_for_a_decision(
    somebody: Any,
) -> None:
    worker, mate, secretary = somebody("worker"), somebody("mate"), somebody("secretary")
    for name in ("worker", "mate"):
        suspending.suspend(name, datetime.now(UTC))
    written = [worker.mutation("visit.record", **visit_args("g1-101", n)) for n in ("v1", "v2")]
    late(worker, *written)
    assert told(secretary) == ["held"]
    assert told(somebody("community-secretary")) == []
    late(worker, *written)
    late(worker, worker.mutation("visit.record", **visit_args("g1-101", "v3")))
    assert told(secretary) == ["held"]
    late(mate, mate.mutation("visit.record", **visit_args("g1-101", "v4")))
    assert told(secretary) == ["held", "held"]


def test_where_the_compound_has_no_secretary_the_community_is_told(somebody: Any) -> None:
    worker = somebody("worker")
    above = somebody("community-secretary")
    suspending.suspend("secretary", datetime.now(UTC))
    suspending.suspend("worker", datetime.now(UTC))
    late(worker, worker.mutation("visit.record", **visit_args("g1-101", "v1")))
    assert told(above) == ["held"]


def test_a_seen_notice_about_no_case_is_seen(somebody: Any) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    offer(worker, roster("worker", "garden-1", datetime.now(UTC) + DAY), "mate")
    tell()
    (asked,) = notices(mate)["notices"]
    saw(mate, [asked["id"]])
    (seen,) = notices(mate)["notices"]
    assert seen == {**asked, "seen": True}
    assert new_id("swap") not in str(asked)
