"""One's own phones: known again, and shut out when one is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.extensions import writing
from app.models import Device, DeviceReport
from tests.app.conftest import OWN
from tests.app.test_devices import says
from tests.phone import visit_args
from tests.town import id_of


def mine(person: Any) -> list[dict[str, Any]]:
    response = person.client.get("/api/v1/devices/mine")
    assert response.status_code == 200, response.json
    devices: list[dict[str, Any]] = response.json["devices"]
    return devices


def end(person: Any, device: str) -> Any:
    return person.client.delete(f"/api/v1/devices/{id_of(device)}", headers=OWN)


def test_a_worker_sees_their_own_phones_the_one_in_hand_first_and_what_each_last_held(
    somebody: Any,
) -> None:
    somebody("mate")
    old, new = somebody("worker", "old"), somebody("worker", "new")
    says(old, unsent=3, photos_unsent=1)
    says(new)
    here, other = mine(new)
    assert (here["device_id"], here["here"], here["unsent"]) == (id_of("new"), True, 0)
    assert (other["device_id"], other["here"]) == (id_of("old"), False)
    assert (other["unsent"], other["photos_unsent"]) == (3, 1)
    assert (other["name"], other["platform"]) == ("红米", "Android")
    assert set(other) == {
        "device_id", "name", "platform", "here", "last_contact", "unsent", "photos_unsent",
    }  # fmt: skip


def test_a_phone_that_has_said_nothing_yet_is_there_without_counts(somebody: Any) -> None:
    (only,) = mine(somebody("worker"))
    assert (only["unsent"], only["last_contact"]) == (None, None)


def test_a_lost_phone_that_its_owner_ends_is_told_so_and_gone_from_the_list(somebody: Any) -> None:
    lost, new = somebody("worker", "lost"), somebody("worker", "new")
    for _ in range(2):
        assert end(new, "lost").status_code == 204
    assert [one["device_id"] for one in mine(new)] == [id_of("new")]
    refused = lost.post(lost.envelope(lost.mutation("visit.record", **visit_args("g1-101", "v1"))))
    assert (refused.status_code, refused.json["code"]) == (403, "device_revoked")
    assert new.sync()["verdicts"] == []


def test_the_phone_in_hand_can_be_ended_too(somebody: Any) -> None:
    person = somebody("worker", "only")
    assert end(person, "only").status_code == 204
    assert person.client.get("/api/v1/devices/mine").json["code"] == "device_revoked"


def test_nobody_ends_somebody_elses_phone_or_learns_that_it_is_there(somebody: Any) -> None:
    secretary, worker = somebody("secretary"), somebody("worker", "w")
    answers = [end(secretary, device) for device in ("w", "never")]
    assert [(a.status_code, a.json) for a in answers] == [(404, answers[0].json)] * 2
    assert worker.sync()["verdicts"] == []


def test_who_is_signed_out_sees_and_ends_nothing(town: Any, somebody: Any) -> None:
    somebody("worker", "w")
    nobody = town.test_client()
    assert nobody.get("/api/v1/devices/mine").status_code == 401
    assert nobody.delete(f"/api/v1/devices/{id_of('w')}", headers=OWN).status_code == 401


def test_phones_put_away_long_ago_are_left_out_unless_something_is_on_them(somebody: Any) -> None:
    new = somebody("worker", "new")
    for device, unsent in (("empty", 0), ("full", 2)):
        says(somebody("worker", device), unsent=unsent)
    long_ago = datetime.now(UTC) - timedelta(days=61)
    with writing() as session:
        for device in ("new", "empty", "full"):
            session.get_one(Device, id_of(device)).created_at = long_ago
        for device in ("empty", "full"):
            session.get_one(DeviceReport, (id_of("community"), id_of(device))).heard_at = long_ago
    assert [one["device_id"] for one in mine(new)] == [id_of("new"), id_of("full")]
