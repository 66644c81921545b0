"""POST /api/v1/sync over HTTP: the shapes, the sizes, and the Refusing table of PROTOCOL.md."""

import gzip
from dataclasses import replace
from typing import Any

import orjson
import pytest
from flask import Flask

from app.extensions import reading
from app.models import JournalEntry
from app.schemas.records import Conflict, Dwelling
from app.schemas.shapes import load
from app.services import syncing
from sync.cursor import decode
from tests.app.conftest import OWN
from tests.phone import case_args, inside, new_id, visit_args
from tests.town import id_of


def test_an_exchange_has_the_shapes_of_the_contract(somebody: Any) -> None:
    worker = somebody("worker")
    answer = worker.sync(worker.mutation("visit.record", **visit_args("g1-101", "v1")))
    names = {"now", "received_through", "verdicts", "patch", "cursor", "more", "reset", "check"}
    assert set(answer) == names
    assert answer["received_through"] == 1
    (verdict,) = answer["verdicts"]
    assert set(verdict) == {"id", "seq", "verdict", "code", "detail", "receipt"}
    (visit,) = [op for op in answer["patch"] if op["type"] == "visit"]
    assert set(visit) == {"op", "type", "id", "version", "value"}
    # by a clock that is days slow: the visit was at the tap, and the tap was sent at once (P9)
    assert visit["value"]["occurred_at"] == visit["value"]["received_at"] == answer["now"]


def test_l5_a_phone_ahead_of_a_restored_server_is_noticed_though_its_own_push_catches_up(
    somebody: Any,
) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    (worker.sync(), mate.sync())
    cursor = decode(inside(worker.cursor))
    community = id_of("community")
    ahead = {**cursor.marks, community: cursor.marks[community] + 1}
    worker.cursor = worker.sealed(replace(cursor, marks=ahead).encode())
    visit = worker.mutation("visit.record", **visit_args("g1-101", "v1"))
    for person, sent in ((worker, [visit]), (mate, [])):
        assert person.sync(*sent)["reset"] == {"reason": "server_restored"}
        assert person.sync()["reset"] is None


