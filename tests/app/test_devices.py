"""How sending goes on each phone: what phones say of themselves, and who may read it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from app.extensions import reading, writing
from app.models import Device, DeviceReport, Person, PushProgress
from app.services import hearing
from tests.phone import visit_args
from tests.town import id_of

WELL = {
    "app_version": "0.1.0+8f3k2q",
    "unsent": 0,
    "photos_unsent": 0,
    "oldest_unsent_at": None,
    "storage": {"persisted": True, "used": 30_000_000, "quota": 2_000_000_000},
}


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


def says(person: Any, *mutations: Any, **report: Any) -> dict[str, Any]:
    """An exchange now, in which the device says how it is doing."""
    sent = {"sent_at": ago(), "device": {**WELL, **report}}
    response = person.post(person.envelope(*mutations, **sent))
    assert response.status_code == 200, response.json
    answer: dict[str, Any] = response.json
    return answer


def asks(person: Any, language: str = "zh") -> dict[str, Any]:
    """What somebody who may is told of the devices."""
    response = person.client.get("/api/v1/devices", headers={"Accept-Language": language})
    assert response.status_code == 200, response.json
    answer: dict[str, Any] = response.json
    return answer


def told_of(person: Any, name: str, language: str = "zh") -> dict[str, Any]:
    """What is told of the one device of a person."""
    (device,) = [d for d in asks(person, language)["devices"] if d["person_name"] == name]
    return device


def reports() -> list[DeviceReport]:
    with reading() as session:
        return session.query(DeviceReport).all()


def test_the_secretary_reads_in_plain_words_whose_phone_has_long_sent_nothing(
    somebody: Any,
) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    says(worker, unsent=12, photos_unsent=1, oldest_unsent_at=ago(days=3, minutes=1))
    device = told_of(secretary, "worker")
    assert device["state"] == "stuck"
    assert device["words"] == "worker的手机有 12 条记录、1 张照片 3 天没送出，请联系本人联网。"
    assert (device["unsent"], device["photos_unsent"]) == (12, 1)
    assert device["app_version"] == "0.1.0+8f3k2q"
    assert device["device_name"] == "红米"
    english = told_of(secretary, "worker", "en")["words"]
    assert english.startswith("worker’s phone has held 12 records and 1 photo for 3 days")


def test_who_needs_help_most_comes_first_and_each_state_is_counted(somebody: Any) -> None:
    secretary, people = somebody("secretary"), [somebody(n) for n in ("worker", "mate", "leader")]
    says(people[0])
    says(people[1], unsent=1, oldest_unsent_at=ago(hours=1))
    says(people[2], unsent=1, oldest_unsent_at=ago(days=4))
    answer = asks(secretary)
    assert [d["person_name"] for d in answer["devices"][:2]] == ["leader", "mate"]
    assert answer["states"] == {"stuck": 1, "waiting": 1, "fine": 2}
    assert answer["more"] is False


def test_a_report_is_read_by_the_devices_true_age_whatever_its_clock_says(somebody: Any) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    fast = datetime.now(UTC) + timedelta(days=1)
    oldest = (fast - timedelta(days=4)).isoformat()
    sent = {**WELL, "unsent": 1, "oldest_unsent_at": oldest}
    worker.post(worker.envelope(sent_at=fast.isoformat(), device=sent))
    device = told_of(secretary, "worker")
    assert device["state"] == "stuck"
    assert " 4 天没送出" in device["words"]
    assert device["clock_ahead_seconds"] in range(86_395, 86_401)


def test_all_phones_of_a_city_are_read_as_plain_rows_with_no_object_for_each(somebody: Any) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    says(worker, worker.mutation("visit.record", **visit_args("g1-101", "v1")))
    made: list[Any] = []
    models = (Device, Person, DeviceReport, PushProgress)
    for model in models:
        event.listen(model, "load", note := lambda one, _: made.append(one))
        try:
            assert told_of(secretary, "worker")["said_at"]
        finally:
            event.remove(model, "load", note)
    assert made == []


@pytest.mark.parametrize(
    "bad",
    [7, "report", [], {}, {"unsent": -1}, {"unsent": 2**60}, {"storage": []}, {"app_version": "v" * 41},
     {"app_version": "a\0b"}, {"oldest_unsent_at": "yesterday"}, {"replaces": "me"}, {"mood": "fine"},
     {"oldest_unsent_at": "9999-12-31T23:59:59-12:00"}, {"storage": {"used": "much"}}],
)  # fmt: skip
def test_a_report_that_makes_no_sense_fails_nothing_and_what_makes_sense_of_it_is_kept(
    somebody: Any, bad: Any
) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    sent = {**bad, "photos_unsent": 3} if isinstance(bad, dict) else bad
    visit = worker.mutation("visit.record", **visit_args("g1-101", "v1"))
    response = worker.post(worker.envelope(visit, sent_at=ago(), device=sent))
    assert [v["verdict"] for v in response.json["verdicts"]] == ["applied"]
    kept = told_of(secretary, "worker")["photos_unsent"]
    assert kept == (3 if isinstance(bad, dict) else None)


def test_a_phone_whose_app_says_nothing_of_itself_is_known_by_its_pushes(somebody: Any) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    worker.sync(worker.mutation("visit.record", **visit_args("g1-101", "v1")))
    device = told_of(secretary, "worker")
    assert (device["unsent"], device["said_at"], device["received_through"]) == (None, None, 1)
    assert device["last_contact"] is not None
    assert reports() == []


def test_a_phone_that_says_it_lost_some_is_told_with_how_many(somebody: Any) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    worker.seq = 4
    worker.sync(worker.mutation("outbox.lost", **{"from": 1, "to": 4}))
    device = told_of(secretary, "worker")
    assert (device["state"], device["lost"]) == ("lost", 4)
    assert "4 条记录" in device["words"]


@pytest.mark.parametrize(
    ("begin", "end"), [(-2, 2**64 - 1), (0, 4), (1, 2**53 + 1), (1, "4"), (1, 2**53)]
)
def test_p4_what_a_phone_makes_up_about_its_losses_hides_no_phone_from_those_who_help(
    somebody: Any, begin: Any, end: Any
) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    worker.sync(worker.mutation("outbox.lost", **{"from": begin, "to": end}))
    assert told_of(secretary, "worker")["lost"] == 0


def test_a_loss_from_before_its_numbers_were_bounded_hides_no_phone(somebody: Any) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    worker.sync(worker.mutation("visit.record", **visit_args("g1-101", "v1")))
    with writing() as session:
        session.scalars(select(PushProgress)).one().lost = [{"from": -2, "to": 2**64 - 1}]
    assert told_of(secretary, "worker")["lost"] == 2**53


def test_a_phone_whose_storage_was_cleared_comes_in_place_of_the_device_before_it(
    somebody: Any,
) -> None:
    before, secretary = somebody("worker"), somebody("secretary")
    says(before, unsent=5, oldest_unsent_at=ago(hours=1))
    anew = somebody("worker", "d-anew")
    says(anew, replaces=before.device_id)
    device = told_of(secretary, "worker")
    assert (device["device_id"], device["state"]) == (anew.device_id, "wiped")
    assert "之前还有 5 条记录没送出" in device["words"]
    (replaced_at,) = {r.replaced_at for r in reports() if r.device_id == anew.device_id}
    says(
        anew, anew.mutation("visit.record", **visit_args("g1-101", "v1")), replaces=before.device_id
    )
    assert {r.replaced_at for r in reports()} == {None, replaced_at}


def test_nobody_can_hide_another_persons_device_by_saying_to_replace_it(somebody: Any) -> None:
    worker, mate, secretary = (somebody(name) for name in ("worker", "mate", "secretary"))
    says(worker, unsent=5, oldest_unsent_at=ago(days=4))
    says(mate, replaces=worker.device_id)
    assert told_of(secretary, "worker")["state"] == "stuck"
    assert "之前还有" not in told_of(secretary, "mate")["words"]


def test_idle_reports_are_noted_once_in_some_minutes_and_those_with_work_each_time(
    somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = somebody("worker")
    says(worker)
    says(worker, photos_unsent=1)
    assert [r.photos_unsent for r in reports()] == [0]
    says(worker, worker.mutation("visit.record", **visit_args("g1-101", "v1")), photos_unsent=2)
    assert [r.photos_unsent for r in reports()] == [2]
    monkeypatch.setattr(hearing, "APART", timedelta())
    says(worker, photos_unsent=0)
    assert [r.photos_unsent for r in reports()] == [0]


def test_a_database_that_takes_no_note_fails_no_exchange(somebody: Any) -> None:
    worker = somebody("worker")
    with writing() as session:
        DeviceReport.__table__.drop(session.connection())
    answer = says(worker, worker.mutation("visit.record", **visit_args("g1-101", "v1")))
    assert [v["verdict"] for v in answer["verdicts"]] == ["applied"]


SEEN = {
    "secretary": {"worker", "second-worker", "secretary"},
    "harbour-secretary": {"harbour-worker", "harbour-secretary"},
    "community-secretary": {"worker", "second-worker", "harbour-worker", "secretary",
                            "harbour-secretary", "community-secretary"},
    "officer": {"worker", "second-worker", "harbour-worker", "secretary", "harbour-secretary",
                "community-secretary", "officer"},
}  # fmt: skip


def test_each_leader_sees_the_phones_of_their_own_people_and_of_all_below(somebody: Any) -> None:
    for name in ("worker", "second-worker", "harbour-worker", "stranger"):
        says(somebody(name))
    leaders = {name: somebody(name) for name in SEEN}
    seen = {
        name: {d["person_name"] for d in asks(leader)["devices"]}
        for name, leader in leaders.items()
    }
    assert seen == SEEN


@pytest.mark.parametrize("name", ["worker", "leader", "community-worker", "auditor"])
def test_who_leads_no_compound_or_unit_above_is_told_so(somebody: Any, name: str) -> None:
    refused = somebody(name).client.get("/api/v1/devices")
    assert (refused.status_code, refused.json["code"]) == (403, "leaders_only")
    assert refused.json["message"].startswith("只有小区及以上的负责人")


def test_revoked_devices_suspended_people_and_phones_put_away_long_ago_are_left_out(
    somebody: Any,
) -> None:
    secretary = somebody("secretary")
    for name in ("worker", "mate", "leader", "second-worker"):
        person = somebody(name)
        says(person, person.mutation("visit.record", **visit_args("g1-101", name)))
    long_ago = datetime.now(UTC) - timedelta(days=61)
    with writing() as session:
        session.get_one(Device, id_of("d-worker")).revoked_at = long_ago
        session.get_one(Person, id_of("mate")).suspended_at = long_ago
        for name in ("leader", "second-worker"):
            key = (id_of("community"), id_of(f"d-{name}"))
            session.get_one(PushProgress, key).last_contact_at = long_ago
            session.get_one(DeviceReport, key).heard_at = long_ago
        session.get_one(DeviceReport, key).unsent = 2
    assert {d["person_name"] for d in asks(secretary)["devices"]} == {"secretary", "second-worker"}
