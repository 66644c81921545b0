"""Phones of several versions at once: work is always taken, only pulling may be refused."""

from typing import Any

import orjson
import pytest

from app.extensions import reading
from app.models import JournalEntry
from app.services import syncing
from sync.protocol import Versions
from tests.app.conftest import Somebody
from tests.phone import new_id, visit_args

LATER = Versions(
    present=3,
    oldest_pulling=2,
    lifts={
        1: {"visit.record": lambda args: {**args, "summary": args["summary"] + "，第二版"}},
        2: {"visit.record": lambda args: {**args, "summary": args["summary"] + "，第三版"}},
    },
)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server two versions on, which no longer brings patches to the first."""
    monkeypatch.setattr(syncing, "VERSIONS", LATER)


def visit(worker: Somebody, name: str, **more: Any) -> dict[str, Any]:
    return worker.mutation("visit.record", **visit_args("g1-101", name, **more))


def summaries(worker: Somebody) -> list[str]:
    patch = worker.post(worker.envelope(protocol=syncing.VERSIONS.present)).json["patch"]
    return [op["value"]["summary"] for op in patch if op["type"] == "visit"]


@pytest.mark.usefixtures("later")
def test_what_an_old_phone_sends_is_taken_and_then_it_is_told_to_update(somebody: Any) -> None:
    worker = somebody("worker")
    taken = worker.post(worker.envelope(visit(worker, "v1"), cursor="where-it-was"))
    assert taken.status_code == 200
    assert taken.json["verdicts"][0]["verdict"] == "applied"
    told = {name: taken.json[name] for name in ("patch", "cursor", "more", "reset")}
    assert told == {"patch": [], "cursor": "where-it-was", "more": True, "reset": None}
    refused = worker.post(worker.envelope())
    assert (refused.status_code, refused.json["code"]) == (426, "protocol_too_old")
    assert summaries(worker) == ["灯泡坏了，第二版，第三版"]


def test_a_mutation_that_says_it_is_newer_than_the_server_waits_until_it_is_known(
    somebody: Any,
) -> None:
    worker = somebody("worker")
    newer = {**visit(worker, "v1"), "protocol": 2}
    newer["args"]["weather"] = "rain"
    refused = worker.post(worker.envelope(newer))
    assert (refused.status_code, refused.json["code"]) == (503, "protocol_too_new")
    assert int(refused.headers["Retry-After"]) > 0
    with reading() as session:
        assert session.query(JournalEntry).count() == 0


@pytest.mark.usefixtures("later")
def test_an_old_phone_without_a_cursor_begins_with_everything_once_it_is_updated(
    somebody: Any,
) -> None:
    worker = somebody("worker")
    cursor = worker.post(worker.envelope(visit(worker, "v1"))).json["cursor"]
    updated = worker.post(worker.envelope(protocol=3, cursor=cursor)).json
    assert updated["reset"] is None
    assert {"building", "dwelling", "visit"} <= {op["type"] for op in updated["patch"]}


def test_p2_a_resend_after_both_have_been_updated_is_still_the_same_mutation(
    somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = somebody("worker")
    sent = visit(worker, "v1")
    (first,) = worker.post(worker.envelope(sent)).json["verdicts"]
    monkeypatch.setattr(syncing, "VERSIONS", LATER)
    again = worker.post(worker.envelope({**sent, "protocol": 1}, protocol=3)).json
    assert again["verdicts"] == [{**first, "duplicate": True}]


@pytest.mark.usefixtures("later")
def test_what_waited_in_the_outbox_during_the_update_is_lifted_from_its_own_version(
    somebody: Any,
) -> None:
    worker = somebody("worker")
    waited, fresh = {**visit(worker, "v1"), "protocol": 2}, visit(worker, "v2")
    worker.post(worker.envelope(waited, fresh, protocol=3))
    assert sorted(summaries(worker)) == ["灯泡坏了", "灯泡坏了，第三版"]
    with reading() as session:
        kept = session.query(JournalEntry).filter_by(id=waited["id"]).one()
        assert orjson.loads(kept.args) == waited["args"]


@pytest.mark.usefixtures("later")
def test_p5_old_arguments_that_cannot_be_lifted_are_rejected_alone(somebody: Any) -> None:
    worker = somebody("worker")
    bad, good = visit(worker, "v1", summary=7), visit(worker, "v2")
    verdicts = worker.post(worker.envelope(bad, good)).json["verdicts"]
    assert [(v["verdict"], v["code"], v["detail"]) for v in verdicts] == [
        ("rejected", "invalid", "/args"),
        ("applied", None, None),
    ]


@pytest.mark.parametrize("more", [{}, {"mutations": "in another shape"}])
def test_a_phone_newer_than_the_server_keeps_everything_and_waits(
    somebody: Any, more: dict[str, Any]
) -> None:
    worker = somebody("worker")
    sent = visit(worker, "v1")
    refused = worker.post(worker.envelope(sent, protocol=2, **more))
    assert (refused.status_code, refused.json["code"]) == (503, "protocol_too_new")
    assert refused.json["detail"] == {"newest": 1}
    assert int(refused.headers["Retry-After"]) > 60
    assert "还在手机上" in refused.json["message"]
    with reading() as session:
        assert session.query(JournalEntry).count() == 0
    assert worker.post(worker.envelope(sent)).json["verdicts"][0]["verdict"] == "applied"
    assert new_id("v1") in {op["id"] for op in worker.post(worker.envelope()).json["patch"]}
