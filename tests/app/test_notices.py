"""The list of notices in the app: on every phone of a person, with or without Web Push."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.extensions import reading, writing
from app.models import Notice, NoticeRecipient
from app.services.addressing import address_all
from app.services.informing import MOST
from app.services.pacing import MOST as MOST_ASKED
from app.services.pacing import WITHIN, Pace, TooOften
from app.services.tidying import EVERY, TOLD, Tidying
from tests.app.conftest import OWN, Somebody
from tests.app.test_no_change import named
from tests.app.test_no_change import statements as statements
from tests.phone import case_args, new_id
from tests.town import id_of

Arrive = Callable[..., Somebody]


def open_cases(by: Somebody, count: int = 1, **more: Any) -> list[str]:
    """Bring cases to the compound's branch and let the worker tell of them; their ids."""
    args = [case_args("g1-101", f"notices {by.seq + n}", **more) for n in range(count)]
    answer = by.sync(*(by.mutation("case.open", **one) for one in args))
    assert {verdict["verdict"] for verdict in answer["verdicts"]} == {"applied"}
    tell()
    return [one["id"] for one in args]


def tell(now: datetime | None = None) -> None:
    while address_all(now or datetime.now(UTC)):
        pass


def notices(person: Somebody, after: int = 0) -> dict[str, Any]:
    response: Any = person.client.get(f"/api/v1/notices?after={after}")
    assert response.status_code == 200, response.json
    answer: dict[str, Any] = response.json
    return answer


def has_news(person: Somebody, after: int = 0) -> bool:
    response = person.client.get(f"/api/v1/notices?after={after}")
    assert response.status_code in (200, 204)
    return bool(response.status_code == 200)


def saw(person: Somebody, ids: list[str]) -> None:
    response = person.client.post("/api/v1/notices/seen", json={"ids": ids}, headers=OWN)
    assert response.status_code == 204, response.json


def test_a_case_brought_to_the_branch_is_in_the_secretarys_list_without_any_subscription(
    somebody: Arrive,
) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    [case_id] = open_cases(worker, urgency="urgent", title="燃气味", detail="张三家")
    answer = notices(secretary)
    (notice,) = answer["notices"]
    assert (notice["kind"], notice["case_id"]) == ("case_arrived", case_id)
    assert (notice["urgency"], notice["seen"]) == ("urgent", False)
    assert set(notice) == {"id", "kind", "urgency", "case_id", "created_at", "seen"}
    assert (answer["person_id"], answer["whole"]) == (id_of("secretary"), True)
    assert not has_news(worker)
    assert not has_news(somebody("harbour-secretary"))


def test_who_opened_a_case_finds_in_the_list_that_others_moved_it(somebody: Arrive) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    [case_id] = open_cases(worker)
    secretary.sync(secretary.mutation("case.accept", id=case_id, event_id=new_id("e accepts")))
    tell()
    (notice,) = notices(worker)["notices"]
    assert (notice["kind"], notice["case_id"]) == ("case_moved", case_id)


def test_a_phone_that_has_been_told_everything_is_answered_without_a_body(
    somebody: Arrive,
) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    open_cases(worker)
    version = notices(secretary)["version"]
    response = secretary.client.get(f"/api/v1/notices?after={version}")
    assert (response.status_code, response.data) == (204, b"")
    [newer] = open_cases(worker)
    assert [one["case_id"] for one in notices(secretary, version)["notices"]] == [newer]


def test_while_nothing_is_new_no_table_that_grows_is_looked_at(
    somebody: Arrive, statements: list[str]
) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    open_cases(worker)
    version = notices(secretary)["version"]
    statements.clear()
    assert not has_news(secretary, version)
    assert "notice_counter" in named(statements)
    assert {"notice", "notice_recipient"}.isdisjoint(named(statements))


def test_what_was_seen_on_one_phone_is_news_for_the_other_of_the_same_person(
    somebody: Arrive,
) -> None:
    one, other = somebody("secretary", "d-one"), somebody("secretary", "d-other")
    open_cases(somebody("worker"), 3)
    told = notices(other)
    first, *rest = [notice["id"] for notice in told["notices"]]
    saw(one, [first])
    answer = notices(other, told["version"])
    assert [(n["id"], n["seen"]) for n in answer["notices"]] == [(first, True)]
    assert {n["id"]: n["seen"] for n in notices(one)["notices"]} == {
        first: True, **dict.fromkeys(rest, False),
    }  # fmt: skip


