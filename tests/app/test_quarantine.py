"""Somebody is suspended, or a phone revoked: what they wrote before waits for who leads (P8)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask

from app.commands.suspending import devices, reinstate, revoke, suspend
from app.extensions import reading
from app.models import JournalEntry
from app.services import suspending
from tests.app.conftest import OWN, Somebody
from tests.app.test_concurrency import at_once
from tests.phone import new_id, visit_args
from tests.town import MORNING, id_of


def visits(answer: dict[str, Any]) -> set[str]:
    return {o["id"] for o in answer["patch"] if o["op"] == "put" and o["type"] == "visit"}


def waiting(person: Somebody) -> list[dict[str, Any]]:
    answer: Any = person.client.get("/api/v1/quarantine").json
    found: list[dict[str, Any]] = answer["quarantined"]
    return found


def decide(person: Somebody, line: dict[str, Any], accept: bool) -> Any:
    path = f"/api/v1/quarantine/{line['device_id']}/{line['id']}"
    return person.client.post(path, json={"accept": accept}, headers=OWN)


def late(person: Somebody, *mutations: dict[str, Any], hours: int = 1) -> Any:
    """Send what was written that many hours ago."""
    sent_at = MORNING + timedelta(hours=hours)
    return person.post(person.envelope(*mutations, sent_at=sent_at.isoformat()))


@pytest.fixture
def suspended(somebody: Any) -> Any:
    """A worker who has just been suspended, with a visit on the phone from an hour ago."""
    worker = somebody("worker")
    worker.sync()
    suspending.suspend("worker", datetime.now(UTC))
    return worker, worker.mutation("visit.record", **visit_args("g1-101", "v1"))


def test_p8_the_work_of_a_suspended_account_is_taken_quarantined_without_a_patch(
    suspended: Any,
) -> None:
    worker, visit = suspended
    before = worker.cursor
    answer = late(worker, visit).json
    assert [v["verdict"] for v in answer["verdicts"]] == ["quarantined"]
    assert (answer["patch"], answer["cursor"], answer["more"]) == ([], before, True)
    assert answer["received_through"] == 1
    refused = worker.post(worker.envelope())
    assert (refused.status_code, refused.json["code"]) == (403, "suspended")
    again = late(worker, visit).json["verdicts"]
    assert again == [{**answer["verdicts"][0], "duplicate": True}]


def test_p8_what_a_suspended_account_writes_later_is_kept_and_rejected(suspended: Any) -> None:
    worker, visit = suspended
    verdicts = late(worker, visit, hours=0).json["verdicts"]
    assert [(v["verdict"], v["code"]) for v in verdicts] == [("rejected", "suspended")]
    with reading() as session:
        (kept,) = session.query(JournalEntry).all()
    assert (kept.id, kept.person_id) == (visit["id"], id_of("worker"))


def test_p8_the_branch_secretary_accepts_what_a_suspended_worker_wrote(
    suspended: Any, somebody: Any
) -> None:
    (worker, visit), secretary = suspended, somebody("secretary")
    secretary.sync()
    late(worker, visit)
    (line,) = waiting(secretary)
    assert (line["person_name"], line["unit_name"], line["name"]) == (
        "worker",
        "garden-1",
        "visit.record",
    )
    assert line["args"]["summary"] == "灯泡坏了"
    decision = decide(secretary, line, accept=True).json
    assert (decision["accepted"], decision["verdict"]) == (True, "applied")
    assert visits(secretary.sync()) == {new_id("v1")}
    assert waiting(secretary) == []
    assert decide(secretary, line, accept=False).json == decision


def test_p8_a_refused_visit_stays_with_who_refused_it(suspended: Any, somebody: Any) -> None:
    (worker, visit), secretary = suspended, somebody("secretary")
    late(worker, visit)
    decision = decide(secretary, waiting(secretary)[0], accept=False).json
    assert (decision["verdict"], decision["code"]) == ("rejected", "not_accepted")
    assert decision["decided_by"] == id_of("secretary")
    assert visits(secretary.sync()) == set()


@pytest.mark.parametrize("name", ["mate", "leader", "harbour-secretary", "officer", "stranger"])
def test_p8_nobody_else_sees_or_decides(suspended: Any, somebody: Any, name: str) -> None:
    (worker, visit), other = suspended, somebody(name)
    late(worker, visit)
    assert waiting(other) == []
    refused = decide(other, {"device_id": worker.device_id, "id": visit["id"]}, accept=True)
    assert (refused.status_code, refused.json["code"]) == (404, "not_found")


def test_p8_each_lies_with_who_leads_the_place_it_is_about_or_else_its_authors_unit(
    somebody: Any,
) -> None:
    helper = somebody("community-worker")
    suspending.suspend("community-worker", datetime.now(UTC))
    yard = {"unit_id": id_of("garden"), "text": "花坛"}
    late(
        helper,
        helper.mutation("visit.record", **visit_args("h1-101", "v1")),
        helper.mutation(
            "visit.record", **{**visit_args("h1-101", "v2"), "dwelling_id": None}, place=yard
        ),
        helper.mutation("visit.amend", id=new_id("v1"), changes={"kind": "care"}),
        helper.mutation("visit.record", **visit_args("n1-101", "v3")),
    )
    deciders = ("harbour-secretary", "secretary", "community-secretary")
    seen = {name: [line["unit_name"] for line in waiting(somebody(name))] for name in deciders}
    assert seen == {
        "harbour-secretary": ["harbour-1"],
        "secretary": ["garden"],
        "community-secretary": ["harbour-1", "garden", "community", "community"],
    }


def test_p8_two_secretaries_at_once_settle_once(town: Flask, suspended: Any, somebody: Any) -> None:
    worker, visit = suspended
    late(worker, visit)
    secretary, community = somebody("secretary"), somebody("community-secretary")
    (line,) = waiting(secretary)
    answers = at_once(
        town,
        lambda: decide(secretary, line, accept=True).json,
        lambda: decide(community, line, accept=False).json,
    )
    assert answers[0] == answers[1]
    taken = {new_id("v1")} if answers[0]["accepted"] else set()
    assert visits(secretary.sync()) == taken


@pytest.mark.parametrize("body", [{}, {"accept": "yes"}, {"accept": None}, [True]])
def test_a_decision_of_no_known_shape_is_refused_and_decides_nothing(
    suspended: Any, somebody: Any, body: Any
) -> None:
    (worker, visit), secretary = suspended, somebody("secretary")
    late(worker, visit)
    path = f"/api/v1/quarantine/{worker.device_id}/{visit['id']}"
    refused = secretary.client.post(path, json=body, headers=OWN)
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")
    assert len(waiting(secretary)) == 1


def test_a_reinstated_worker_goes_on_and_what_was_quarantined_still_waits(
    suspended: Any, somebody: Any
) -> None:
    worker, visit = suspended
    late(worker, visit)
    assert suspending.reinstate("worker")
    answer = worker.sync(worker.mutation("visit.record", **visit_args("g1-101", "v2")))
    assert visits(answer) == {new_id("v2")}
    assert len(waiting(somebody("secretary"))) == 1


def test_a_revoked_phone_is_told_so_also_when_its_session_is_over(somebody: Any) -> None:
    worker = somebody("worker")
    token = worker.client.get_cookie("qiaomen_session").value
    worker.client.delete("/api/v1/session", headers=OWN)
    worker.client.set_cookie("qiaomen_session", token)
    suspending.revoke(worker.device_id, datetime.now(UTC))
    assert worker.post(worker.envelope()).json["code"] == "device_revoked"
    assert somebody("worker", "another-phone").sync()["patch"] != []


def test_an_administrator_finds_the_lost_phone_and_revokes_it(town: Flask, somebody: Any) -> None:
    run = CliRunner().invoke
    assert run(devices, ["worker"], obj=town).output == "worker has signed in on no device yet.\n"
    worker = somebody("worker")
    listed = run(devices, ["worker"], obj=town).output
    assert listed.startswith(f"{worker.device_id}  Android  signed in 20")
    first = run(revoke, [worker.device_id], obj=town)
    assert first.exit_code == 0
    assert run(revoke, [worker.device_id], obj=town).output == first.output
    assert "revoked" in run(devices, ["worker"], obj=town).output
    assert worker.post(worker.envelope()).json["code"] == "device_revoked"


def test_an_administrator_suspends_and_reinstates_an_account(town: Flask, somebody: Any) -> None:
    worker = somebody("worker")
    run = CliRunner().invoke
    first = run(suspend, ["worker"], obj=town)
    assert first.output.startswith("worker is suspended since 20")
    assert run(suspend, ["worker"], obj=town).output == first.output
    assert worker.post(worker.envelope()).json["code"] == "suspended"
    assert run(reinstate, ["worker"], obj=town).output == "worker may sign in again.\n"
    assert run(reinstate, ["worker"], obj=town).output == "worker was not suspended.\n"
    assert worker.post(worker.envelope()).status_code == 200


@pytest.mark.parametrize("command", [suspend, reinstate, devices, revoke])
def test_a_name_nobody_has_is_said_and_changes_nothing(town: Flask, command: Any) -> None:
    name = str(uuid4()) if command is revoke else "nobody"
    result = CliRunner().invoke(command, [name], obj=town)
    assert result.exit_code == 1
    assert f"Nothing was changed: there is no {'device' if command is revoke else 'account'}" in (
        result.output
    )
