"""What a platform beyond the district says of a case, on every store."""

from datetime import timedelta
from typing import Any

import pytest

from sync.instants import to_wire
from sync.store import Store
from sync.tidings import Tiding, hear
from tests.phone import Phone, case_args, new_id, on_workdays
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

CASE, HOUR = new_id("c1"), timedelta(hours=1)
UP = ("secretary", "community-secretary", "officer")


@pytest.fixture
def officer(phone: GetPhone) -> Phone:
    """A phone of the district, which a case has climbed to."""
    phone("worker").do("case.open", **case_args("g1-101", "c1"))
    for name in UP:
        act: dict[str, Any] = {"id": CASE, "event_id": new_id(f"up {name}"), "reason": "修不了"}
        assert phone(name).do("case.escalate", **act).verdict == "applied"
    return phone("district-officer")


def tell(
    store: Store, name: str, at: Any = MORNING, platform: str = "民呼我应", **more: Any
) -> bool:
    """The platform says something, which is heard an hour into the morning; whether it was news."""
    tiding = Tiding(new_id(name), CASE, id_of("district"), platform, name, at, **more)
    return hear(store, id_of("community"), tiding, MORNING + HOUR, on_workdays)


def case_on(phone: Phone) -> dict[str, Any]:
    phone.sync()
    return phone.records["case", CASE]


def line(phone: Phone, name: str) -> dict[str, Any] | None:
    phone.sync()
    return phone.records.get(("case_event", new_id(name)))


def test_words_of_a_platform_stand_on_the_timeline_under_its_name_and_change_nothing(
    store: Store, officer: Phone, phone: GetPhone
) -> None:
    before = case_on(officer)
    assert tell(store, "已派单", MORNING)
    assert case_on(officer) == before
    said = line(phone("worker"), "已派单")
    assert said
    assert (said["action"], said["actor_id"]) == ("note", None)
    assert (said["actor_name"], said["actor_role"]) == ("民呼我应", "platform")
    assert (said["at"], said["received_at"]) == (to_wire(MORNING), to_wire(MORNING + HOUR))


def test_a_case_the_platform_has_settled_is_resolved_by_the_district_from_when_it_is_known(
    store: Store, officer: Phone
) -> None:
    before = case_on(officer)
    assert tell(store, "已修好", MORNING, settled=True)
    case, said = case_on(officer), line(officer, "已修好")
    assert case == {**before, "state": "resolved", "resolved_at": to_wire(MORNING + HOUR)}
    assert said
    assert (said["action"], said["text"], said["at"]) == ("resolve", "已修好", to_wire(MORNING))


@pytest.mark.parametrize("act", ["return", "withdraw"])
def test_a_case_the_district_no_longer_settles_keeps_the_platforms_words_as_a_note(
    store: Store, officer: Phone, act: str
) -> None:
    officer.do(f"case.{act}", id=CASE, event_id=new_id("e"), reason="已联系居民")
    before = case_on(officer)
    assert tell(store, "已修好", settled=True)
    assert case_on(officer) == before
    said = line(officer, "已修好")
    assert said
    assert said["action"] == "note"


def test_the_same_news_twice_and_older_news_after_newer_change_nothing(
    store: Store, officer: Phone
) -> None:
    assert tell(store, "已派单", MORNING)
    assert not tell(store, "已派单", MORNING)
    assert not tell(store, "已受理", MORNING - HOUR)
    assert line(officer, "已受理") is None


def test_what_a_platform_writes_twice_in_one_moment_is_both_news(
    store: Store, officer: Phone
) -> None:
    assert tell(store, "已派单")
    assert tell(store, "水电所")
    assert line(officer, "水电所")


def test_news_of_one_platform_makes_no_news_of_another_old(store: Store, officer: Phone) -> None:
    assert tell(store, "已派单", MORNING)
    assert tell(store, "已转办", MORNING - HOUR, platform="12345")
    assert line(officer, "已转办")


def test_that_a_case_was_handed_over_is_said_by_nobodys_hand_and_makes_no_news_old(
    store: Store, officer: Phone
) -> None:
    assert tell(store, "民呼我应 1024", MORNING + HOUR, handed_over=True)
    assert tell(store, "已派单", MORNING)
    said = line(officer, "民呼我应 1024")
    assert said
    assert (said["action"], said["actor_role"]) == ("note", "system")


def test_a_platform_whose_clock_is_ahead_writes_no_line_of_the_future(
    store: Store, officer: Phone
) -> None:
    assert tell(store, "已派单", MORNING + 5 * HOUR)
    said = line(officer, "已派单")
    assert said
    assert said["at"] == to_wire(MORNING + HOUR)


def test_of_a_case_that_is_not_there_a_platform_says_nothing(store: Store) -> None:
    assert not tell(store, "已派单")
