"""A removed resident stays removed, and what others wrote of them meanwhile is kept, on every store."""

import orjson
import pytest

from sync.records import Record
from tests.phone import Phone, new_id, visit_args
from tests.sync.conftest import GetPhone
from tests.sync.crew import (
    HOME,
    RESIDENT,
    conflicts,
    edit,
    in_conflict,
    refusal,
    remove,
    send,
    settle,
    settle_this,
    synced,
)
from tests.sync.crew import crew as crew
from tests.town import place_of


def test_l4_a_removed_resident_leaves_every_phone_with_the_reason(
    crew: dict[str, Phone], phone: GetPhone
) -> None:
    crew["late"] = synced({"late": phone("community-secretary")})["late"]
    assert send(crew["worker"], remove(crew["worker"])) == ["applied"]
    gone = {"op": "del", "type": "resident", "id": RESIDENT, "reason": "removed"}
    for somebody in crew.values():
        assert orjson.loads(orjson.dumps(somebody.page().operations)) == [gone]
        assert RESIDENT not in somebody.ids("resident")


def test_l4_a_removed_resident_leaves_phones_that_have_a_visit_of_the_same_id(
    crew: dict[str, Phone],
) -> None:
    crew["worker"].do("visit.record", **visit_args("g1-101", "v1") | {"id": RESIDENT})
    synced(crew)
    assert send(crew["worker"], remove(crew["worker"])) == ["applied"]
    for somebody in synced(crew).values():
        assert (somebody.ids("resident") & {RESIDENT}, somebody.ids("visit")) == (set(), {RESIDENT})


def test_of_who_was_removed_no_phone_has_a_number_any_more_once_what_was_written_apart_is_settled(
    crew: dict[str, Phone], phone: GetPhone
) -> None:
    in_conflict(crew, "phone", "111", "222", RESIDENT)
    assert settle(crew["secretary"], "mine") == "applied"
    late, removal = edit(crew["mate"], 95, RESIDENT, phone="333"), remove(crew["leader"], 100)
    assert (send(crew["leader"], removal), send(crew["mate"], late)) == (["merged"], ["superseded"])
    for conflict in conflicts(crew["secretary"]):
        assert settle_this(crew["secretary"], conflict["id"], "theirs", 110) == "applied"
    for somebody in synced({**crew, "late": phone("community-secretary")}).values():
        sides = [(c["mine"]["value"], c["theirs"]["value"]) for c in conflicts(somebody, "settled")]
        assert set(sides) == {(None, None)}


@pytest.mark.parametrize("first", ["remove", "edit"])
def test_m2_a_removal_wins_and_the_edit_is_kept_whichever_arrives_first(
    crew: dict[str, Phone], first: str
) -> None:
    removal, change = remove(crew["worker"], 2), edit(crew["mate"], 1, RESIDENT, phone="111")
    sent = [(crew["worker"], removal), (crew["mate"], change)]
    verdicts = [send(p, m)[0] for p, m in (sent if first == "remove" else sent[::-1])]
    assert verdicts[1] == {"remove": "superseded", "edit": "merged"}[first]
    (conflict,) = conflicts(crew["secretary"])
    assert RESIDENT not in crew["secretary"].ids("resident")
    assert (conflict["against"], conflict["mine"]["value"]) == ("removal", "111")
    assert (conflict["theirs"]["name"], conflict["theirs"]["value"]) == ("worker", None)
    assert settle(crew["secretary"], "mine") == "record_removed"
    assert settle(crew["secretary"], "theirs") == "applied"


def test_m2_a_resident_removed_by_two_is_removed_and_the_id_stays_taken(
    crew: dict[str, Phone],
) -> None:
    removals = [(crew[name], remove(crew[name])) for name in ("worker", "mate")]
    assert [send(*removal) for removal in removals] == [["applied"], ["merged"]]
    again = crew["worker"].do("resident.add", id=RESIDENT, dwelling_id=HOME, name="张三")
    assert again.code == "id_taken"
    assert (
        crew["worker"].push(edit(crew["worker"], id_=RESIDENT, name="李四"))[0].code == "not_found"
    )


def test_m2_a_removal_keeps_its_reason_and_each_unseen_field_under_its_name(
    crew: dict[str, Phone],
) -> None:
    removal = remove(crew["worker"], 2)
    send(crew["mate"], edit(crew["mate"], 1, RESIDENT, phone="111", name="李四"))
    send(crew["worker"], removal)
    kept = {c["field"]: (c["id"], c["mine"]["value"]) for c in conflicts(crew["secretary"])}
    assert {field: value for field, (_, value) in kept.items()} == {"phone": "111", "name": "李四"}
    id_ = kept["phone"][0]
    lost = refusal(crew["secretary"], "conflict.settle", id=id_, keep="mine")
    assert lost == ("record_removed", "/args/keep")
    assert refusal(crew["worker"], "resident.remove", id=RESIDENT) == ("not_found", "/args/id")
    tombstone = found(crew["worker"])
    assert (tombstone.removed or {})["value"] == "搬走了"
    assert (tombstone.value, tombstone.stamps) == (place_of("garden-1"), {})


def found(somebody: Phone) -> Record:
    """What the server has under the resident's id."""
    with somebody.store.transaction([somebody.author.home_id]) as transaction:
        (record,) = transaction.find("resident", [RESIDENT])
    return record


def test_m2_a_removal_by_a_phone_that_had_seen_no_version_keeps_what_others_wrote(
    phone: GetPhone,
) -> None:
    worker, mate, id_ = phone("worker"), phone("mate"), new_id("somebody")
    worker.do("resident.add", id=id_, dwelling_id=HOME, name="王五")
    mate.sync()
    mate.do("resident.edit", id=id_, changes={"phone": "111"})
    assert worker.do("resident.remove", id=id_).verdict == "merged"
    (conflict,) = conflicts(mate)
    assert (conflict["record_id"], conflict["mine"]["value"]) == (id_, "111")


def test_m2_an_edit_after_a_removal_keeps_each_field_under_its_name(crew: dict[str, Phone]) -> None:
    change = edit(crew["mate"], 1, RESIDENT, phone="111", name="李四")
    send(crew["worker"], remove(crew["worker"], 2))
    assert send(crew["mate"], change) == ["superseded"]
    assert {c["field"] for c in conflicts(crew["secretary"])} == {"phone", "name"}
    again = refusal(crew["worker"], "resident.edit", id=RESIDENT, changes={"phone": "2"})
    assert again == ("not_found", "/args/id")