def test_marking_again_is_no_news_and_nobody_marks_somebody_elses(somebody: Arrive) -> None:
    secretary, stranger = somebody("secretary"), somebody("harbour-secretary")
    open_cases(somebody("worker"))
    [notice] = notices(secretary)["notices"]
    saw(stranger, [notice["id"]])
    assert notices(secretary)["notices"][0]["seen"] is False
    saw(secretary, [notice["id"]])
    version = notices(secretary)["version"]
    saw(secretary, [notice["id"], new_id("never told")])
    assert not has_news(secretary, version)
    assert not has_news(stranger)


def test_a_notice_written_again_by_a_resend_stays_seen(somebody: Arrive) -> None:
    secretary = somebody("secretary")
    open_cases(somebody("worker"))
    [notice] = notices(secretary)["notices"]
    saw(secretary, [notice["id"]])
    with writing() as session:
        session.execute(update(Notice).values(addressed_at=None))
    tell()
    assert [n["seen"] for n in notices(secretary)["notices"]] == [True]


def test_a_phone_that_missed_more_than_an_answer_takes_is_told_so_and_gets_the_newest(
    somebody: Arrive,
) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    open_cases(worker, 300)
    cases = open_cases(worker, 300)
    answer = notices(secretary)
    assert (len(answer["notices"]), answer["whole"]) == (MOST, False)
    assert set(cases) <= {notice["case_id"] for notice in answer["notices"]}
    assert not has_news(secretary, answer["version"])


def test_versions_follow_the_clock_so_a_restored_backup_gives_none_out_twice(
    somebody: Arrive,
) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    before = datetime.now(UTC).timestamp() * 1000 - 1
    open_cases(worker)
    first = notices(secretary)["version"]
    assert before <= first <= datetime.now(UTC).timestamp() * 1000
    worker.sync(worker.mutation("case.open", **case_args("g1-101", "clock back")))
    tell(datetime.now(UTC) - timedelta(days=1))
    assert notices(secretary)["version"] == first + 1


@pytest.mark.parametrize("after", ["-1", "1.5", "x", "", "٣", "9" * 17])
def test_a_version_that_is_none_is_malformed(somebody: Arrive, after: str) -> None:
    client: Any = somebody("worker").client
    response = client.get("/api/v1/notices", query_string={"after": after})
    assert (response.status_code, response.json["code"]) == (400, "malformed")
    assert response.json["detail"] == "/after"


def test_who_is_signed_out_is_told_nothing_and_marks_nothing(town: Any) -> None:
    nobody = town.test_client()
    assert nobody.get("/api/v1/notices").status_code == 401
    assert nobody.post("/api/v1/notices/seen", json={"ids": []}, headers=OWN).status_code == 401


def test_marking_takes_so_many_ids_and_no_more(somebody: Arrive) -> None:
    worker: Any = somebody("worker")
    content = {"ids": [new_id(f"n{number}") for number in range(201)]}
    response = worker.client.post("/api/v1/notices/seen", json=content, headers=OWN)
    assert (response.status_code, response.json["detail"]) == (400, "/ids")


def test_a_phone_that_asks_without_pause_is_told_to_wait(somebody: Arrive) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    client: Any = worker.client
    for _ in range(MOST_ASKED):
        assert not has_news(worker)
    response = client.get("/api/v1/notices")
    assert (response.status_code, response.json["code"]) == (429, "too_often")
    assert 0 < int(response.headers["Retry-After"]) <= WITHIN.total_seconds() + 1
    assert not has_news(mate)


def test_after_a_minute_a_phone_may_ask_again_also_by_a_clock_that_was_set_back() -> None:
    now = datetime.now(UTC)
    for later in (WITHIN, -WITHIN):
        pace = Pace()
        for _ in range(MOST_ASKED):
            pace.count("phone", now)
        with pytest.raises(TooOften):
            pace.count("phone", now)
        pace.count("phone", now + later)


def test_notices_are_forgotten_after_a_month(somebody: Arrive) -> None:
    worker, secretary = somebody("worker"), somebody("secretary")
    open_cases(worker)
    tidying = Tidying(timedelta(days=365))
    tidying(datetime.now(UTC) + TOLD - timedelta(hours=13))
    assert len(notices(secretary)["notices"]) == 1
    tidying(datetime.now(UTC) + TOLD + EVERY)
    assert notices(secretary)["notices"] == []
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 0
        assert session.scalar(select(func.count()).select_from(NoticeRecipient)) == 0
