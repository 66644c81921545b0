"""Signing in and out, and the guards every request passes."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from app.extensions import reading, writing
from app.models import Device, Person, SignedIn, SignInThrottle
from app.routes import session
from app.services.tidying import TOLD, Tidying
from tests.app.conftest import OWN, Somebody
from tests.app.test_concurrency import at_once
from tests.town import PASSWORD, id_of


def test_signing_in_tells_who_and_where_one_serves_and_sets_a_closed_cookie(town: Flask) -> None:
    response = Somebody(town.test_client(), "worker").sign_in()
    assert response.json["person"] == {
        "id": id_of("worker"),
        "name": "worker",
        "username": "worker",
    }
    assert [unit["role"] for unit in response.json["scope"]] == ["grid_worker"]
    assert len(response.json["vapid_public_key"]) == len(response.json["rescue_public_key"]) == 87
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_wrong_password_and_an_unknown_name_are_told_alike_in_the_users_language(
    town: Flask,
) -> None:
    wrong = Somebody(town.test_client(), "worker").sign_in("guess")
    unknown = Somebody(town.test_client(), "nobody").sign_in("guess")
    assert (wrong.status_code, wrong.json) == (unknown.status_code, unknown.json)
    assert wrong.json["message"] == "用户名或密码不对。"
    english: Any = town.test_client().get(
        "/api/v1/session", headers={"Accept-Language": "en-GB,en"}
    )
    assert english.json["message"].startswith("Your session has ended")


def test_guessing_is_slowed_down_by_name_even_with_the_right_password(town: Flask) -> None:
    person = Somebody(town.test_client(), "worker")
    assert [person.sign_in("guess").status_code for _ in range(5)] == [401] * 5
    blocked = person.sign_in()
    assert (blocked.status_code, blocked.json["code"]) == (429, "too_many_attempts")
    assert 1 <= int(blocked.headers["Retry-After"]) <= 16
    assert Somebody(town.test_client(), "mate").sign_in().status_code == 200


@pytest.mark.parametrize(
    ("password", "said"), [("guess", {401, 429}), (PASSWORD, {200})], ids=["wrong", "right"]
)
def test_whoever_signs_in_several_times_at_once_is_told_as_if_it_was_one_after_the_other(
    town: Flask, password: str, said: set[int]
) -> None:
    taps = [Somebody(town.test_client(), "worker", "d-new") for _ in range(6)]
    answers = at_once(town, *[partial(tap.sign_in, password) for tap in taps])
    assert {answer.status_code for answer in answers} <= said


def test_guesses_made_at_one_moment_are_slowed_down_like_those_made_in_turn(town: Flask) -> None:
    guessers = [Somebody(town.test_client(), "worker", f"d-{number}") for number in range(12)]
    answers = at_once(town, *[partial(one.sign_in, "guess") for one in guessers])
    assert Counter(answer.status_code for answer in answers) == {401: 5, 429: 7}
    assert guessers[0].sign_in().status_code == 429


def test_who_mistyped_their_name_or_password_is_forgotten_once_it_slows_nobody_down(
    town: Flask,
) -> None:
    for name in ("worker", "wroker"):
        Somebody(town.test_client(), name).sign_in("guess")
    now, counted = datetime.now(UTC), select(func.count()).select_from(SignInThrottle)
    for since, left in ((timedelta(), 3), (TOLD, 0)):
        Tidying(timedelta(days=400))(now + since + timedelta(hours=1))
        with reading() as session:
            assert session.scalar(counted) == left


def test_a_device_belongs_to_one_person(town: Flask) -> None:
    assert Somebody(town.test_client(), "worker", "shared").sign_in().status_code == 200
    taken = Somebody(town.test_client(), "mate", "shared").sign_in()
    assert (taken.status_code, taken.json["code"]) == (409, "device_taken")


def test_a_browser_is_told_once_to_drop_what_it_cached_also_one_that_was_signed_in_before(
    somebody: Any,
) -> None:
    worker = somebody("worker")
    worker.client.delete_cookie("qiaomen_cleared")
    told = [worker.client.get("/api/v1/session").headers.get("Clear-Site-Data") for _ in range(2)]
    assert told == ['"cache"', None]


def test_a_session_that_was_ended_is_over(somebody: Any) -> None:
    worker = somebody("worker")
    assert worker.client.get("/api/v1/session").json["person"]["name"] == "worker"
    token = worker.client.get_cookie("qiaomen_session").value
    assert worker.client.delete("/api/v1/session", headers=OWN).status_code == 204
    worker.client.set_cookie("qiaomen_session", token)
    refused = worker.post(worker.envelope())
    assert (refused.status_code, refused.json["code"]) == (401, "signed_out")


def test_a_session_past_its_time_is_over_and_a_used_one_is_prolonged(somebody: Any) -> None:
    worker = somebody("worker")
    soon = datetime.now(UTC).replace(year=datetime.now(UTC).year + 1)
    with writing() as session:
        (row,) = session.query(SignedIn).all()
        row.expires_at = datetime.now(UTC).replace(microsecond=0)
    assert worker.client.get("/api/v1/session").status_code == 401
    with writing() as session:
        (row,) = session.query(SignedIn).all()
        row.expires_at = row.created_at.replace(year=row.created_at.year + 1)
        assert row.expires_at < soon
    assert worker.client.get("/api/v1/session").status_code == 200


def test_a_phone_that_is_used_keeps_its_cookie_beyond_the_first_one(somebody: Any) -> None:
    worker = somebody("worker")
    token = worker.client.get_cookie("qiaomen_session").value
    anew = worker.client.get("/api/v1/session").headers["Set-Cookie"]
    assert anew.startswith(f"qiaomen_session={token};")
    assert f"Max-Age={60 * 86_400};" in anew
    assert "HttpOnly" in anew


def test_a_revoked_device_and_a_suspended_person_are_told_so(somebody: Any) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    with writing() as session:
        session.get_one(Device, worker.device_id).revoked_at = datetime.now(UTC)
        session.get_one(Person, id_of("mate")).suspended_at = datetime.now(UTC)
    refused = [person.post(person.envelope()) for person in (worker, mate)]
    assert [(r.status_code, r.json["code"]) for r in refused] == [
        (403, "device_revoked"),
        (403, "suspended"),
    ]
    assert mate.sign_in().json["code"] == "suspended"


def test_p8_a_revoked_phone_is_told_so_when_nothing_is_left_of_its_session(
    town: Flask, somebody: Any
) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    with writing() as session:
        session.get_one(Device, worker.device_id).revoked_at = datetime.now(UTC)
        session.execute(delete(SignedIn))
    told: dict[str, set[tuple[int, str]]] = {}
    for client in (worker.client, town.test_client()):
        for sent in (worker.envelope(), mate.envelope(), {"device_id": "x"}, ["x"]):
            refused: Any = client.post("/api/v1/sync", json=sent, headers=OWN)
            told.setdefault(str(sent), set()).add((refused.status_code, refused.json["code"]))
    revoked, *others = told.values()
    assert revoked == {(403, "device_revoked")}
    assert others == [{(401, "signed_out")}] * 3


def test_another_sites_form_cannot_act_for_a_signed_in_worker(somebody: Any) -> None:
    worker = somebody("worker")
    refused = worker.client.post("/api/v1/sync", json=worker.envelope())
    assert (refused.status_code, refused.json["code"]) == (400, "header_missing")


def test_every_answer_carries_the_policy_that_keeps_foreign_code_out(town: Flask) -> None:
    policy = town.test_client().get("/api/v1/session").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_mistyped_passwords_of_former_days_lock_nobody_of_the_same_office_out(
    town: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = datetime.now(UTC)
    for typo in range(60):
        monkeypatch.setattr(session, "now", lambda typo=typo: first + typo * timedelta(hours=8))
        assert Somebody(town.test_client(), "mate").sign_in("mistyped").status_code == 401
        assert Somebody(town.test_client(), "mate").sign_in().status_code == 200
