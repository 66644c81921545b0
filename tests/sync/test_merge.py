"""M1-M3 by themselves: what concurrent edits of one field come to, in whatever order they arrive."""

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sync import sets
from sync.edits import put
from sync.merge import Field, merge_field
from sync.records import Record
from sync.stamps import Edit, Stamp

SETTINGS = settings(max_examples=300, deadline=None, database=None, print_blob=True)
STARTS: dict[str, Any] = {"latest": "owner", "both": "old", "union": ["a", "b"]}
DEVICES = st.sampled_from(["d1", "d2", "d3", "d4"])
WORDS = st.sampled_from(["", "a", "b", "c", "d"])
VALUES = {"latest": WORDS, "both": WORDS, "union": st.lists(WORDS, max_size=4)}


@dataclass(frozen=True)
class Tap:
    """An edit before it arrives anywhere."""

    device: str
    base: int
    at: int
    value: Any


@st.composite
def histories(draw: st.DrawFn, policy: str, longest: int = 6) -> tuple[list[Tap], list[Tap]]:
    """Edits that arrived one after the other, and edits made apart by phones that had seen some of them."""

    def taps(bases: st.SearchStrategy[int], most: int) -> list[Tap]:
        tap = st.builds(Tap, DEVICES, bases, st.integers(0, 3), VALUES[policy])
        return draw(st.lists(tap, max_size=most))

    past = taps(st.integers(0, longest), longest)
    return past, taps(st.integers(0, len(past)), longest)


def edit_of(number: int, tap: Tap, version: int) -> Edit:
    stamp = Stamp(f"2026-11-23T0{tap.at}", tap.device, f"{tap.device}-{number}", version)
    return Edit(stamp, tap.base, tap.device, tap.device, tap.value)


def numbered(taps: list[Tap]) -> list[tuple[int, Tap]]:
    return list(enumerate(taps))


def in_order_of(devices: list[str], taps: list[tuple[int, Tap]]) -> list[tuple[int, Tap]]:
    """The same edits as the devices come, each device's own in the order in which it made them."""
    waiting = {d: [t for t in taps if t[1].device == d] for d in devices}
    return [waiting[device].pop(0) for device in devices]


def arrive(policy: str, taps: list[tuple[int, Tap]]) -> Field:
    """The field after these edits, kept as JSON between any two."""
    field = Field(STARTS[policy])
    for version, (number, tap) in enumerate(taps):
        kept = json.loads(json.dumps(field.kept()))
        read = Field.read(field.value, kept)
        field = merge_field(policy, read, edit_of(number, tap, version))
    return field


def check_any_order(policy: str, data: st.DataObject) -> None:
    past, apart = data.draw(histories(policy))
    taps = numbered(past + apart)
    first, rest = taps[: len(past)], taps[len(past) :]
    devices = data.draw(st.permutations([tap.device for _, tap in rest]))
    again = in_order_of(devices, rest)
    assert arrive(policy, first + rest).value == arrive(policy, first + again).value


@SETTINGS
@given(st.data())
def test_m3_the_last_word_is_the_same_in_any_order_of_arrival(data: st.DataObject) -> None:
    check_any_order("latest", data)


@SETTINGS
@given(st.data())
def test_m3_paragraphs_are_the_same_in_any_order_of_arrival(data: st.DataObject) -> None:
    check_any_order("both", data)


@SETTINGS
@given(st.data())
def test_m3_a_set_is_the_same_in_any_order_of_arrival(data: st.DataObject) -> None:
    check_any_order("union", data)


@SETTINGS
@given(st.data())
def test_m3_open_conflicts_are_the_same_in_any_order_of_arrival(data: st.DataObject) -> None:
    _, apart = data.draw(histories("latest"))
    taps = [(n, Tap(t.device, 0, t.at, t.value)) for n, t in numbered(apart)]
    devices = data.draw(st.permutations([tap.device for _, tap in taps]))
    assert open_conflicts(taps) == open_conflicts(in_order_of(devices, taps))


def open_conflicts(taps: list[tuple[int, Tap]]) -> dict[str, Any]:
    record = Record("resident", "r", "c", {"grid_id": "g", "compound_id": "p", "phone": "1"})
    kept = {}
    for version, (number, tap) in enumerate(taps):
        record, found = put(record, "phone", edit_of(number, tap, version))
        kept.update({conflict.id: conflict.value for conflict in found})
    return {id_: value for id_, value in kept.items() if value["state"] == "open"}


@SETTINGS
@given(st.data())
def test_m1_an_edit_by_somebody_who_saw_everything_is_taken_as_it_is(data: st.DataObject) -> None:
    for policy in STARTS:
        past, _ = data.draw(histories(policy))
        last = Tap("d9", len(past), 0, data.draw(VALUES[policy]))
        field = arrive(policy, numbered([*past, last]))
        if policy == "union":
            assert set(field.value) == set(last.value)
        else:
            assert (field.value, len(field.edits)) == (last.value, 1)


def test_m2_the_later_tap_wins_and_at_the_same_moment_the_device_decides() -> None:
    early, late = Tap("d2", 0, 1, "早"), Tap("d1", 0, 2, "晚")
    assert arrive("latest", numbered([late, early])).value == "晚"
    same = Tap("d1", 0, 1, "同时")
    assert arrive("latest", numbered([early, same])).value == "早"


def test_m2_two_texts_become_paragraphs_with_their_authors_names() -> None:
    taps = [Tap("d2", 0, 2, "狗很凶"), Tap("d1", 0, 1, "老人在家")]
    assert arrive("both", numbered(taps)).value == "d1：\n老人在家\n\nd2：\n狗很凶"
    alike = [Tap("d2", 0, 2, "狗很凶"), Tap("d1", 0, 1, "狗很凶")]
    assert arrive("both", numbered(alike)).value == "狗很凶"


def test_m2_a_text_that_one_wrote_and_another_took_out_stands_without_names() -> None:
    taps = [Tap("d1", 0, 1, ""), Tap("d2", 0, 2, "狗很凶")]
    assert arrive("both", numbered(taps)).value == "狗很凶"
    assert arrive("both", numbered([taps[0], Tap("d3", 0, 2, "")])).value == ""


def test_m2_a_set_takes_what_either_added_and_loses_what_either_removed() -> None:
    taps = [Tap("d1", 0, 1, ["a", "c"]), Tap("d2", 0, 2, ["a", "b", "d"])]
    assert arrive("union", numbered(taps)).value == ["a", "c", "d"]


def test_m2_what_one_removed_and_added_again_survives_anothers_removal() -> None:
    taps = [Tap("d1", 0, 1, ["a"]), Tap("d2", 0, 1, ["a"]), Tap("d2", 0, 2, ["a", "b"])]
    assert arrive("union", numbered(taps)).value == ["a", "b"]


def test_what_is_remembered_of_a_field_is_one_edit_a_device_and_the_last_removals() -> None:
    apart = [Tap(f"d{n % 5}", 0, n % 9, [f"e{n}"]) for n in range(500)]
    field = arrive("union", numbered(apart))
    assert len(field.edits) == 5
    assert len([dot for dot in field.dots if dot.removed]) == sets.MOST_REMOVED
    assert len(field.value) == 5
