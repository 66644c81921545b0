"""A flood of notices for one phone or one group is told as one message, and each is still recorded."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.channels.sealed_address import SealedAddress
from app.channels.web_push import Address, Message
from app.extensions import reading
from app.models import NoticeRecipient
from app.services.deliveries import Claimed
from app.services.folding import MIXED, fold
from sync.deadlines import CHINA
from sync.notice_steps import FLOOD
from tests.app.post import Post, states
from tests.app.post import post as post
from tests.app.test_climbing import HOURS, TUESDAY, Ladder
from tests.app.test_climbing import ladder as ladder
from tests.app.test_climbing import robot as robot
from tests.group_robot import GroupRobot, set_up
from tests.push_service import Answer
from tests.push_service import push_service as push_service

PHONE, OTHER = Address("https://push/one", "p", "a"), Address("https://push/other", "p", "a")
GROUP = SealedAddress("group", b"sealed")


def claimed(
    number: int,
    address: Address | SealedAddress | None = PHONE,
    kind: str = "case_arrived",
    urgency: str = "normal",
) -> Claimed:
    message = Message(kind, f"c{number}", urgency)
    return Claimed("garden", f"d{number}", f"n{number}", "s", 0, TUESDAY, message, address)


def told(*these: Claimed) -> list[Message]:
    """The messages that come of these, which hold each of them once."""
    parcels = fold(these)
    assert sorted(one.id for parcel in parcels for one in parcel.claimed) == [
        one.id for one in these
    ]
    return [parcel.message for parcel in parcels]


def flood_of(kind: str, count: int) -> Message:
    return Message(kind, "", "normal", count)


@pytest.mark.parametrize("address", [PHONE, GROUP])
def test_a_flood_for_one_address_is_one_message_that_says_how_many(
    address: Address | SealedAddress,
) -> None:
    assert told(*(claimed(n, address) for n in range(5))) == [flood_of("case_arrived", 5)]


def test_fewer_than_a_flood_stay_apart() -> None:
    apart = [claimed(n) for n in range(FLOOD - 1)]
    assert told(*apart) == [one.message for one in apart]


def test_a_flood_of_several_kinds_says_only_how_many() -> None:
    kinds = ("case_arrived", "case_moved", "case_due", "case_due")
    assert told(*(claimed(n, kind=kind) for n, kind in enumerate(kinds))) == [flood_of(MIXED, 4)]


@pytest.mark.parametrize(
    ("kind", "urgency"), [("case_arrived", "urgent"), ("case_called", "normal")]
)
def test_what_is_urgent_and_a_whistle_ring_by_themselves(kind: str, urgency: str) -> None:
    pressing = [claimed(n, kind=kind, urgency=urgency) for n in range(5)]
    calm = [claimed(n) for n in range(5, 9)]
    assert told(*pressing, *calm) == [one.message for one in pressing] + [
        flood_of("case_arrived", 4)
    ]


def test_two_phones_share_no_message_and_what_has_lost_its_phone_has_none() -> None:
    addresses = (PHONE, OTHER, None)
    each = [claimed(n, addresses[n % 3]) for n in range(9)]
    assert sorted(one.case_id for one in told(*each)) == [f"c{n}" for n in range(9)]


def test_a_night_of_normal_notices_is_one_push_in_the_morning_and_each_is_in_the_list(
    ladder: Ladder,
) -> None:
    phone = ladder.phone_of("secretary")
    for number in range(5):
        ladder.now = datetime(2025, 9, 29, 22, number, tzinfo=CHINA)
        ladder.open_case(f"case {number}")
        ladder.work(ladder.now)
    assert ladder.service.payloads(phone) == []
    ladder.work(datetime(2025, 9, 30, 8, 0, tzinfo=CHINA))
    flood = {"kind": "case_arrived", "case_id": "", "urgency": "normal", "count": 5}
    assert ladder.service.payloads(phone) == [flood]
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(NoticeRecipient)) == 5
    assert states() == {"sent": 5}


def test_a_group_is_told_of_a_flood_once_with_the_way_to_the_list(
    ladder: Ladder, robot: GroupRobot
) -> None:
    set_up(ladder.config, "garden", robot.url)
    for number in range(5):
        ladder.open_case(f"case {number}")
    # nobody has a phone here, so that the next step is taken at once
    ladder.work(TUESDAY)
    ladder.work(TUESDAY + 5 * HOURS)
    assert robot.said == ["5 件新事项\n点开查看 https://q.example/notices"]
    assert states() == {"sent": 5}


def test_a_newer_flood_takes_the_place_of_an_older_one_on_the_phone(post: Post) -> None:
    post.phone_of("secretary")
    for _ in range(2):
        post.open_cases(FLOOD)
        post.work()
    older, newer = post.service.received
    assert older.headers["topic"] == newer.headers["topic"]
    assert states() == {"sent": 2 * FLOOD}


def test_a_flood_that_its_service_refuses_is_tried_again_as_one(post: Post) -> None:
    post.service.answer(post.phone_of("secretary"), Answer(429, {"Retry-After": "600"}))
    post.open_cases(FLOOD)
    post.work()
    assert states() == {"waiting": FLOOD}
    post.forward(timedelta(seconds=902))
    post.work()
    assert (len(post.service.received), states()) == (2, {"sent": FLOOD})


def test_of_a_flood_whose_worker_is_killed_the_next_one_tells_it_again_and_loses_none(
    post: Post,
) -> None:
    post.lose_a_worker(9)
    post.work()
    first, second = post.service.received
    assert first.payload == second.payload
    assert first.headers["topic"] == second.headers["topic"]
    assert (first.payload["count"], states()) == (9, {"sent": 9})
