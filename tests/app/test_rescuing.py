"""An outbox that came as an encrypted file, by whatever hand."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import event, select

from app.commands.importing import import_group
from app.extensions import reading, writing
from app.models import JournalEntry, WaitingRescue
from app.services import suspending
from app.services.rescuing import MOST_BYTES
from tests.app.conftest import OWN, Somebody
from tests.app.test_photos import get, picture
from tests.app.test_quarantine import visits, waiting
from tests.meanwhile import Halt, on_postgresql
from tests.phone import new_id, visit_args
from tests.sealing import seal, seal_bytes


class Lost(Somebody):
    """A phone that cannot reach the server any more, and what it has to hand over."""

    def __init__(self, phone: Somebody) -> None:
        super().__init__(phone.client, phone.name)
        self.session: Any = phone.client.get("/api/v1/session").json
        self.device_id, self.seq = phone.device_id, phone.seq

    def content(self, *mutations: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "protocol": 1,
            "device_id": self.device_id,
            "person_id": self.session["person"]["id"],
            "device_token": self.session["device_token"],
            "sent_at": mutations[-1]["at"],
            "clock_offset_ms": 0,
            "mutations": list(mutations),
            **more,
        }

    def export(
        self, *mutations: dict[str, Any], photos: tuple[bytes, ...] = (), **more: Any
    ) -> bytes:
        listed = [{"sha256": hashlib.sha256(p).hexdigest(), "size": len(p)} for p in photos]
        content = self.content(*mutations, photos=listed, **more)
        return seal(content, list(photos), self.session["rescue_public_key"])

    def sync_by_a_clock_behind_by(self, lag: timedelta) -> None:
        """Send a first visit from a phone whose clock is late."""
        here = datetime.now(UTC) - lag
        visit = {**self.visit("v0"), "at": here.isoformat()}
        assert self.post(self.envelope(visit, sent_at=here.isoformat())).status_code == 200

    def visit(self, name: str) -> dict[str, Any]:
        return self.mutation("visit.record", **visit_args("g1-101", name))


def hand_in(town: Flask, data: bytes, **headers: str) -> Any:
    """Upload a file without being signed in."""
    return town.test_client().post("/api/v1/rescues", data=data, headers={**OWN, **headers})


def counted(response: Any) -> dict[str, int]:
    assert response.status_code == 200, response.json
    return {word: n for word, n in response.json.items() if n}


@pytest.fixture
def lost(somebody: Any) -> Lost:
    return Lost(somebody("worker"))


def test_a_rescued_outbox_is_taken_once_however_often_it_comes_and_from_the_phone_too(
    town: Flask, lost: Lost, somebody: Any
) -> None:
    mate, batch = somebody("mate"), [lost.visit("v1"), lost.visit("v2")]
    mate.sync()
    data = lost.export(*batch, photos=(picture(),))
    assert counted(hand_in(town, data)) == {"taken": 2, "photos": 1, "received_through": 2}
    assert visits(mate.sync()) == {new_id("v1"), new_id("v2")}
    assert counted(hand_in(town, data)) == {"already": 2, "photos": 1, "received_through": 2}
    again = lost.sync(*batch)["verdicts"]
    assert [(v["verdict"], v["duplicate"]) for v in again] == [("applied", True)] * 2
    assert mate.sync()["patch"] == []
    assert get(lost, picture()).status_code == 200


def test_a_rescued_outbox_that_the_phone_has_sent_meanwhile_changes_nothing(
    town: Flask, lost: Lost
) -> None:
    batch = [lost.visit("v1"), lost.visit("v2")]
    data = lost.export(*batch)
    lost.sync(*batch)
    assert counted(hand_in(town, data)) == {"already": 2, "received_through": 2}


def test_p8_what_a_revoked_phone_hands_over_waits_for_the_secretary(
    town: Flask, lost: Lost, somebody: Any
) -> None:
    suspending.revoke(lost.device_id, datetime.now(UTC) - timedelta(hours=1))
    now = datetime.now(UTC).isoformat()
    before, after = lost.visit("v1"), {**lost.visit("v2"), "at": now}
    answer = counted(hand_in(town, lost.export(before, after)))
    assert answer == {"quarantined": 1, "rejected": 1, "received_through": 2}
    assert [line["id"] for line in waiting(somebody("secretary"))] == [before["id"]]


def test_p4_what_comes_after_a_gap_is_kept_until_what_is_missing_has_arrived(
    town: Flask, lost: Lost
) -> None:
    first, missing, third = lost.visit("v1"), lost.visit("v2"), lost.visit("v3")
    data = lost.export(first, third)
    assert counted(hand_in(town, data)) == {"taken": 1, "waiting": 1, "received_through": 1}
    assert counted(hand_in(town, data)) == {"already": 1, "waiting": 1, "received_through": 1}
    retry = ["outbox"]
    assert "1 wait: this phone's records after number 1" in (
        CliRunner().invoke(import_group, retry, obj=town).output
    )
    lost.sync(missing)
    assert (
        CliRunner()
        .invoke(import_group, retry, obj=town)
        .output.startswith("1 taken, 1 already there, 0 quarantined, 0 rejected")
    )
    assert CliRunner().invoke(import_group, retry, obj=town).output == "No file waits.\n"
    with reading() as session:
        assert session.query(WaitingRescue).count() == 0


@on_postgresql
def test_p4_a_file_that_comes_twice_at_one_moment_waits_once_and_both_are_told_so(
    town: Flask, lost: Lost
) -> None:
    first, _missing, third = lost.visit("v1"), lost.visit("v2"), lost.visit("v3")
    data, halt = lost.export(first, third), Halt()
    event.listen(WaitingRescue, "init", halt.here)
    try:
        answers = halt.meanwhile(town, *[partial(hand_in, town, data)] * 2)
    finally:
        event.remove(WaitingRescue, "init", halt.here)
    assert [counted(answer)["waiting"] for answer in answers] == [1, 1]
    with reading() as session:
        assert session.query(WaitingRescue).count() == 1


@pytest.mark.parametrize(
    ("known", "offset_minutes"), [("to the phone", 90), ("to the server", 90), ("to nobody", 0)]
)
def test_p9_a_tap_in_a_file_days_on_its_way_is_dated_by_the_clocks_last_known_offset(
    town: Flask, lost: Lost, known: str, offset_minutes: int
) -> None:
    slow = timedelta(minutes=90)
    if known == "to the server":
        lost.sync_by_a_clock_behind_by(slow)
    tapped = datetime.now(UTC) - timedelta(days=3)
    visit = {**lost.visit("v1"), "at": tapped.isoformat()}
    said = round(slow.total_seconds() * 1000) if known == "to the phone" else None
    sealed_at = (tapped + timedelta(hours=1)).isoformat()
    hand_in(town, lost.export(visit, sent_at=sealed_at, clock_offset_ms=said))
    with reading() as session:
        kept = session.query(JournalEntry).filter_by(id=visit["id"]).one()
    dated = kept.corrected_at - timedelta(minutes=offset_minutes)
    assert abs(dated - tapped) < timedelta(seconds=30)


@pytest.mark.parametrize("year", [1970, 9998])
def test_p9_a_phone_whose_battery_ran_flat_and_shows_another_year_is_rescued(
    town: Flask, lost: Lost, year: int
) -> None:
    sealed = datetime(year, 6, 1, tzinfo=UTC)
    offset_ms = (datetime.now(UTC) - sealed) // timedelta(milliseconds=1)
    visit = {**lost.visit("v1"), "at": (sealed - timedelta(hours=1)).isoformat()}
    data = lost.export(visit, sent_at=sealed.isoformat(), clock_offset_ms=offset_ms)
    assert counted(hand_in(town, data)) == {"taken": 1, "received_through": 1}
    with reading() as session:
        kept = session.query(JournalEntry).filter_by(id=visit["id"]).one()
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    assert abs(kept.corrected_at - an_hour_ago) < timedelta(minutes=2)


def test_p9_a_file_sealed_after_its_arrival_shows_how_fast_the_clock_is(
    town: Flask, lost: Lost
) -> None:
    tapped = datetime.now(UTC) + timedelta(days=1)
    visit = {**lost.visit("v1"), "at": tapped.isoformat()}
    hand_in(town, lost.export(visit, sent_at=(tapped + timedelta(hours=2)).isoformat()))
    with reading() as session:
        kept = session.query(JournalEntry).filter_by(id=visit["id"]).one()
    two_hours_ago = datetime.now(UTC) - timedelta(hours=2)
    assert abs(kept.corrected_at - two_hours_ago) < timedelta(seconds=30)


def test_a_file_of_many_batches_comes_in_whole(town: Flask, lost: Lost) -> None:
    batch = [lost.visit(f"v{number}") for number in range(1001)]
    assert counted(hand_in(town, lost.export(*batch))) == {
        "taken": 1001,
        "received_through": 1001,
    }


def test_half_an_emoji_in_a_rescued_outbox_is_read_as_in_any_exchange(
    town: Flask, lost: Lost
) -> None:
    half = lost.mutation("visit.record", **visit_args("g1-101", "v1", summary="好\ud83d"))
    batch = [half, lost.visit("v2")]
    assert counted(hand_in(town, lost.export(*batch))) == {"taken": 2, "received_through": 2}
    assert [verdict["duplicate"] for verdict in lost.sync(*batch)["verdicts"]] == [True, True]


def test_a_photo_that_is_none_is_counted_and_stops_nothing(town: Flask, lost: Lost) -> None:
    data = lost.export(lost.visit("v1"), photos=(b"no picture", picture()))
    assert counted(hand_in(town, data)) == {
        "taken": 1,
        "photos": 1,
        "photos_refused": 1,
        "received_through": 1,
    }


def test_a_file_that_cannot_be_taken_any_more_stops_no_other_that_waits(
    town: Flask, lost: Lost, somebody: Any
) -> None:
    for waits in (lost, Lost(somebody("mate"))):
        missing, after = waits.visit(f"{waits.name} v1"), waits.visit(f"{waits.name} v2")
        assert counted(hand_in(town, waits.export(after)))["waiting"] == 1
        waits.sync(missing)
    with writing() as session:
        first, _ = session.scalars(select(WaitingRescue).order_by(WaitingRescue.received_at))
        first.content = first.content[:-1]
    said = CliRunner().invoke(import_group, ["outbox"], obj=town).output
    assert "1 taken" in said
    assert "Not taken. This file cannot be opened" in said
    with reading() as session:
        assert session.query(WaitingRescue).count() == 1


def test_a_file_that_cannot_be_opened_is_refused_in_the_users_language(
    town: Flask, lost: Lost
) -> None:
    data = lost.export(lost.visit("v1"))
    spoiled = data[:-1] + bytes([data[-1] ^ 1])
    other_point = data[:12] + bytes([data[12] ^ 1]) + data[13:]
    refused = {
        "not_a_rescue": [b"", b"PK\x03\x04", data[1:], data[:8] + b"\x03" + data[9:]],
        "rescue_damaged": [data[:40], data[:-1], spoiled, other_point],
        "too_large": [b"QMRESCUE\x01" + bytes(MOST_BYTES)],
    }
    said = {code: {hand_in(town, f).json["code"] for f in files} for code, files in refused.items()}
    assert said == {code: {code} for code in refused}
    assert hand_in(town, spoiled).json["message"].startswith("这个文件打不开")
    english = hand_in(town, b"", **{"Accept-Language": "en"})
    assert english.json["message"].startswith("This is not a file exported")


@pytest.mark.parametrize(
    "plain", [b"", b"\0\0\0\xff{}", b"\0\0\0\x02[]", b"\0\0\0\x02{}", b"\xff" * 40]
)
def test_a_file_with_nothing_sensible_in_it_is_malformed(
    town: Flask, lost: Lost, plain: bytes
) -> None:
    refused = hand_in(town, seal_bytes(plain, lost.session["rescue_public_key"]))
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")


def test_a_photo_that_reaches_past_the_end_is_malformed(town: Flask, lost: Lost) -> None:
    photos, key = [{"sha256": "0" * 64, "size": 5}], lost.session["rescue_public_key"]
    refused = hand_in(town, seal({**lost.content(lost.visit("v1")), "photos": photos}, [], key))
    assert refused.json["detail"] == "/photos/0/size"


@pytest.mark.parametrize("field", ["device_token", "device_id", "person_id"])
def test_a_file_that_does_not_prove_whose_it_is_is_refused(
    town: Flask, lost: Lost, somebody: Any, field: str
) -> None:
    mate = somebody("mate")
    other = {
        "device_token": "0" * 64,
        "device_id": mate.device_id,
        "person_id": "00000000-0000-7000-8000-000000000000",
    }
    data = lost.export(lost.visit("v1"), **{field: other[field]})
    refused = hand_in(town, data)
    assert (refused.status_code, refused.json["code"]) == (403, "rescue_foreign")


def test_the_command_takes_a_file_and_says_what_became_of_it(
    town: Flask, lost: Lost, tmp_path: Path
) -> None:
    file = tmp_path / "outbox.qiaomen"
    file.write_bytes(lost.export(lost.visit("v1"), photos=(picture(),)))
    done = CliRunner().invoke(import_group, ["outbox", str(file)], obj=town)
    assert done.output == (
        "1 taken, 0 already there, 0 quarantined, 0 rejected; 1 photos kept, 0 refused.\n"
    )
    file.write_bytes(b"something else")
    refused = CliRunner().invoke(import_group, ["outbox", str(file)], obj=town)
    assert refused.exit_code == 1
    assert "Nothing was taken. This is not a file exported" in refused.output
