"""Conflicts that two phones left are settled by one tap, by whom they concern, on every store."""

from dataclasses import replace

import pytest

from tests.phone import Phone, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.crew import (
    HOME,
    RESIDENT,
    conflicts,
    edit,
    home,
    in_conflict,
    refusal,
    send,
    settle,
    settle_this,
    synced,
)
from tests.sync.crew import crew as crew
from tests.town import author, id_of


@pytest.mark.parametrize(
    ("name", "keep", "phone_number"),
    [("mate", "mine", "111"), ("worker", "theirs", "222"), ("secretary", "both", "111 / 222")],
)
def test_m2_one_tap_settles_a_conflict_and_a_second_is_superseded(
    crew: dict[str, Phone], name: str, keep: str, phone_number: str
) -> None:
    in_conflict(crew, "phone", "111", "222", RESIDENT)
    (conflict,) = conflicts(crew["worker"])
    assert settle(crew[name], keep) == "applied"
    synced(crew)
    assert crew["leader"].records["resident", RESIDENT]["phone"] == phone_number
    assert [conflicts(somebody) for somebody in crew.values()] == [[], [], [], []]
    assert conflicts(crew["mate"], "settled")[0]["settled_by"] == id_of(name)
    assert settle_this(crew["worker"], conflict["id"], "mine") == "superseded"
    crew["leader"].sync()
    assert crew["leader"].records["resident", RESIDENT]["phone"] == phone_number


def test_m2_only_the_authors_and_who_leads_the_compound_or_community_settle(
    crew: dict[str, Phone], phone: GetPhone
) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    assert settle(crew["leader"], "mine") == "not_allowed"
    assert settle(phone("community-worker"), "mine") == "not_allowed"
    (conflict,) = conflicts(crew["mate"])
    outside = phone("harbour-worker")
    assert settle_this(outside, conflict["id"], "mine") == "not_found"
    assert settle(phone("community-secretary"), "mine") == "applied"
    assert home(crew["mate"])["occupancy"] == "vacant"


def test_m2_who_both_works_and_leads_at_a_unit_settles(
    crew: dict[str, Phone], phone: GetPhone
) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    both, lead = phone("community-worker"), author("community-secretary").posts
    both.moved_to(replace(both.author, posts=(*both.author.posts, *lead)))
    assert settle(both, "mine") == "applied"


def test_m2_a_field_that_cannot_hold_two_values_refuses_both(crew: dict[str, Phone]) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    assert settle(crew["secretary"], "both") == "invalid"
    assert len(conflicts(crew["secretary"])) == 1


@pytest.mark.parametrize(("room", "answer"), [("12345", "applied"), ("123456", "invalid")])
def test_m2_both_values_are_kept_where_there_is_room_for_them(
    crew: dict[str, Phone], room: str, answer: str
) -> None:
    in_conflict(crew, "room", "1234", room, HOME)
    assert settle(crew["secretary"], "both") == answer


def test_m2_of_a_value_and_none_both_is_the_value_alone(crew: dict[str, Phone]) -> None:
    in_conflict(crew, "phone", "", "222", RESIDENT)
    assert settle(crew["secretary"], "both") == "applied"
    crew["leader"].sync()
    assert crew["leader"].records["resident", RESIDENT]["phone"] == "222"


def test_m2_of_a_visit_no_two_values_are_joined(crew: dict[str, Phone]) -> None:
    visit = new_id("v1")
    crew["worker"].do("visit.record", **visit_args("g1-101", "v1"))
    in_conflict(synced(crew), "kind", "care", "follow_up", visit)
    assert settle(crew["secretary"], "both") == "invalid"


def test_m2_settling_one_of_two_conflicts_leaves_the_other_against_what_stands_now(
    crew: dict[str, Phone],
) -> None:
    edits = {"worker": "tenant", "mate": "vacant", "leader": "owner"}
    made = [(crew[n], edit(crew[n], 9 - i, occupancy=o)) for i, (n, o) in enumerate(edits.items())]
    for somebody, mutation in made:
        send(somebody, mutation)
    mates = next(c for c in conflicts(crew["mate"]) if c["author_id"] == id_of("mate"))
    assert settle_this(crew["mate"], mates["id"], "mine") == "applied"
    (left,) = conflicts(crew["leader"])
    assert (left["mine"]["value"], left["theirs"]["value"]) == ("owner", "vacant")
    assert settle(crew["leader"], "theirs") == "applied"
    assert home(crew["worker"])["occupancy"] == "vacant"


