"""The life of a case by rules/case_flow.json: shared vectors, the whole matrix, and two phones at once."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from sync import cases, whistle
from sync.case_flow import ACTIONS, STATES, allows
from sync.duty import Serving
from sync.instants import to_wire
from sync.levels import Ladder, Unit
from sync.mutation import Mutation
from sync.records import Record
from sync.scene import Author, Scene
from sync.scope import Post
from sync.verdict import Rejected
from tests.phone import case_args, new_id, on_workdays, sent_as
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "case_flow.json").read_text("utf-8")
)
PARENTS = {unit["id"]: unit["parent_id"] for unit in VECTORS["units"]}
SERVING = [
    Serving("me", "我", "grid", "grid", "grid_worker"),
    Serving("other", "他", "community", "community", "responder", "物业"),
]
CASE, OTHER = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"
SAID: dict[str, Any] = VECTORS["args"]
"""Arguments that suit every action."""


def path_of(unit_id: str) -> tuple[str, ...]:
    parent = PARENTS[unit_id]
    return (*(path_of(parent) if parent else ()), unit_id)


LADDER = Ladder(Unit(u["id"], u["level"], u["id"], path_of(u["id"])) for u in VECTORS["units"])


def case_of(vector: dict[str, Any], id_: str = CASE) -> Record:
    return Record("case", id_, "community", {**VECTORS["beside"], **vector["case"]})


def scene_of(vector: dict[str, Any], case: Record) -> Scene:
    unit = LADDER.get(vector["post"]["unit_id"])
    assert unit is not None
    posts = [Post(unit.level, vector["post"]["role"], unit.path)]
    if case.value["calls"]:
        posts.append(whistle.post(path_of("community"), case.id))
    author = Author("me", "我", "d", "community", tuple(posts))

    other = case_of({"case": vector.get("other", VECTORS["other"])}, OTHER)

    def look(type_: str, id_: str) -> Record | None:
        return {case.id: case, other.id: other}.get(id_) if type_ == "case" else None

    return Scene(
        author,
        MORNING,
        MORNING,
        look,
        lambda _id: [],
        lambda _id: [],
        lambda: LADDER,
        on_workdays,
        lambda _id: 0,
        lambda _ids: SERVING,
        lambda _id: [],
        lambda _path, _code: None,
        lambda _id: [],
    )


def acted(vector: dict[str, Any], action: str) -> Record | None:
    """The case after the action; None where it is not allowed."""
    case = case_of(vector)
    args = {"id": CASE, "event_id": new_id("event"), **SAID, **vector.get("args", {})}
    mutation = Mutation(new_id("m"), 1, MORNING, f"case.{action}", None, sent_as(args), args)
    scene = scene_of(vector, case)
    if not allows(scene, case, action):
        return None
    try:
        effect = cases.act(scene, mutation)
    except Rejected:
        return None
    return next((record for record in effect.records if record.type == "case"), case)


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["title"])
def test_the_shared_vectors_hold_here_as_on_the_phone(vector: dict[str, Any]) -> None:
    after = {action: acted(vector, action) for action in ACTIONS}
    assert [action for action, case in after.items() if case] == vector["allowed"]
    for action, expected in vector["after"].items():
        case = after[action]
        assert case is not None
        assert {name: case.value[name] for name in expected} == expected


CALL = {
    "person_id": "me",
    "name": "我",
    "by_id": "other",
    "at": to_wire(MORNING),
    "answer": None,
    "answered_at": None,
}

STANDING = {
    "a member of the holder": ("community", "community_worker", {"in_scope", "holder_member"}),
    "who leads the holder": (
        "community",
        "community_secretary",
        {"in_scope", "holder_member", "holder_leader"},
    ),
    "a member of the unit above": ("street", "street_officer", {"above_member", "above_leader"}),
    "a member of the origin": ("grid", "grid_worker", {"in_scope", "origin_member"}),
    "who serves between": ("compound", "branch_secretary", {"in_scope"}),
    "who serves elsewhere": ("other-grid", "grid_worker", set()),
    "who was called": ("other-grid", "responder", {"in_scope", "called"}),
}
"""Somebody, their post, and how they stand to a case of the grid that the community holds."""


@pytest.mark.parametrize("opened", [False, True], ids=["", "opener"])
@pytest.mark.parametrize(
    ("state", "action", "who"), list(product(STATES["states"], ACTIONS, STANDING))
)
def test_every_action_in_every_state_by_every_relation_goes_by_the_table(
    state: str, action: str, who: str, opened: bool
) -> None:
    unit, role, relations = STANDING[who]
    if opened:
        relations = relations | {"opener"}
    case = {
        "state": state,
        "holder_id": "community",
        "held_by": ["grid", "community"],
        "climbed_from": ["grid"],
        "reached": 4,
        "opened_by": "me" if opened else "somebody",
        "extension_until": "2026-12-31T00:00:00.000Z" if state == "accepted" else None,
        "closed_at": to_wire(MORNING) if state == "closed" else None,
        "calls": [CALL] if "called" in relations else [],
    }
    if who == "a member of the unit above":
        relations = relations | {"in_scope"}
    allowed = {r for r, states in ACTIONS[action]["by"].items() if state in states}
    after = acted({"post": {"unit_id": unit, "role": role}, "case": case}, action)
    sees = "in_scope" in relations
    assert (after is not None) == bool(allowed & relations and sees)


def test_two_secretaries_acting_apart_keep_both_words(phone: GetPhone) -> None:
    worker, secretary = phone("worker"), phone("secretary")
    worker.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    leader, mate = phone("leader"), phone("mate")
    first = leader.make("case.escalate", id=new_id("c1"), event_id=new_id("e1"), reason="修不了")
    second = mate.make("case.accept", id=new_id("c1"), event_id=new_id("e2"), text="我来")
    assert leader.push(first)[0].verdict == "applied"
    assert mate.push(second)[0].verdict == "superseded"
    secretary.sync()
    assert secretary.records["case", new_id("c1")]["holder_id"] == id_of("garden")
    note = secretary.records["case_event", new_id("e2")]
    assert (note["action"], note["attempted"], note["text"]) == ("note", "accept", "我来")
    assert note["actor_name"] == "mate"


def test_an_action_by_somebody_who_never_held_the_case_is_rejected(phone: GetPhone) -> None:
    worker, community = phone("worker"), phone("community-secretary")
    worker.do("case.open", **case_args("g1-101", "c1"))
    verdict = community.do("case.accept", id=new_id("c1"), event_id=new_id("e1"))
    assert (verdict.verdict, verdict.code) == ("rejected", "not_allowed")


def test_somebody_with_two_roles_at_a_unit_may_do_what_either_may(phone: GetPhone) -> None:
    leader, both = phone("leader"), phone("worker")
    both.author = replace(both.author, posts=both.author.posts + leader.author.posts)
    both.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    act: dict[str, Any] = {"id": new_id("c1"), "reason": "不归我们管"}
    secretary = phone("secretary")
    both.do("case.escalate", event_id=new_id("e1"), **act)
    secretary.do("case.return", event_id=new_id("e2"), **act)
    verdict = both.do("case.return", event_id=new_id("e3"), **act)
    assert verdict.code == "nowhere_to_return"


def test_a_case_out_of_sight_is_not_found(phone: GetPhone) -> None:
    phone("worker").do("case.open", **case_args("g1-101", "c1"))
    verdict = phone("harbour-worker").do(
        "case.note", id=new_id("c1"), event_id=new_id("e1"), text="看不见"
    )
    assert (verdict.code, verdict.detail) == ("not_found", "/args/id")


def test_the_grid_sees_its_case_to_the_end_whichever_level_holds_it(phone: GetPhone) -> None:
    worker = phone("worker")
    worker.do("case.open", **case_args("g1-101", "c1"))
    for number, name in enumerate(("secretary", "community-secretary", "officer")):
        event: dict[str, Any] = {
            "id": new_id("c1"),
            "event_id": new_id(f"e{number}"),
            "reason": "请",
        }
        assert phone(name).do("case.escalate", **event).verdict == "applied"
    worker.sync()
    assert worker.records["case", new_id("c1")]["holder_id"] == id_of("district")
    assert len(worker.ids("case_event")) == 4


def test_each_level_has_its_own_clock_from_the_moment_the_case_arrives(phone: GetPhone) -> None:
    worker, secretary = phone("worker"), phone("secretary")
    worker.do("case.open", **case_args("g1-101", "c1", urgency="urgent"))
    worker.sync()
    case = worker.records["case", new_id("c1")]
    assert (case["accept_by"], case["settle_by"]) == (
        "2026-11-23T01:00:00.000Z",
        "2026-11-23T08:30:00.000Z",
    )
    later = MORNING + timedelta(hours=2)
    event = {"id": new_id("c1"), "event_id": new_id("e1"), "reason": "要请消防"}
    secretary.do("case.escalate", later, **event)
    worker.sync()
    case = worker.records["case", new_id("c1")]
    assert (case["accept_by"], case["settle_by"]) == (
        "2026-11-23T03:00:00.000Z",
        "2026-11-24T02:30:00.000Z",
    )
