"""What lies encrypted on a phone that nobody has unlocked, and how its key is had again."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Collection
from secrets import token_bytes
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from app.keys import public_point
from tests.app.conftest import Somebody
from tests.app.test_photos import get, picture
from tests.app.test_rescuing import Lost, counted, hand_in
from tests.phone import visit_args
from tests.sealing import FILES, row, seal, seal_key

DATA_KEY = token_bytes(32)


class LockedPhone(Lost):
    """A phone whose rows are encrypted by its data key."""

    @property
    def escrow(self) -> str:
        person, server = self.session["person"]["id"], self.session["rescue_public_key"]
        return seal_key(DATA_KEY, person, server)

    def locked_export(
        self,
        *mutations: Any,
        photos: tuple[bytes, ...] = (),
        damaged: Collection[Any] = (),
        **more: Any,
    ) -> bytes:
        """The file of such a phone; `damaged` are places of rows, and photos, that rotted on its disk."""
        rows = [
            rotted(
                row(DATA_KEY, json.dumps({"mutation": m}).encode(), "outbox"), m["seq"] in damaged
            )
            for m in mutations
        ]
        sealed = [rotted(row(DATA_KEY, photo, "photo"), photo in damaged) for photo in photos]
        listed = [
            {"sha256": hashlib.sha256(photo).hexdigest(), "size": len(text), "sealed": True}
            for photo, text in zip(photos, sealed, strict=True)
        ]
        content = self.content(*mutations, photos=listed, **more)
        content |= {"mutations": [], "sealed": [b64encode(text).decode() for text in rows]}
        content = {"data_key": self.escrow, **content}
        return seal(content, sealed, self.session["rescue_public_key"], FILES[2])


def rotted(text: bytes, rots: bool) -> bytes:
    """The same, with a bit that has turned over."""
    return text[:-1] + bytes([text[-1] ^ 1]) if rots else text


@pytest.fixture
def locked(somebody: Any) -> LockedPhone:
    return LockedPhone(somebody("worker"))


def test_what_a_locked_phone_hands_in_is_taken_once_and_its_own_exchange_finds_it_there(
    town: Flask, locked: LockedPhone
) -> None:
    batch = [locked.visit("v1"), locked.visit("v2")]
    data = locked.locked_export(*batch, photos=(picture(),))
    assert counted(hand_in(town, data)) == {"taken": 2, "photos": 1, "received_through": 2}
    assert counted(hand_in(town, data)) == {"already": 2, "photos": 1, "received_through": 2}
    verdicts = locked.sync(*batch)["verdicts"]
    assert [(v["verdict"], v["duplicate"]) for v in verdicts] == [("applied", True)] * 2
    assert get(locked, picture()).status_code == 200


def test_half_an_emoji_in_a_row_stops_nothing(town: Flask, locked: LockedPhone) -> None:
    half = locked.mutation("visit.record", **visit_args("g1-101", "v1", summary="好\ud83d"))
    data = locked.locked_export(half, locked.visit("v2"))
    assert counted(hand_in(town, data)) == {"taken": 2, "received_through": 2}


def test_rows_from_before_a_phone_encrypted_go_with_the_others_in_the_order_of_the_queue(
    town: Flask, locked: LockedPhone
) -> None:
    first, second, third = locked.visit("v1"), locked.visit("v2"), locked.visit("v3")
    clear = row(DATA_KEY, json.dumps({"mutation": second}).encode(), "outbox")
    content = {
        **locked.content(first, third),
        "data_key": locked.escrow,
        "sealed": [b64encode(clear).decode()],
    }
    data = seal(content, [], locked.session["rescue_public_key"], FILES[2])
    assert counted(hand_in(town, data)) == {"taken": 3, "received_through": 3}


def test_rows_under_another_key_or_with_another_persons_key_are_refused(
    town: Flask, locked: LockedPhone, somebody: Any
) -> None:
    mate, visit = LockedPhone(somebody("mate")), locked.visit("v1")
    server = locked.session["rescue_public_key"]
    other_key = seal_key(token_bytes(32), locked.session["person"]["id"], server)
    for key in (mate.escrow, other_key, "?", b64encode(b"QMDATKEY\x01").decode()):
        refused = hand_in(town, locked.locked_export(visit, data_key=key))
        assert (refused.status_code, refused.json["code"]) == (400, "rescue_damaged")
    broken = {**locked.content(visit), "data_key": locked.escrow, "sealed": ["?"]}
    refused = hand_in(town, seal(broken, [], server, FILES[2]))
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_row_that_nobody_can_read_is_noted_as_lost_and_holds_up_none_of_the_others(
    town: Flask, locked: LockedPhone, place: int
) -> None:
    batch = [locked.visit("v1"), locked.visit("v2"), locked.visit("v3")]
    data = locked.locked_export(*batch, damaged=[place], places=[1, 2, 3])
    expected = {"unreadable": 1, "received_through": 3}
    assert counted(hand_in(town, data)) == {"taken": 2, **expected}
    assert counted(hand_in(town, data)) == {"already": 2, **expected}
    later: Any = {"places": [1, 2, 3], "sent_at": "2026-11-24T09:00:00Z"}
    again = locked.locked_export(*batch, damaged=[place], **later)
    assert counted(hand_in(town, again)) == {"already": 2, **expected}


def test_a_photo_that_nobody_can_read_is_refused_alone(town: Flask, locked: LockedPhone) -> None:
    good, bad = picture(), picture("PNG")
    data = locked.locked_export(locked.visit("v1"), photos=(good, bad), damaged=[bad])
    assert counted(hand_in(town, data)) == {
        "taken": 1,
        "photos": 1,
        "photos_refused": 1,
        "received_through": 1,
    }


@pytest.mark.parametrize("said", [{}, {"places": [1]}])
def test_an_unreadable_row_of_which_the_place_is_not_said_is_not_guessed_at(
    town: Flask, locked: LockedPhone, said: dict[str, Any]
) -> None:
    batch = [locked.visit("v1"), locked.visit("v2")]
    refused = hand_in(town, locked.locked_export(*batch, damaged=[2], **said))
    assert (refused.status_code, refused.json["code"]) == (400, "rescue_damaged")


def test_signing_in_gives_the_data_key_back_to_its_owner_and_to_nobody_else(
    town: Flask, locked: LockedPhone
) -> None:
    elsewhere = public_point(ec.generate_private_key(ec.SECP256R1()))
    foreign = seal_key(DATA_KEY, locked.session["person"]["id"], elsewhere)
    given = {
        (name, what): Somebody(town.test_client(), name, f"{name}s").sign_in(sealed_key=key).json
        for name in ("worker", "mate")
        for what, key in {"theirs": locked.escrow, "foreign": foreign, "none": None}.items()
    }
    assert {who: answer["data_key"] for who, answer in given.items() if answer["data_key"]} == {
        ("worker", "theirs"): b64encode(DATA_KEY).decode()
    }
