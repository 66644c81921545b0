"""The duty list reaches a phone when it changed; leaders set their units' own deadlines and agree to them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import reading, writing
from app.models import Case, DutyList
from app.services.working_days import is_working_day
from app.store import SqlStore
from sync.deadlines import CHINA
from sync.instants import to_wire
from sync.policies import DutyItem
from tests.app.conftest import OWN
from tests.duty_list import list_item
from tests.phone import case_args, new_id
from tests.town import MORNING, id_of

pytestmark = pytest.mark.usefixtures("town")
LEAK = DutyItem("0201", None, None, 7)
STRICT: dict[str, Any] = {"urgency": "normal", "settle_hours": 12}
LOOSE: dict[str, Any] = {"urgency": "normal", "settle_working_days": 4}


def keep_list(unit: str, *items: DutyItem, **more: Any) -> None:
    for item in items:
        list_item(SqlStore(), unit, item, **more)
    with writing() as session:
        session.merge(DutyList(unit_id=id_of(unit), changed_at=MORNING))


def fetch(person: Any, tag: str = "") -> Any:
    headers = {"If-None-Match": tag} if tag else {}
    return person.client.get("/api/v1/duty-items", headers=headers)


def test_a_phone_gets_the_list_of_its_city_and_nothing_while_that_is_the_same(
    somebody: Any,
) -> None:
    keep_list("city", LEAK, keywords=["爆管"], helping_departments=["物业公司"])
    worker = somebody("worker")
    first = fetch(worker)
    assert first.json["person_id"] == id_of("worker")
    assert first.json["items"] == [
        {
            "code": "0201",
            "class_name": "给排水",
            "item": "水管漏水",
            "lead_department": "住建局",
            "helping_departments": ["物业公司"],
            "settle_hours": None,
            "settle_working_days": 7,
            "urgency": None,
            "keywords": ["爆管"],
            "retired": False,
        }
    ]
    tag = first.headers["ETag"]
    for sent in (tag, f"W/{tag}"):
        again = fetch(worker, sent)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_a_list_that_changed_is_sent_again_with_what_was_retired(somebody: Any) -> None:
    keep_list("city", LEAK, retired_at=MORNING)
    worker = somebody("worker")
    tag = fetch(worker).headers["ETag"]
    with writing() as session:
        session.merge(DutyList(unit_id=id_of("city"), changed_at=MORNING + timedelta(hours=1)))
    again = fetch(worker, tag)
    assert again.status_code == 200
    assert [(item["code"], item["retired"]) for item in again.json["items"]] == [("0201", True)]


def test_a_districts_item_hides_the_citys_of_the_same_code(somebody: Any) -> None:
    keep_list("city", LEAK, DutyItem("0202"), lead_department="市住建局")
    keep_list("district", LEAK, lead_department="区住建局")
    found = {one["code"]: one["lead_department"] for one in fetch(somebody("worker")).json["items"]}
    assert found == {"0201": "区住建局", "0202": "市住建局"}


def test_nobody_gets_the_list_without_signing_in(town: Any) -> None:
    assert town.test_client().get("/api/v1/duty-items").status_code == 401


def path(unit: str) -> str:
    return f"/api/v1/units/{id_of(unit)}/deadlines"


def shown(person: Any, unit: str) -> Any:
    response = person.client.get(path(unit))
    assert response.status_code == 200, response.json
    return response.json


def put(person: Any, unit: str, *policies: dict[str, Any]) -> Any:
    return person.client.put(path(unit), json={"policies": list(policies)}, headers=OWN)


def agree(person: Any, unit: str, policy: dict[str, Any], **more: Any) -> Any:
    asked = {name: policy[name] for name in ("urgency", "item_code", "set_at")} | more
    return person.client.post(f"{path(unit)}/agree", json=asked, headers=OWN)


def test_a_leader_sees_the_defaults_of_the_level_and_sets_times_of_their_own(somebody: Any) -> None:
    leader = somebody("leader")
    assert shown(leader, "garden-1") == {
        "unit_id": id_of("garden-1"),
        "unit_name": "garden-1",
        "may_set": True,
        "defaults": [
            {"urgency": "urgent", "accept_minutes": 30, "settle_hours": 4, "settle_working_days": None},
            {"urgency": "normal", "accept_minutes": 1440, "settle_hours": None, "settle_working_days": 2},
        ],
        "policies": [],
        "asked": [],
    }  # fmt: skip
    assert put(leader, "garden-1", STRICT).status_code == 204
    (policy,) = shown(leader, "garden-1")["policies"]
    assert (policy["settle_hours"], policy["needs_consent"]) == (12, False)
    assert put(leader, "garden-1").status_code == 204
    assert shown(leader, "garden-1")["policies"] == []


def test_a_looser_time_counts_once_the_leader_above_has_agreed(somebody: Any) -> None:
    leader, secretary = somebody("leader"), somebody("secretary")
    put(leader, "garden-1", LOOSE)
    assert settle_days(somebody("worker"), "before") == 2
    (asked,) = shown(secretary, "garden")["asked"]
    assert (asked["unit_name"], asked["settle_working_days"]) == ("garden-1", 4)
    assert asked["usual"]["settle_working_days"] == 2
    assert agree(secretary, "garden-1", asked).status_code == 204
    assert shown(secretary, "garden")["asked"] == []
    (policy,) = shown(leader, "garden-1")["policies"]
    assert policy["agreed_by_name"] == "secretary"
    assert agree(secretary, "garden-1", asked).status_code == 204
    assert settle_days(somebody("mate"), "after") == 4


def settle_days(person: Any, name: str) -> int:
    """Open a case in the grid; how many working days it has."""
    person.sync(person.mutation("case.open", **{**case_args("g1-101", name), "kind": "doorstep"}))
    with reading() as session:
        case = session.scalars(select(Case).where(Case.id == new_id(name))).one()
    assert case.settle_by is not None
    opened, due = (at.astimezone(CHINA).date() for at in (case.opened_at, case.settle_by))
    return sum(
        is_working_day(opened + timedelta(days=n)) for n in range(1, (due - opened).days + 1)
    )


def test_consent_stays_with_what_is_the_same_and_is_asked_anew_for_what_is_not(
    somebody: Any,
) -> None:
    leader, secretary = somebody("leader"), somebody("secretary")
    put(leader, "garden-1", LOOSE)
    (asked,) = shown(secretary, "garden")["asked"]
    agree(secretary, "garden-1", asked)
    put(leader, "garden-1", LOOSE, {"urgency": "urgent", "accept_minutes": 10})
    kept = {one["urgency"]: one["agreed_at"] for one in shown(leader, "garden-1")["policies"]}
    assert kept["normal"] is not None
    assert kept["urgent"] is None
    put(leader, "garden-1", {**LOOSE, "settle_working_days": 5})
    (asked_anew,) = shown(secretary, "garden")["asked"]
    assert asked_anew["settle_working_days"] == 5
    changed = agree(secretary, "garden-1", asked)
    assert (changed.status_code, changed.json["code"]) == (409, "policy_changed")


def test_a_units_time_for_one_duty_item_is_named_by_the_item(somebody: Any) -> None:
    keep_list("city", LEAK)
    leader = somebody("leader")
    of_item = {"urgency": "normal", "item_code": LEAK.code, "settle_working_days": 5}
    put(leader, "garden-1", of_item)
    (policy,) = shown(leader, "garden-1")["policies"]
    assert (policy["item"], policy["needs_consent"]) == ("水管漏水", False)
    refused = put(leader, "garden-1", {**of_item, "item_code": "9999"})
    assert (refused.status_code, refused.json["code"]) == (409, "no_such_duty_item")
    assert len(shown(leader, "garden-1")["policies"]) == 1


@pytest.mark.parametrize(
    ("name", "unit", "code"),
    [
        ("worker", "garden-1", "not_its_leader"),
        ("secretary", "garden-1", "not_its_leader"),
        ("leader", "garden-2", "not_found"),
        ("stranger", "garden-1", "not_found"),
        ("officer", "city", "not_found"),
    ],
)
def test_only_the_units_leader_sets_its_times(
    somebody: Any, name: str, unit: str, code: str
) -> None:
    assert put(somebody(name), unit, STRICT).json["code"] == code


def test_the_city_holds_no_cases_and_sets_no_times(somebody: Any) -> None:
    assert shown(somebody("officer"), "city")["may_set"] is False


@pytest.mark.parametrize("name", ["leader", "worker", "community-secretary"])
def test_only_the_leader_of_the_unit_above_agrees(somebody: Any, name: str) -> None:
    leader = somebody("leader")
    put(leader, "garden-1", LOOSE)
    (policy,) = shown(leader, "garden-1")["policies"]
    refused = agree(somebody(name, "d-other"), "garden-1", policy)
    assert (refused.status_code, refused.json["code"]) == (403, "not_leader_above")
    assert refused.json["message"] == "放宽时限要由上一级单位的负责人同意。"


def test_what_nobody_has_set_is_agreed_to_by_nobody(somebody: Any) -> None:
    never = {"urgency": "normal", "item_code": "", "set_at": to_wire(MORNING)}
    assert agree(somebody("secretary"), "garden-1", never).json["code"] == "policy_changed"


@pytest.mark.parametrize(
    "policy",
    [
        {"urgency": "normal"},
        {"urgency": "normal", "settle_hours": 1, "settle_working_days": 1},
        {"urgency": "normal", "settle_hours": 0},
        {"urgency": "soon", "settle_hours": 1},
        {"urgency": "normal", "accept_minutes": 4},
    ],
)
def test_a_time_that_means_nothing_is_refused(somebody: Any, policy: dict[str, Any]) -> None:
    assert put(somebody("leader"), "garden-1", policy).status_code == 400


def test_the_same_urgency_and_item_twice_is_refused(somebody: Any) -> None:
    assert put(somebody("leader"), "garden-1", STRICT, LOOSE).status_code == 400


def test_what_a_district_has_no_more_is_again_as_the_citys_list_has_it(somebody: Any) -> None:
    keep_list("city", LEAK, lead_department="市住建局")
    keep_list("district", LEAK, lead_department="区住建局", retired_at=MORNING)
    (found,) = fetch(somebody("worker")).json["items"]
    assert (found["lead_department"], found["retired"]) == ("市住建局", False)


def test_a_case_has_the_time_of_the_citys_item_once_the_district_has_it_no_more(
    somebody: Any,
) -> None:
    keep_list("city", DutyItem("0201", None, 30, None))
    keep_list("district", LEAK, retired_at=MORNING)
    worker = somebody("worker")
    args = case_args("g1-101", "one", category="0201", kind="doorstep")
    assert worker.sync(worker.mutation("case.open", **args))["verdicts"][0]["verdict"] == "applied"
    with reading() as session:
        case = session.scalars(select(Case)).one()
        assert case.settle_by == case.opened_at + timedelta(hours=30)
