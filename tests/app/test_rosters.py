"""Who is on duty now is told first of what arrives, and everybody sees the roster of where they serve."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app import posted
from app.extensions import db, reading, writing
from app.models import DutyShift, Membership
from app.services.addressing import people_on_duty
from app.services.tidying import TOLD, forget_told
from app.sql import dialect, insert
from sync.instants import to_wire
from tests.app.post import Post, suspend
from tests.app.post import post as post
from tests.push_service import push_service as push_service
from tests.roster import HOUR, roster
from tests.town import community_of, id_of

pytestmark = pytest.mark.usefixtures("town")
DAY = timedelta(days=1)


def on_duty(*units: str, now: datetime) -> dict[str, set[str]]:
    names = {id_of(name): name for name in ("worker", "mate", "leader", "secretary", "officer")}
    with reading() as session:
        found = people_on_duty(session, [id_of(unit) for unit in units], now)
    return {unit: {names[id_] for id_ in found[id_of(unit)]} for unit in units}


def duty(person: Any) -> dict[str, Any]:
    response = person.client.get("/api/v1/duty")
    assert response.status_code == 200, response.json
    answer: dict[str, Any] = response.json
    return answer


def test_a_case_that_comes_to_a_grid_is_told_to_who_is_on_shift_and_not_to_the_leader(
    post: Post,
) -> None:
    phones = {name: post.phone_of(name) for name in ("leader", "worker", "mate")}
    roster("mate", "garden-1", post.now - HOUR)
    post.open_cases(by=post.somebody("secretary"), kind="doorstep")
    post.work()
    assert post.told(phones) == {"mate"}


def test_a_shift_answers_from_its_first_moment_to_its_last_and_then_the_leader_does() -> None:
    start = datetime(2026, 11, 27, 14, tzinfo=UTC)
    roster("mate", "garden-1", start, hours=8)
    moments = (-timedelta(milliseconds=1), timedelta(0), 8 * HOUR - DAY / 10**8, 8 * HOUR)
    answers = [on_duty("garden-1", now=start + after)["garden-1"] for after in moments]
    assert answers == [{"leader"}, {"mate"}, {"mate"}, {"leader"}]


def test_units_of_a_community_and_above_are_answered_for_together() -> None:
    now = datetime.now(UTC)
    roster("worker", "garden-1", now - HOUR)
    roster("mate", "garden-1", now - 2 * HOUR)
    roster("officer", "street", now - HOUR, hours=24)
    assert on_duty("garden-1", "garden", "street", now=now) == {
        "garden-1": {"worker", "mate"}, "garden": {"secretary"}, "street": {"officer"},
    }  # fmt: skip


def test_who_was_suspended_or_has_left_the_unit_is_on_duty_there_no_longer() -> None:
    now = datetime.now(UTC)
    for name in ("worker", "mate"):
        roster(name, "garden-1", now - HOUR)
    suspend("worker")
    with writing() as session:
        session.delete(
            session.get_one(Membership, (id_of("garden-1"), id_of("mate"), "grid_worker"))
        )
    assert on_duty("garden-1", now=now) == {"garden-1": {"leader"}}


def test_a_worker_sees_their_shifts_of_two_weeks_in_their_order(somebody: Any) -> None:
    now = datetime.now(UTC)
    for shift, after in (("over", -9 * HOUR), ("on", -HOUR), ("far", 15 * DAY), ("next", 2 * DAY)):
        roster("worker", "garden-1", now + after, shift=shift)
    roster("mate", "garden-1", now + DAY, shift="mate's")
    answer = duty(somebody("worker"))
    shifts = answer["shifts"]
    assert answer["person_id"] == id_of("worker")
    assert [one["id"] for one in shifts] == [id_of("on"), id_of("next")]
    assert shifts[1] | {"starts_at": "", "ends_at": ""} == {
        "id": id_of("next"), "unit_id": id_of("garden-1"), "unit_name": "garden-1",
        "person_id": id_of("worker"), "person_name": "worker", "kind": "duty",
        "starts_at": "", "ends_at": "", "swap": None,
    }  # fmt: skip
    assert shifts[1]["starts_at"] == to_wire(now + 2 * DAY)


def test_a_worker_sees_who_is_on_duty_at_their_grid_and_above_and_with_whom_they_may_swap(
    somebody: Any,
) -> None:
    now = datetime.now(UTC)
    roster("mate", "garden-1", now - HOUR, kind="after_hours")
    roster("community-worker", "community", now - HOUR)
    roster("harbour-worker", "harbour-1", now - HOUR)
    roster("officer", "street", now - HOUR)
    grid, compound, community = duty(somebody("worker"))["units"]
    ends_at = to_wire(now + 7 * HOUR)
    on_shift = {"person_id": id_of("mate"), "name": "mate", "kind": "after_hours"}
    assert grid == {
        "unit_id": id_of("garden-1"), "name": "garden-1", "on_duty": [on_shift | {"ends_at": ends_at}],
        "colleagues": [{"person_id": id_of(n), "name": n} for n in ("leader", "mate")],
    }  # fmt: skip
    assert compound == {
        "unit_id": id_of("garden"), "name": "garden", "on_duty": [], "colleagues": [],
    }  # fmt: skip
    assert [one["name"] for one in community["on_duty"]] == ["community-worker"]
    assert community["colleagues"] == []


def test_who_serves_above_communities_sees_their_own_unit_only(somebody: Any) -> None:
    roster("officer", "street", datetime.now(UTC) - HOUR)
    answer = duty(somebody("officer"))
    assert [unit["name"] for unit in answer["units"]] == ["street"]
    assert [shift["unit_name"] for shift in answer["shifts"]] == ["street"]


def test_an_auditor_sees_who_is_on_duty_and_swaps_with_nobody(somebody: Any) -> None:
    roster("community-worker", "community", datetime.now(UTC) - HOUR)
    [unit] = duty(somebody("auditor"))["units"]
    assert ([one["name"] for one in unit["on_duty"]], unit["colleagues"]) == (
        ["community-worker"],
        [],
    )


def test_who_is_signed_out_sees_no_roster(town: Any) -> None:
    assert town.test_client().get("/api/v1/duty").status_code == 401


def test_shifts_are_forgotten_a_month_after_their_end() -> None:
    now = datetime.now(UTC)
    roster("worker", "garden-1", now - TOLD - 9 * HOUR, shift="old")
    roster("worker", "garden-1", now - TOLD - 7 * HOUR, shift="newer")
    forget_told(now - TOLD)
    with reading() as session:
        assert [one.id for one in session.query(DutyShift)] == [id_of("newer")]


def test_who_is_on_duty_is_found_by_the_index_however_many_shifts_there_are() -> None:
    now = datetime.now(UTC)
    community = community_of("garden-1")
    row = {"community_id": community, "kind": "duty", "source": "import"}
    who = {"person_id": id_of("mate"), "rostered_id": id_of("mate")}
    units = ("garden-1", "garden-2", "harbour-1")
    rows = [
        {
            **row,
            **who,
            "id": id_of(f"s {number}"),
            "unit_id": id_of(units[number % 3]),
            "starts_at": to_wire(now + (number - 4500) * 8 * HOUR),
            "ends_at": to_wire(now + (number - 4499) * 8 * HOUR),
        }
        for number in range(5000)
    ]
    with writing() as session:
        insert(session, DutyShift.__table__, rows)
        session.execute(text("ANALYZE"))
    explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[db.engine.dialect.name]
    words = dialect()
    asked = text(f"{explain} {posted.statement(words).text}")
    with reading() as session:
        lines = session.execute(
            asked, posted.given(words, [id_of("garden-1"), id_of("harbour-1")], now)
        ).all()
    told = "\n".join(" ".join(map(str, line)) for line in lines)
    assert "ix_duty_shift_community_id_unit_id_ends_at" in told
    assert "SCAN shift" not in told
    assert "Seq Scan on duty_shift" not in told
