"""The cases of a demo town went the way real cases go."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import reading
from app.models import Case
from sync.case_flow import ACTIONS
from sync.instants import from_wire
from sync.levels import COMMUNITY, LEVELS
from tests.app.demo.ground import MIDNIGHT, Feed, posts, units


def timelines(records: Feed) -> dict[str, list[dict[str, Any]]]:
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in records["case_event"].values():
        lines[event["case_id"]].append(event)
    return {case_id: sorted(found, key=lambda e: e["at"]) for case_id, found in lines.items()}


ENDS = {"accept": "accepted", "resolve": "resolved", "rate": "closed", "withdraw": "withdrawn"}
ENDS |= {"open": "open", "escalate": "open", "return": "open", "merge": "merged"}


def allowed_from(action: str) -> set[str]:
    """The states in which anybody may do this."""
    return {state for states in ACTIONS[action]["by"].values() for state in states}


def test_every_timeline_told_again_ends_where_its_case_stands(records: Feed) -> None:
    by_id = units()
    for case_id, lines in timelines(records).items():
        state = holder = ""
        held: list[str] = []
        for line in lines:
            if line["action"] in ("escalate", "return"):
                assert line["from_unit_id"] == holder
            if line["action"] in ACTIONS:
                assert line["action"] == "note" or state in allowed_from(line["action"])
            holder = line["to_unit_id"] or holder
            held += [holder] * (holder not in held)
            state = ENDS.get(line["action"], state)
        case = records["case"][case_id]
        assert lines[0]["action"] == "open"
        assert (case["state"], case["holder_id"], case["held_by"]) == (state, holder, held)
        assert case["reached"] == max(LEVELS[by_id[id_].level].rank for id_ in held)
        seen = {line["reached"] for line in lines}
        assert seen == {case["reached"]} if case["reached"] > COMMUNITY else max(seen) <= COMMUNITY


def test_cases_climb_one_level_at_a_time_and_remember_who_passed_them_up(
    records: Feed,
) -> None:
    by_id = units()
    for case_id, lines in timelines(records).items():
        climbed: list[str] = []
        returned: set[str] = set()
        for line in lines:
            sender, to = line["from_unit_id"], line["to_unit_id"]
            if line["action"] == "return" and sender not in returned:
                returned.add(sender)
                assert to == climbed.pop()
            elif line["action"] in ("escalate", "return"):
                climbed.append(sender)
                assert to == by_id[sender].parent_id
        case = records["case"][case_id]
        assert case["climbed_from"] == climbed
        assert case["returned_from"] == sorted(returned)


def test_only_the_holders_people_act_and_only_its_leader_returns(records: Feed) -> None:
    by_id, serving = units(), posts()
    for lines in timelines(records).values():
        holder = ""
        for line in lines:
            role = line["actor_role"]
            if line["action"] in ("accept", "escalate", "resolve", "return"):
                level = LEVELS[by_id[holder].level]
                assert (line["actor_id"], holder, role) in serving
                assert role in level.member_roles
                assert line["action"] != "return" or role == level.lead_role
            holder = line["to_unit_id"] or holder


def test_the_cases_of_a_community_show_every_state_kind_and_level(records: Feed) -> None:
    cases = records["case"].values()
    states = Counter(case["state"] for case in cases)
    assert set(states) == {"open", "accepted", "resolved", "closed", "merged", "withdrawn"}
    assert {case["kind"] for case in cases} == {"doorstep", "branch"}
    assert {case["reached"] for case in cases} == {1, 2, 3, 4, 5}
    assert any(case["returned_from"] for case in cases)
    assert any(case["visit_id"] for case in cases)
    assert any(case["dwelling_id"] for case in cases)


def test_every_grid_has_a_case_to_accept_and_one_to_settle(records: Feed) -> None:
    held = {(case["holder_id"], case["state"]) for case in records["case"].values()}
    grids = {case["grid_id"] for case in records["case"].values()}
    assert {(grid, state) for grid in grids for state in ("open", "accepted")} <= held


@pytest.mark.usefixtures("town")
def test_the_deadlines_of_a_demo_act_from_the_next_day_on() -> None:
    with reading() as session:
        columns = (Case.state, Case.next_due_at)
        found = session.execute(select(*columns).where(Case.next_due_at.is_not(None))).all()
    assert {state for state, _ in found} == {"open", "accepted", "resolved"}
    tomorrow = from_wire(MIDNIGHT) + timedelta(days=1)
    assert [moment for _, moment in found if moment and moment < tomorrow] == []


def test_a_timeline_runs_forward_and_nothing_lies_in_the_future(records: Feed) -> None:
    for lines in timelines(records).values():
        moments = [moment for line in lines for moment in (line["at"], line["received_at"])]
        assert moments == sorted(moments)
        assert moments[0] > "2025-11-23"
        assert moments[-1] < MIDNIGHT
