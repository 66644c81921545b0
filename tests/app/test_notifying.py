"""A change in a case reaches the phones of the people it concerns, and of nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.extensions import writing
from app.models import Membership, Notice
from app.services import deliveries
from app.services.addressing import address_all
from app.services.staffing import move
from app.services.subscribing import subscribe
from tests.app.post import Post, only_delivery, revoke, states, subscriptions, suspend
from tests.app.post import post as post
from tests.loopback import LOOPBACK
from tests.phone import case_args, new_id
from tests.push_service import push_service as push_service
from tests.town import author, id_of


def test_case_brought_to_the_branch_reaches_the_secretarys_phone(post: Post) -> None:
    secretary, other = post.phone_of("secretary"), post.phone_of("harbour-secretary")
    [case_id] = post.open_cases(urgency="urgent")
    post.work()
    told = [{"kind": "case_arrived", "case_id": case_id, "urgency": "urgent"}]
    assert post.service.payloads(secretary) == told
    assert post.service.payloads(other) == []
    assert only_delivery().sent_at is not None


def test_who_opened_a_case_is_told_on_every_phone_when_others_move_it(post: Post) -> None:
    phones = [post.phone_of("worker", device) for device in ("d-one", "d-two")]
    [case_id] = post.open_cases()
    secretary = post.somebody("secretary")
    secretary.sync(secretary.mutation("case.accept", id=case_id, event_id=new_id("e accept")))
    post.work()
    told = [{"kind": "case_moved", "case_id": case_id, "urgency": "normal"}]
    assert [post.service.payloads(phone) for phone in phones] == [told, told]


def test_grid_without_its_leader_is_told_as_a_whole(post: Post) -> None:
    phones = {name: post.phone_of(name) for name in ("leader", "worker", "mate", "second-worker")}
    suspend("leader")
    post.open_cases(by=post.somebody("secretary"), kind="doorstep")
    post.work()
    assert post.told(phones) == {"worker", "mate"}


def test_grid_with_a_leader_is_told_through_the_leader(post: Post) -> None:
    phones = {name: post.phone_of(name) for name in ("leader", "worker", "mate")}
    post.open_cases(by=post.somebody("secretary"), kind="doorstep")
    post.work()
    assert post.told(phones) == {"leader"}


def test_auditor_of_a_community_without_its_secretary_is_not_told_with_the_team(post: Post) -> None:
    phones = {name: post.phone_of(name) for name in ("community-worker", "auditor")}
    suspend("community-secretary")
    [case_id] = post.open_cases()
    act = {"id": case_id, "event_id": new_id("e up"), "reason": "修不了"}
    secretary = post.somebody("secretary")
    secretary.sync(secretary.mutation("case.escalate", **act))
    post.work()
    assert post.told(phones) == {"community-worker"}


def test_who_opened_a_case_that_comes_back_to_the_unit_they_lead_is_told_of_it_once(
    post: Post,
) -> None:
    phone, leader = post.phone_of("leader"), post.somebody("leader")
    [case_id] = post.open_cases(by=leader, kind="doorstep")
    for who, action in ((leader, "escalate"), (post.somebody("secretary"), "return")):
        act = {"id": case_id, "event_id": new_id(action), "reason": "请先看现场"}
        (verdict,) = who.sync(who.mutation(f"case.{action}", **act))["verdicts"]
        assert verdict["verdict"] == "applied"
    post.work()
    told = [{"kind": "case_arrived", "case_id": case_id, "urgency": "normal"}]
    assert post.service.payloads(phone) == told
    listed: Any = leader.client.get("/api/v1/notices").json
    assert [one["kind"] for one in listed["notices"]] == ["case_arrived"]


def test_who_opened_a_case_and_has_moved_away_from_it_is_told_of_it_no_more(post: Post) -> None:
    phones = {name: post.phone_of(name) for name in ("worker", "mate")}
    [case_id] = post.open_cases()
    mate = post.somebody("mate")
    (verdict,) = mate.sync(mate.mutation("case.open", **case_args("g1-101", "another")))["verdicts"]
    assert verdict["verdict"] == "applied"
    move("worker", "garden-1", "next-yard-1", post.now)
    secretary = post.somebody("secretary")
    for number, id_ in enumerate((case_id, new_id("another"))):
        act = {"id": id_, "event_id": new_id(f"accept {number}")}
        secretary.sync(secretary.mutation("case.accept", **act))
    post.work()
    assert post.told(phones) == {"mate"}
    assert post.opener.client.get("/api/v1/notices").status_code == 204


@pytest.mark.parametrize("end", [suspend, revoke])
@pytest.mark.parametrize("addressed", [False, True])
def test_suspended_person_and_revoked_phone_are_told_nothing_not_even_what_was_on_its_way(
    post: Post, end: Callable[[str], None], addressed: bool
) -> None:
    post.phone_of("secretary")
    post.open_cases()
    if addressed:
        post.address()
    end("secretary")
    post.work()
    assert post.service.received == []
    assert states() == ({"gone": 1} if addressed else {})
    # for whoever is let in again
    assert subscriptions() == 1


def test_phone_that_changed_hands_does_not_get_what_was_for_the_other_person(post: Post) -> None:
    phone = post.phone_of("secretary")
    post.open_cases()
    post.address()
    post.somebody("mate")
    subscribe(author("mate"), phone, post.now, networks=LOOPBACK)
    post.work()
    assert (post.service.received, states()) == ([], {"gone": 1})


def test_notice_written_again_by_a_resend_tells_nobody_twice(post: Post) -> None:
    post.phone_of("secretary")
    post.open_cases()
    post.work()
    with writing() as session:
        session.execute(update(Notice).values(addressed_at=None))
    post.work()
    assert len(post.service.received) == 1


def test_urgent_notices_go_first(post: Post) -> None:
    post.phone_of("secretary")
    post.open_cases(3)
    address_all(post.now - timedelta(minutes=1))
    [urgent] = post.open_cases(urgency="urgent")
    post.address()
    [claimed] = deliveries.claim(1, post.now)
    assert claimed.message.case_id == urgent


def test_log_says_how_many_and_nothing_about_whom(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "app")
    post.phone_of("secretary")
    post.open_cases(3)
    post.work()
    assert [record.getMessage() for record in caplog.records] == [
        "addressed 3 notices in 3 deliveries",
        "deliveries: 3 sent",
    ]


def test_a_case_that_somebody_of_both_units_passes_up_is_told_to_who_leads_the_upper_one(
    post: Post,
) -> None:
    # a branch secretary who works for the community too, as most do
    both = {"unit_id": id_of("community"), "person_id": id_of("secretary")}
    with writing() as session:
        session.add(Membership(role="community_worker", **both))
    phones = {name: post.phone_of(name) for name in ("secretary", "community-secretary")}
    secretary = post.somebody("secretary")
    [case_id] = post.open_cases(urgency="urgent", by=secretary)
    act = {"id": case_id, "event_id": new_id("e up"), "reason": "修不了"}
    (verdict,) = secretary.sync(secretary.mutation("case.escalate", **act))["verdicts"]
    assert verdict["verdict"] == "applied"
    post.work()
    assert post.told(phones) == {"community-secretary"}
