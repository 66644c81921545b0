"""A password of one's own, chosen on the phone instead of the one that was handed out."""

import statistics
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app.extensions import reading, writing
from app.models import Person
from app.services.passwords import MADE_UP, renew
from tests.app.conftest import OWN, Somebody
from tests.town import PASSWORD, id_of

NEW = "laowang-3-dong"


def choose(person: Any, new: str, current: str = PASSWORD) -> Any:
    sent = {"current": current, "new": new}
    return person.client.put("/api/v1/password", json=sent, headers=OWN)


def test_who_has_chosen_a_password_signs_in_by_that_and_no_longer_by_the_one_handed_out(
    somebody: Any, town: Flask
) -> None:
    worker = somebody("worker")
    chosen = choose(worker, NEW)
    assert (chosen.status_code, chosen.data) == (204, b"")
    anew = Somebody(town.test_client(), "worker", "new phone")
    assert anew.sign_in(PASSWORD).json["code"] == "wrong_credentials"
    assert anew.sign_in(NEW).status_code == 200


def test_phones_that_are_signed_in_stay_so_and_can_be_shut_out_by_their_owner(
    somebody: Any,
) -> None:
    worker, other = somebody("worker", "here"), somebody("worker", "other")
    assert choose(worker, NEW).status_code == 204
    assert worker.sync()["verdicts"] == other.sync()["verdicts"] == []


def test_whoever_holds_the_phone_but_not_the_password_changes_nothing_and_is_slowed_down(
    somebody: Any, town: Flask
) -> None:
    worker = somebody("worker")
    refused = [choose(worker, NEW, "guess") for _ in range(6)]
    assert [(one.status_code, one.json["code"]) for one in refused] == [
        *[(403, "wrong_password")] * 5,
        (429, "too_many_attempts"),
    ]
    assert refused[0].json["message"] == "现在的登录密码不对。"
    assert int(refused[5].headers["Retry-After"]) >= 1
    # by the same brake as at the door, which would else be tried from here
    assert Somebody(town.test_client(), "worker", "new").sign_in().status_code == 429


def test_who_mistyped_the_present_one_and_then_knew_it_begins_anew(somebody: Any) -> None:
    worker = somebody("worker")
    for current in ("guess", "guess", PASSWORD):
        choose(worker, NEW, current)
    assert [choose(worker, NEW, "guess").status_code for _ in range(5)] == [403] * 5


@pytest.mark.parametrize(
    "easy",
    [
        "k7#m2qx",
        "12345678",
        "mima123456",
        "qwertyuiop",
        "worker2026",
        "qiaomen123",
        "敲门敲门敲门敲门",
    ],
)
def test_one_that_is_short_or_soon_guessed_is_not_taken(somebody: Any, easy: str) -> None:
    refused = choose(somebody("worker"), easy)
    assert (refused.status_code, refused.json["code"]) == (400, "weak_password")


@pytest.mark.parametrize("good", [NEW, "芝罘湾边的老榆树下", "yantai0535" + "x" * 190])
def test_one_may_be_of_any_letters_and_long(somebody: Any, town: Flask, good: str) -> None:
    assert choose(somebody("worker"), good).status_code == 204
    assert Somebody(town.test_client(), "worker", "new").sign_in(good).status_code == 200


def test_letters_that_a_chinese_keyboard_writes_wide_are_the_same_letters(
    somebody: Any, town: Flask
) -> None:
    assert choose(somebody("worker"), "ｌａｏｗａｎｇ－３－ｄｏｎｇ").status_code == 204
    assert Somebody(town.test_client(), "worker", "new").sign_in(NEW).status_code == 200


def test_nobody_chooses_one_without_being_signed_in_or_while_suspended(
    somebody: Any, town: Flask
) -> None:
    assert choose(Somebody(town.test_client(), "worker"), NEW).json["code"] == "signed_out"
    mate = somebody("mate")
    with writing() as session:
        session.get_one(Person, id_of("mate")).suspended_at = datetime.now(UTC)
    assert choose(mate, NEW).json["code"] == "suspended"


def test_who_has_forgotten_theirs_is_given_a_new_one(somebody: Any, town: Flask) -> None:
    assert choose(somebody("worker"), NEW).status_code == 204
    handed_out = renew("worker")
    anew = Somebody(town.test_client(), "worker", "new")
    assert anew.sign_in(NEW).status_code == 401
    assert anew.sign_in(handed_out).status_code == 200


def test_only_a_hash_of_it_is_kept(somebody: Any) -> None:
    assert choose(somebody("worker"), NEW).status_code == 204
    with reading() as session:
        kept = session.get_one(Person, id_of("worker")).password_hash
    assert kept.startswith("$argon2id$")
    assert NEW not in kept


def test_how_long_a_refusal_takes_does_not_tell_who_has_an_account(town: Flask) -> None:
    with writing() as session:
        session.get_one(Person, id_of("mate")).password_hash = MADE_UP.hash("as handed out")

    def took(name: str) -> float:
        begun = time.perf_counter()
        assert Somebody(town.test_client(), name).sign_in("guess").status_code == 401
        return time.perf_counter() - begun

    nobody, handed_out = (
        statistics.median(took(name.format(n)) for n in range(4)) for name in ("nobody{}", "mate")
    )
    assert 0.5 < handed_out / nobody < 2
