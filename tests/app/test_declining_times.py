"""Who leads the unit above declines a looser deadline, and whoever asked for it sees that."""

from typing import Any

import pytest

from tests.app.conftest import OWN
from tests.app.test_duty_list import LOOSE, agree, path, put, settle_days, shown


def decline(person: Any, unit: str, policy: dict[str, Any]) -> Any:
    asked = {name: policy[name] for name in ("urgency", "item_code", "set_at")}
    return person.client.post(f"{path(unit)}/decline", json=asked, headers=OWN)


def test_a_declined_time_waits_no_more_counts_no_more_than_before_and_its_asker_sees_who_said_so(
    somebody: Any,
) -> None:
    leader, secretary = somebody("leader"), somebody("secretary")
    put(leader, "garden-1", LOOSE)
    (asked,) = shown(secretary, "garden")["asked"]
    assert decline(secretary, "garden-1", asked).status_code == 204
    assert shown(secretary, "garden")["asked"] == []
    (policy,) = shown(leader, "garden-1")["policies"]
    assert (policy["declined_by_name"], policy["agreed_at"]) == ("secretary", None)
    assert policy["declined_at"] is not None
    assert settle_days(somebody("worker"), "after") == 2


def test_the_first_answer_stands(somebody: Any) -> None:
    leader, secretary = somebody("leader"), somebody("secretary")
    put(leader, "garden-1", LOOSE)
    (asked,) = shown(secretary, "garden")["asked"]
    for answer in (decline, agree, decline):
        assert answer(secretary, "garden-1", asked).status_code == 204
    (declined,) = shown(leader, "garden-1")["policies"]
    assert (declined["agreed_at"], declined["declined_by_name"]) == (None, "secretary")


def test_what_is_set_otherwise_after_a_no_is_asked_anew(somebody: Any) -> None:
    leader, secretary = somebody("leader"), somebody("secretary")
    put(leader, "garden-1", LOOSE)
    (asked,) = shown(secretary, "garden")["asked"]
    decline(secretary, "garden-1", asked)
    put(leader, "garden-1", {**LOOSE, "settle_working_days": 3})
    (anew,) = shown(secretary, "garden")["asked"]
    assert anew["settle_working_days"] == 3
    assert decline(secretary, "garden-1", asked).json["code"] == "policy_changed"


@pytest.mark.parametrize("name", ["leader", "worker", "community-secretary"])
def test_only_the_leader_of_the_unit_above_declines(somebody: Any, name: str) -> None:
    leader = somebody("leader")
    put(leader, "garden-1", LOOSE)
    (policy,) = shown(leader, "garden-1")["policies"]
    refused = decline(somebody(name, "d-other"), "garden-1", policy)
    assert (refused.status_code, refused.json["code"]) == (403, "not_leader_above")
