"""No notice of any kind says anything about people, on its way to a phone or in a group."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from app.channels.group_channels import GroupChannels
from app.channels.sealed_address import SealedAddress
from app.channels.web_push import Message, payload
from app.extensions import writing
from app.models import Case, Notice
from app.services.folding import MIXED, fold
from app.strongbox import Strongbox
from sync.due_steps import STEPS
from sync.levels import RULES
from sync.notice_steps import ALONE, CLIMBING, FLOOD
from tests.app.test_climbing import MINUTES, TUESDAY, Ladder
from tests.app.test_climbing import ladder as ladder
from tests.app.test_climbing import robot as robot
from tests.app.test_folding import claimed
from tests.group_robot import GroupRobot, set_up
from tests.loopback import LOOPBACK
from tests.phone import new_id
from tests.push_service import push_service as push_service
from tests.town import id_of

WORDS = json.loads((RULES / "notice_words.json").read_text("utf-8"))
KINDS = tuple(WORDS["zh"]["kinds"])
TELLING: dict[str, Any] = {
    "urgency": "urgent",
    "title": "燃气味",
    "detail": "老人独居，门锁着",
    "reporter": {"name": "王秀英", "phone": "13900000000"},
}
PERSONAL = {
    "燃气味",
    "老人独居",
    "王秀英",
    "13900000000",
    "张三",
    "13800000000",
    "garden",
    "worker",
}
"""Words of the case, who reported it, who lives there, where it is, and who brought it."""


def tell(case_id: str, kinds: tuple[str, ...] = KINDS) -> None:
    """Write a notice of each of these kinds to the secretary, beside the one that the case has brought."""
    with writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id)).one()
        for kind in kinds:
            session.add(
                Notice(
                    community_id=case.community_id,
                    id=new_id(kind),
                    kind=kind,
                    urgency="urgent",
                    case_id=case_id,
                    unit_id=case.holder_id,
                    person_id=id_of("secretary"),
                    created_at=TUESDAY,
                )
            )


def test_a_push_of_any_kind_holds_which_case_and_nothing_of_it_or_of_anybody(
    ladder: Ladder,
) -> None:
    phone = ladder.phone_of("secretary")
    case_id = ladder.open_case(**TELLING)
    tell(case_id)
    ladder.work(TUESDAY)
    payloads = ladder.service.payloads(phone)
    beside = {"case_id": case_id, "urgency": "urgent"}
    assert {payload["kind"] for payload in payloads} == set(KINDS)
    assert all(payload == {"kind": payload["kind"], **beside} for payload in payloads)
    for received in ladder.service.received:
        sent = received.plaintext.decode() + json.dumps(received.headers | received.claims)
        assert [word for word in PERSONAL if word in sent] == []


def test_a_group_is_told_the_words_of_the_kind_and_nothing_of_the_case_or_of_anybody(
    ladder: Ladder, robot: GroupRobot
) -> None:
    set_up(ladder.config, "garden", robot.url)
    case_id = ladder.open_case(**TELLING)
    tell(case_id, tuple(CLIMBING))
    for minutes in range(0, 20, 5):
        ladder.work(TUESDAY + minutes * MINUTES)
    link = f"点开查看 https://q.example/cases/{case_id}"
    said = {f"【紧急】{WORDS['zh']['kinds'][kind]}\n{link}" for kind in CLIMBING}
    assert set(robot.said) == said
    assert [word for word in PERSONAL for text in robot.said if word in text] == []


@pytest.mark.parametrize("urgency", ["urgent", "normal"])
def test_every_kind_has_one_text_for_groups_whatever_the_case(
    robot: GroupRobot, urgency: str
) -> None:
    box = Strongbox(b"s" * 32)
    address = SealedAddress("one", box.lock("one", robot.url))
    for kind in KINDS:
        for case_id in ("c1", "c2"):
            channels = GroupChannels(box, "https://q.example", networks=LOOPBACK)
            assert channels.send(address, Message(kind, case_id, urgency), TUESDAY).state == "sent"
    mark = WORDS["zh"]["urgent"] if urgency == "urgent" else ""
    assert robot.said == [
        f"{mark}{WORDS['zh']['kinds'][kind]}\n点开查看 https://q.example/cases/{case_id}"
        for kind in KINDS
        for case_id in ("c1", "c2")
    ]


def test_a_flood_of_any_kind_says_how_many_and_nothing_of_the_cases(robot: GroupRobot) -> None:
    box = Strongbox(b"s" * 32)
    address = SealedAddress("one", box.lock("one", robot.url))
    channels = GroupChannels(box, "https://q.example", networks=LOOPBACK)
    for kind in (*{*KINDS} - {*ALONE}, MIXED):
        (parcel,) = fold([claimed(number, address, kind) for number in range(FLOOD)])
        assert json.loads(payload(parcel.message)) == {
            "kind": kind,
            "case_id": "",
            "urgency": "normal",
            "count": FLOOD,
        }
        assert channels.send(address, parcel.message, TUESDAY).state == "sent"
    assert {text.partition("\n")[0] for text in robot.said} == {"4 件新事项", "4 条新消息"}
    assert {text.partition("\n")[2] for text in robot.said} == {
        "点开查看 https://q.example/notices"
    }


def test_every_kind_that_climbs_or_that_a_deadline_makes_has_words_in_both_languages() -> None:
    made = {*CLIMBING, *(f"case_{step.name}" for step in STEPS.values() if step.tells)}
    for words in WORDS.values():
        assert made <= set(words["kinds"]) == set(KINDS)
