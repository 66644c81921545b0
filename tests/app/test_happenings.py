"""What a district's platform is told of a case, read from its timeline (docs/connectors.md)."""

from typing import Any

import pytest

from app.models import CaseEvent
from app.services.happenings import happenings
from tests.town import id_of

DISTRICT, STREET = id_of("district"), id_of("street")


def moved(action: str, to: str) -> CaseEvent:
    return CaseEvent(action=action, to_unit_id=to)


def said(action: str, **details: Any) -> CaseEvent:
    return CaseEvent(action=action, details=details or None)


ARRIVAL = moved("escalate", DISTRICT)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([said("rate", solved=True)], []),
        ([said("resolve"), said("rate", solved=True)], ["case.resolved", "case.closed"]),
        ([said("resolve"), said("close")], ["case.resolved", "case.closed"]),
        (
            [said("resolve"), moved("rate", DISTRICT)],
            ["case.resolved", "case.reopened"],
        ),
        (
            [said("resolve"), said("rate", solved=True), said("rate", solved=True)],
            ["case.resolved", "case.closed"],
        ),
        ([said("merge", into_id=id_of("case"))], ["case.merged"]),
        (
            [said("merge", into_id=id_of("case")), moved("part", DISTRICT)],
            ["case.merged", "case.reopened"],
        ),
        ([said("merge", case_id=id_of("case"))], []),
        ([said("withdraw")], ["case.withdrawn"]),
        ([moved("return", STREET), said("note"), said("resolve")], ["case.left"]),
        ([moved("return", STREET), moved("escalate", DISTRICT)], ["case.left", "case.arrived"]),
    ],
)
def test_a_platform_is_told_of_a_case_while_its_district_holds_it_and_once_of_its_end(
    lines: list[CaseEvent], told: list[str]
) -> None:
    events = [event for event, _ in happenings([said("open"), ARRIVAL, *lines], DISTRICT)]
    assert events == ["case.arrived", *told]


def test_what_happened_below_the_district_is_none_of_its_platforms_news() -> None:
    below = [said("open"), moved("escalate", STREET), said("note"), said("resolve")]
    assert list(happenings(below, DISTRICT)) == []