def test_m2_what_was_written_after_a_conflict_is_not_overwritten_in_silence_by_settling_it(
    crew: dict[str, Phone],
) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    (old,) = conflicts(crew["mate"])
    crew["leader"].sync()
    send(crew["leader"], edit(crew["leader"], 30, occupancy="owner"))
    assert home(crew["leader"])["occupancy"] == "owner"
    settle_this(crew["mate"], old["id"], "mine")
    (new,) = conflicts(crew["leader"])
    assert (new["mine"]["value"], new["author_id"]) == ("owner", id_of("leader"))
    assert settle(crew["leader"], "mine", 99) == "applied"
    assert (home(crew["mate"])["occupancy"], conflicts(crew["mate"])) == ("owner", [])


def test_m2_a_conflict_ends_without_a_tap_when_its_author_writes_something_newer(
    crew: dict[str, Phone],
) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    (conflict,) = conflicts(crew["mate"])
    send(crew["mate"], edit(crew["mate"], 30, occupancy="owner"))
    assert conflicts(crew["mate"]) == []
    (ended,) = conflicts(crew["secretary"], "settled")
    assert (ended["id"], ended["settled_by"]) == (conflict["id"], id_of("mate"))


def test_m2_a_conflict_ends_without_a_tap_when_somebody_else_writes_the_lost_value_too(
    crew: dict[str, Phone],
) -> None:
    same = edit(crew["leader"], 9, occupancy="vacant")
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    (conflict,) = conflicts(crew["mate"])
    assert send(crew["leader"], same) == ["merged"]
    (ended,) = conflicts(crew["secretary"], "settled")
    assert (ended["id"], ended["settled_by"]) == (conflict["id"], id_of("leader"))
    (new,) = conflicts(crew["secretary"])
    assert (new["mine"]["value"], new["theirs"]["value"]) == ("tenant", "vacant")


def test_m2_a_settling_that_is_refused_names_what_is_wrong(crew: dict[str, Phone]) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    (conflict,) = conflicts(crew["leader"])
    asked = {"id": conflict["id"]}
    assert refusal(crew["leader"], "conflict.settle", **asked, keep="mine") == (
        "not_allowed",
        "/name",
    )
    both = refusal(crew["mate"], "conflict.settle", **asked, keep="both")
    assert both == ("invalid", "/args/keep")
    assert (conflict["against"], conflict["settled_by"]) == ("edit", None)


def test_m2_theirs_forgets_the_lost_edit_for_good(crew: dict[str, Phone]) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    late = edit(crew["leader"], 9, occupancy="owner")
    assert settle(crew["secretary"], "theirs") == "applied"
    send(crew["leader"], late)
    lost = [c["mine"]["value"] for c in conflicts(crew["secretary"])]
    assert lost == ["tenant"]


def test_m2_theirs_leaves_a_record_as_it_is_that_was_written_since_by_who_saw_both(
    crew: dict[str, Phone],
) -> None:
    in_conflict(crew, "occupancy", "vacant", "tenant", HOME)
    crew["leader"].sync()
    send(crew["leader"], edit(crew["leader"], 30, occupancy="owner"))
    crew["leader"].sync()
    before = crew["leader"].versions["dwelling", HOME]
    assert settle(crew["secretary"], "theirs") == "applied"
    crew["leader"].sync()
    assert crew["leader"].versions["dwelling", HOME] == before


def test_m2_both_values_stand_in_the_order_in_which_they_were_written(
    crew: dict[str, Phone],
) -> None:
    early, late = (edit(crew[n], at, RESIDENT, phone=p) for n, at, p in WRITTEN)
    send(crew["worker"], late)
    send(crew["mate"], early)
    assert settle(crew["secretary"], "both") == "applied"
    crew["leader"].sync()
    assert crew["leader"].records["resident", RESIDENT]["phone"] == "999 / 111"


WRITTEN = (("mate", 1, "999"), ("worker", 5, "111"))
