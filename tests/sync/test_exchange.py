"""What a push does, on every store. Titles begin with the rule of PROTOCOL.md."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sync.batch import Batch
from sync.errors import SequenceGap
from sync.mutation import Flaw
from sync.scene import Author
from sync.store import Changes, Progress
from tests.phone import Phone, case_args, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.town import MORNING, author, id_of


def test_p1_a_verdict_is_given_with_a_receipt_once_the_visit_is_stored(phone: GetPhone) -> None:
    worker, mate = phone("worker"), phone("mate")
    verdict = worker.do("visit.record", **visit_args("g1-101", "v1"))
    assert (verdict.verdict, len(verdict.receipt)) == ("applied", 9)
    mate.sync()
    assert mate.records["visit", new_id("v1")]["visitor_name"] == "worker"


def test_p2_a_resend_gets_the_first_verdict_again_and_changes_nothing(phone: GetPhone) -> None:
    worker = phone("worker")
    visit = worker.make("visit.record", **visit_args("g1-101", "v1"))
    first = worker.push(visit)[0]
    worker.sync()
    again = worker.push(visit)[0]
    assert again == first._replace(duplicate=True)
    assert worker.sync() == 0


def test_p2_a_rejected_mutation_is_rejected_again_on_a_resend(phone: GetPhone) -> None:
    worker = phone("worker")
    visit = worker.make("visit.record", **visit_args("h1-101", "v1"))
    assert worker.push(visit)[0] == worker.push(visit)[0]._replace(duplicate=False)


def test_p2_two_copies_in_one_batch_are_one(phone: GetPhone) -> None:
    worker = phone("worker")
    visit = worker.make("visit.record", **visit_args("g1-101", "v1"))
    verdicts = worker.push(visit, visit)
    assert [verdict.duplicate for verdict in verdicts] == [False, True]


def test_p3_the_same_id_with_other_words_is_rejected_and_the_first_stays(phone: GetPhone) -> None:
    worker = phone("worker")
    visit = worker.make("visit.record", **visit_args("g1-101", "v1"))
    worker.push(visit)
    other = replace(visit, seq=2, sent=visit.sent.replace("灯泡坏了", "别的话"))
    for _ in range(2):
        verdict = worker.push(other)[0]
        assert (verdict.id, verdict.code) == (visit.id, "mutation_id_reused")
    worker.sync()
    assert worker.records["visit", new_id("v1")]["summary"] == "灯泡坏了"
    worker.seq = 2
    assert worker.do("visit.record", **visit_args("g1-101", "v2")).verdict == "applied"


def test_p4_a_batch_after_a_gap_is_refused_whole_and_says_what_was_received(
    phone: GetPhone,
) -> None:
    worker = phone("worker")
    first, lost, third = (
        worker.make("visit.record", **visit_args("g1-101", f"v{n}")) for n in range(3)
    )
    worker.push(first)
    with pytest.raises(SequenceGap) as gap:
        worker.push(third)
    assert gap.value.detail == {"received_through": 1}
    assert [v.verdict for v in worker.push(lost, third)] == ["applied", "applied"]


def test_p4_a_gap_inside_a_batch_applies_nothing_of_it(phone: GetPhone) -> None:
    worker = phone("worker")
    first, _lost, third = (
        worker.make("visit.record", **visit_args("g1-101", f"v{n}")) for n in range(3)
    )
    with pytest.raises(SequenceGap):
        worker.push(first, third)
    worker.sync()
    assert worker.ids("visit") == set()


def test_p4_a_phone_that_lost_part_of_its_outbox_says_so_and_goes_on(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.do("visit.record", **visit_args("g1-101", "v1"))
    worker.seq = 4
    stretch: dict[str, Any] = {"from": 2, "to": 4}
    lost = worker.make("outbox.lost", **stretch)
    after = worker.make("visit.record", **visit_args("g1-101", "v2"))
    assert [v.verdict for v in worker.push(lost, after)] == ["applied", "applied"]
    with worker.store.transaction([author("worker").home_id]) as transaction:
        (progress,) = transaction.progress(worker.author.device_id)
    assert (progress.received_through, progress.lost) == (6, ((2, 4),))


def test_p5_a_bad_mutation_does_not_stop_those_after_it(phone: GetPhone) -> None:
    worker = phone("worker")
    bad = replace(
        worker.make("case.accept", id=new_id("x"), event_id=new_id("y")), flaw=Flaw("invalid")
    )
    good = worker.make("visit.record", **visit_args("g1-101", "v1"))
    assert [v.verdict for v in worker.push(bad, good)] == ["rejected", "applied"]


def test_p5_a_case_for_a_visit_of_the_same_batch_finds_it(phone: GetPhone) -> None:
    worker = phone("worker")
    visit = worker.make("visit.record", **visit_args("g1-101", "v1"))
    case = worker.make("case.open", **case_args("g1-101", "c1", visit_id=new_id("v1")))
    assert [v.verdict for v in worker.push(visit, case)] == ["applied", "applied"]


@pytest.mark.parametrize(
    ("args", "code", "detail"),
    [
        (visit_args("h1-101", "v1"), "not_found", "/args/dwelling_id"),
        (visit_args("nowhere", "v1"), "not_found", "/args/dwelling_id"),
        (visit_args("g1-101", "v1", dwelling_id=None), "missing", "/args/dwelling_id"),
        (
            visit_args(
                "g1-101",
                "v1",
                dwelling_id=None,
                place={"unit_id": id_of("harbour"), "text": "门口"},
            ),
            "not_found",
            "/args/place/unit_id",
        ),
    ],
)
def test_p6_a_visit_outside_the_scope_is_rejected_naming_the_field(
    phone: GetPhone, args: dict[str, Any], code: str, detail: str
) -> None:
    verdict = phone("worker").do("visit.record", **args)
    assert (verdict.verdict, verdict.code, verdict.detail) == ("rejected", code, detail)


@pytest.mark.parametrize("who", ["secretary", "community-worker"])
def test_p6_a_visit_in_words_lies_in_the_grid_or_compound_it_names(
    phone: GetPhone, who: str
) -> None:
    visitor = phone(who)
    for unit in ("garden-2", "garden"):
        place = {"unit_id": id_of(unit), "text": "门口"}
        args = visit_args("g1-101", f"v-{unit}", dwelling_id=None, place=place)
        assert visitor.do("visit.record", **args).verdict == "applied"
    visitor.sync()
    inside, beside = (visitor.records["visit", new_id(f"v-{u}")] for u in ("garden-2", "garden"))
    assert (inside["grid_id"], inside["compound_id"]) == (id_of("garden-2"), id_of("garden"))
    assert (beside["grid_id"], beside["compound_id"]) == (None, id_of("garden"))
    assert (inside["visitor_id"], inside["received_at"]) == (id_of(who), WIRE_MORNING)


def test_p6_a_place_as_wide_as_a_community_is_no_place(phone: GetPhone) -> None:
    place = {"unit_id": id_of("community"), "text": "门口"}
    args = visit_args("g1-101", "v1", dwelling_id=None, place=place)
    verdict = phone("community-secretary").do("visit.record", **args)
    assert (verdict.code, verdict.detail) == ("not_found", "/args/place/unit_id")


WIRE_MORNING = "2026-11-23T00:30:00.000Z"


def test_p6_a_new_record_with_an_id_that_is_taken_is_rejected(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.do("visit.record", **visit_args("g1-101", "v1"))
    assert worker.do("visit.record", **visit_args("g1-102", "v1")).code == "id_taken"


def test_p6_a_line_on_a_timeline_is_never_replaced_by_the_opening_of_a_case(
    phone: GetPhone,
) -> None:
    worker, mate = phone("worker"), phone("mate")
    worker.do("case.open", **case_args("g1-101", "c1"))
    opening = mate.make("case.open", **case_args("g1-102", "c2"))
    note = worker.make("case.note", id=new_id("c1"), event_id=opening.id, text="明天带水电工来")
    assert worker.push(note)[0].verdict == "applied"
    assert mate.push(opening)[0].code == "id_taken"
    worker.sync()
    assert worker.records["case_event", opening.id]["text"] == "明天带水电工来"


def test_p7_a_visit_written_before_a_move_reaches_the_old_grid_and_not_the_phone(
    phone: GetPhone,
) -> None:
    worker, mate = phone("worker"), phone("mate")
    worker.sync()
    early = worker.make("visit.record", MORNING, **visit_args("g1-101", "early"))
    late = worker.make("visit.record", MORNING + 2 * HOUR, **visit_args("g1-101", "late"))
    worker.moved_to(moved(author("worker"), author("harbour-worker"), until=MORNING + HOUR))
    verdicts = worker.push(early, late, now=MORNING + 3 * HOUR)
    assert [v.verdict for v in verdicts] == ["applied", "rejected"]
    mate.sync()
    assert mate.records["visit", new_id("early")]["visitor_name"] == "worker"
    worker.sync()
    assert worker.ids("visit") == set()


def test_p7_an_action_on_a_case_written_before_a_move_counts(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    accept = worker.make("case.accept", MORNING, id=new_id("c1"), event_id=new_id("e1"))
    worker.moved_to(moved(author("worker"), author("harbour-worker"), until=MORNING + HOUR))
    assert worker.push(accept, now=MORNING + 3 * HOUR)[0].verdict == "applied"


def test_p7_a_visit_at_a_household_that_moved_meanwhile_reaches_its_new_grid(
    phone: GetPhone,
) -> None:
    worker, second = phone("worker"), phone("second-worker")
    before = worker.make("visit.record", MORNING - HOUR, **visit_args("g1-101", "before"))
    after = worker.make("visit.record", MORNING + HOUR, **visit_args("g1-101", "after"))
    move(second, "g1-101", id_of("garden-2"))
    verdicts = worker.push(before, after, now=MORNING + HOUR)
    assert [v.verdict for v in verdicts] == ["applied", "rejected"]
    second.sync()
    assert second.records["visit", new_id("before")]["visitor_name"] == "worker"


def test_p9_a_tap_is_as_long_before_the_sending_as_the_phones_own_clock_says(
    phone: GetPhone,
) -> None:
    hour, day_ahead = timedelta(hours=1), MORNING + timedelta(days=1)
    batch = Batch(phone("worker").author, [], now=MORNING, sent_at=day_ahead)
    assert batch.corrected(day_ahead - hour) == MORNING - hour
    assert batch.corrected(day_ahead + hour) == MORNING
    assert batch.offset_ms == -24 * 3600 * 1000


HOUR = timedelta(hours=1)


def moved(before: Author, after: Author, until: datetime) -> Author:
    """The same person and device after a move from one post to another."""
    return replace(before, posts=after.posts, former=tuple((p, until) for p in before.posts))


def move(somebody: Phone, home: str, grid_id: str) -> None:
    """Move a dwelling to another grid, as the server's own changes do."""
    author_ = somebody.author
    with somebody.store.transaction([author_.home_id]) as transaction:
        (record,) = transaction.find("dwelling", [id_of(home)])
        progress = Progress(author_.device_id, 0, MORNING, 0)
        moved = record.with_(grid_id=grid_id)
        transaction.write(Changes(author_.home_id, progress, records=[moved]))