def test_l3_the_answer_to_a_copy_judged_meanwhile_shows_what_the_other_copy_did(
    somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both come at once, from a phone whose counter went back, and are recognised before either is judged."""
    worker = somebody("worker")
    worker.sync(worker.mutation("visit.record", **visit_args("g1-101", "v1")))
    worker.seq = 0
    late = {**worker.mutation("visit.record", **visit_args("g1-101", "v2")), "id": new_id("late")}
    envelope = worker.envelope(late)
    receive = syncing.receive

    def after_the_other(*asked: Any) -> Any:
        monkeypatch.setattr(syncing, "receive", receive)
        assert worker.post(envelope).status_code == 200
        return receive(*asked)

    monkeypatch.setattr(syncing, "receive", after_the_other)
    answer = worker.post(envelope).json
    assert [verdict.get("duplicate") for verdict in answer["verdicts"]] == [True]
    assert new_id("v2") in {op["id"] for op in answer["patch"]}


def test_l5_a_cursor_made_up_or_of_another_device_is_begun_anew_and_ends_no_epoch(
    somebody: Any,
) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    (worker.sync(), mate.sync())
    own, cursor = mate.cursor, decode(inside(mate.cursor))
    far_ahead = replace(cursor, marks=dict.fromkeys(cursor.marks, 2**40)).encode()
    for forged in (far_ahead, f"{far_ahead}.{own.rpartition('.')[2]}", worker.cursor):
        mate.cursor = forged
        assert mate.sync()["reset"] == {"reason": "cursor_unreadable"}
    assert worker.sync()["reset"] is None
    mate.cursor = own
    assert mate.sync()["reset"] is None


def test_a_worker_reads_their_case_until_its_end_and_each_step_names_who_did_it(
    somebody: Any,
) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    worker.sync(worker.mutation("case.open", **case_args("g1-101", "c1", detail="三楼漏到二楼")))
    act = {"id": new_id("c1")}
    secretary.sync(
        secretary.mutation("case.accept", event_id=new_id("e1"), **act),
        secretary.mutation("case.resolve", event_id=new_id("e2"), text="换了水管", **act),
    )
    patch = worker.sync()["patch"]
    case = next(op["value"] for op in patch if op["type"] == "case")
    assert (case["state"], case["holder_id"]) == ("resolved", id_of("garden"))
    assert case["place"]["text"] == "garden garden-1号楼 1单元"
    events = [op["value"] for op in patch if op["type"] == "case_event"]
    assert [(e["action"], e["actor_name"]) for e in events] == [
        ("accept", "secretary"),
        ("resolve", "secretary"),
    ]


def test_a_merged_edit_and_its_conflict_travel_with_the_names_of_the_contract(
    somebody: Any,
) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    (worker.sync(), mate.sync())
    edits = [
        (person, person.mutation("dwelling.edit", id=id_of("g1-101"), changes={"occupancy": o}))
        for person, o in ((worker, "tenant"), (mate, "vacant"))
    ]
    answers = [person.sync(edit) for person, edit in edits]
    assert [answer["verdicts"][0]["verdict"] for answer in answers] == ["applied", "merged"]
    values = {op["type"]: op["value"] for op in answers[1]["patch"]}
    load(Dwelling, values["dwelling"])
    load(Conflict, values["conflict"])


@pytest.mark.parametrize(
    ("broken", "pointer"),
    [
        ({"protocol": "one"}, "/protocol"),
        ({"protocol": 0}, "/protocol"),
        ({"device_id": "not-an-id"}, "/device_id"),
        ({"device_id": id_of("d-mate")}, "/device_id"),
        ({"sent_at": "yesterday"}, "/sent_at"),
        ({"limit": 0}, "/limit"),
        ({"mutations": {}}, "/mutations"),
        ({"mutations": [7]}, "/mutations/0"),
        ({"mutations": [{"id": new_id("m")}]}, "/mutations/0/"),
    ],
)
def test_400_malformed_points_at_what_is_wrong(
    somebody: Any, broken: dict[str, Any], pointer: str
) -> None:
    worker = somebody("worker")
    refused = worker.post(worker.envelope(**broken))
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")
    assert refused.json["detail"].startswith(pointer)


@pytest.mark.parametrize("seq", [0, -1, 1.5, "1", None, 2**60])
def test_400_malformed_for_a_seq_that_counts_nothing(somebody: Any, seq: Any) -> None:
    worker = somebody("worker")
    mutation = {**worker.mutation("visit.record", **visit_args("g1-101", "v1")), "seq": seq}
    refused = worker.post(worker.envelope(mutation))
    assert (refused.status_code, refused.json["detail"]) == (400, "/mutations/0/seq")


def test_400_malformed_for_what_is_not_json_at_all(somebody: Any) -> None:
    worker = somebody("worker")
    for data in (b"{", b'{"protocol":1', b"[" * 100_000, b'{"a":"\\ud800"}', b"\xff"):
        refused = worker.client.post(
            "/api/v1/sync", data=data, headers=OWN, content_type="application/json"
        )
        assert (refused.status_code, refused.json["code"]) == (400, "malformed")


def test_401_signed_out_for_a_phone_without_a_session(town: Flask) -> None:
    refused: Any = town.test_client().post("/api/v1/sync", json={}, headers=OWN)
    assert (refused.status_code, refused.json["code"]) == (401, "signed_out")


def test_409_sequence_gap_says_how_far_the_server_has_come(somebody: Any) -> None:
    worker = somebody("worker")
    worker.mutation("visit.record")
    refused = worker.post(
        worker.envelope(worker.mutation("visit.record", **visit_args("g1-101", "v")))
    )
    assert (refused.status_code, refused.json["code"]) == (409, "sequence_gap")
    assert refused.json["detail"] == {"received_through": 0}


def test_413_too_large_for_too_many_mutations_too_many_bytes_and_a_bomb(somebody: Any) -> None:
    worker = somebody("worker")
    many = worker.envelope(*[worker.mutation("visit.record") for _ in range(501)])
    long = worker.envelope(worker.mutation("visit.record", summary="长" * 400_000))
    bomb = gzip.compress(b" " * 9 * 1024 * 1024)
    packed = {"headers": {**OWN, "Content-Encoding": "gzip"}, "content_type": "application/json"}
    answers = [
        worker.post(many),
        worker.post(long),
        worker.client.post("/api/v1/sync", data=bomb, **packed),
    ]
    assert [(a.status_code, a.json["code"]) for a in answers] == [(413, "too_large")] * 3


def test_415_for_a_body_that_does_not_say_it_is_json(somebody: Any) -> None:
    refused = somebody("worker").client.post("/api/v1/sync", data=b"{}", headers=OWN)
    assert (refused.status_code, refused.json["code"]) == (415, "not_json")


def test_a_gzipped_body_is_read_and_the_answer_is_packed_on_request(somebody: Any) -> None:
    worker = somebody("worker")
    data = gzip.compress(orjson.dumps(worker.envelope()))
    headers = {**OWN, "Content-Encoding": "gzip", "Accept-Encoding": "gzip"}
    response = worker.client.post(
        "/api/v1/sync", data=data, headers=headers, content_type="application/json"
    )
    assert response.headers["Content-Encoding"] == "gzip"
    assert orjson.loads(gzip.decompress(response.data))["patch"]


@pytest.mark.parametrize(
    ("name", "args", "code", "detail"),
    [
        ("visit.steal", {}, "unknown_mutation", "/name"),
        ("visit.record", {}, "invalid", "/args/id"),
        ("visit.record", visit_args("g1-101", "v", kind="party"), "invalid", "/args/kind"),
        ("visit.record", visit_args("g1-101", "v", summary="a\0b"), "invalid", "/args/summary"),
        ("visit.record", visit_args("g1-101", "v", occurred_at="1969-01-01"), "invalid", "/args/occurred_at"),
        ("visit.record", visit_args("g1-101", "v", photos=["../x"]), "invalid", "/args/photos/0"),
        ("visit.record", visit_args("g1-101", "v", met=["x"] * 10**5), "invalid", "/args/met"),
        ("visit.record", visit_args("g1-101", "v", location={"lat": 99}), "invalid", "/args/location/l"),
        ("case.escalate", {"id": new_id("c"), "event_id": new_id("e")}, "invalid", "/args/reason"),
        ("dwelling.edit", {"id": id_of("g1-101"), "changes": {}}, "invalid", "/args/changes"),
        ("visit.amend", {"id": new_id("v"), "changes": {"place": None}}, "invalid", "/args/changes/place"),
        ("dwelling.edit", {"id": new_id("d"), "changes": {"floor": 10**6}}, "invalid", "/args/changes/floor"),
        ("visit.amend", {"id": new_id("v"), "changes": {"x" * 300: 1}}, "invalid", "/args/changes/xxx"),
        ("visit.amend", {"id": new_id("v"), "changes": {"a\0b": 1}}, "invalid", "/args/changes/a"),
        ("conflict.settle", {"id": new_id("k"), "keep": "all"}, "invalid", "/args/keep"),
    ],
)  # fmt: skip
def test_p5_a_mutation_with_unusable_arguments_is_rejected_alone_and_kept_whole(
    somebody: Any, name: str, args: dict[str, Any], code: str, detail: str
) -> None:
    worker = somebody("worker")
    bad = worker.mutation(name, **args)
    good = worker.mutation("visit.record", **visit_args("g1-101", "good"))
    first, second = worker.sync(bad, good)["verdicts"]
    assert (first["verdict"], first["code"]) == ("rejected", code)
    assert first["detail"].startswith(detail)
    assert second["verdict"] == "applied"
    with reading() as session:
        kept = session.query(JournalEntry).filter_by(id=bad["id"]).one()
        assert (kept.name, orjson.loads(kept.args), kept.verdict) == (name, args, "rejected")


def test_moments_in_far_years_are_refused_or_stored_and_never_break_the_server(
    somebody: Any,
) -> None:
    worker = somebody("worker")
    for at in (
        "1970-01-01T00:00:00Z",
        "9998-12-30T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00Z",
    ):
        mutation = {**worker.mutation("visit.record", **visit_args("g1-101", at)), "at": at}
        response = worker.post(worker.envelope(mutation, sent_at=at))
        assert response.status_code in (200, 400)
        worker.seq -= response.status_code == 400
