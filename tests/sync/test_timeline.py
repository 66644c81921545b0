"""What a line of a timeline says, the whole of it, on every store."""

from datetime import timedelta
from typing import Any

from sync.instants import to_wire
from tests.phone import Phone, case_args, new_id
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of, place_of

CASE, PHOTO = new_id("c1"), "0" * 64
LATER = MORNING + timedelta(hours=1)
LINE: dict[str, Any] = {
    **place_of("garden-1"),
    "reached": 1,
    "case_id": CASE,
    "actor_role": "grid_worker",
    "at": to_wire(MORNING),
    "received_at": to_wire(MORNING),
    "text": "",
    "attempted": None,
    "from_unit_id": None,
    "to_unit_id": None,
    "photos": [],
    "details": None,
}
"""A line of which only who did what is left to say."""


def by(name: str, action: str, **more: Any) -> dict[str, Any]:
    """A whole line by somebody of the grid."""
    return {**LINE, "actor_id": id_of(name), "actor_name": name, "action": action, **more}


def opened(phone: GetPhone) -> Phone:
    worker = phone("worker")
    said = case_args("g1-101", "c1", kind="doorstep", detail="在三楼")
    assert worker.do("case.open", **said).verdict == "applied"
    return worker


def test_the_first_line_is_the_opening_with_what_was_said_of_it(phone: GetPhone) -> None:
    worker = opened(phone)
    worker.sync()
    (line,) = (value for (type_, _), value in worker.records.items() if type_ == "case_event")
    assert line == by("worker", "open", text="在三楼", to_unit_id=id_of("garden-1"))


def test_a_line_says_who_did_what_when_in_which_words_and_photos_also_when_too_late(
    phone: GetPhone,
) -> None:
    worker, mate = opened(phone), phone("mate")
    done: dict[str, Any] = {"id": CASE, "text": "换了灯泡", "photos": [PHOTO]}
    worker.do("case.accept", id=CASE, event_id=new_id("accepted"))
    too_late = mate.make("case.resolve", event_id=new_id("too late"), **done)
    worker.do("case.resolve", LATER, event_id=new_id("done"), **done)
    assert mate.push(too_late, now=LATER)[0].verdict == "superseded"
    worker.sync()
    said = {"text": "换了灯泡", "photos": [PHOTO], "received_at": to_wire(LATER)}
    lines = {id_: worker.records["case_event", new_id(id_)] for id_ in ("done", "too late")}
    assert lines == {
        "done": by("worker", "resolve", **said, at=to_wire(LATER)),
        "too late": by("mate", "note", **said, attempted="resolve"),
    }


def test_a_note_is_a_line_and_leaves_the_case_as_it_was(phone: GetPhone) -> None:
    worker = opened(phone)
    worker.sync()
    before = worker.records["case", CASE], worker.versions["case", CASE]
    worker.do("case.note", id=CASE, event_id=new_id("note"), text="在三楼")
    worker.sync()
    assert (worker.records["case", CASE], worker.versions["case", CASE]) == before
    assert worker.records["case_event", new_id("note")] == by("worker", "note", text="在三楼")
