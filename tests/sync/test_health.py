"""Who needs help with sending, by rules/health.json."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.health import IS, STATES, Health, by_need, state_of, storage_risk
from tests.town import MORNING as NOW

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "storage.json").read_text())
WELL = Health(NOW, NOW, timedelta(), 0, 0, None, persisted=True, used=10**7, quota=10**9)


def ago(**span: float) -> Any:
    return NOW - timedelta(**span)


def test_a_device_that_has_sent_everything_is_fine() -> None:
    assert state_of(WELL, NOW) == "fine"
    assert state_of(Health(None, None, timedelta()), NOW) == "fine"


@pytest.mark.parametrize(
    ("state", "known"),
    [
        ("wiped", {"wiped_at": ago(days=13)}),
        ("fine", {"wiped_at": ago(days=14)}),
        ("stuck", {"unsent": 12, "oldest_unsent_at": ago(days=3)}),
        ("stuck", {"photos_unsent": 1, "oldest_unsent_at": ago(days=3)}),
        ("waiting", {"unsent": 12, "oldest_unsent_at": ago(days=3) + timedelta(seconds=1)}),
        ("fine", {"unsent": 0, "oldest_unsent_at": ago(days=30)}),
        ("stopped", {"unsent": 1, "oldest_unsent_at": NOW, "problem": "malformed"}),
        ("fine", {"problem": "malformed"}),
        ("lost", {"lost_at": ago(days=13)}),
        ("fine", {"lost_at": ago(days=14)}),
        ("quiet", {"person_contact_at": ago(days=7)}),
        ("fine", {"last_contact_at": ago(days=30), "person_contact_at": ago(days=6)}),
        ("clock", {"clock_offset": timedelta(minutes=-2, seconds=-1)}),
        ("fine", {"clock_offset": timedelta(minutes=2)}),
        ("storage_full", {"used": 96, "quota": 100}),
        ("storage_filling", {"used": 85 * 10**8, "quota": 10**10}),
        ("unprotected", {"unsent": 1, "oldest_unsent_at": NOW, "persisted": False}),
        ("fine", {"persisted": False}),
        ("waiting", {"photos_unsent": 2, "persisted": None}),
    ],
)
def test_each_state_has_its_bounds(state: str, known: dict[str, Any]) -> None:
    assert state_of(replace(WELL, **known), NOW) == state


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["title"])
def test_storage_runs_out_by_share_or_by_what_is_left(vector: dict[str, Any]) -> None:
    assert storage_risk(vector["used"], vector["quota"]) == vector["risk"]


def test_of_two_troubles_the_one_that_needs_help_more_is_told() -> None:
    both = replace(WELL, unsent=1, oldest_unsent_at=ago(days=5), clock_offset=timedelta(hours=1))
    assert state_of(both, NOW) == "stuck"


def test_among_the_stuck_who_has_waited_longest_comes_first() -> None:
    spans = (4, 9, 5)
    stuck = [replace(WELL, unsent=1, oldest_unsent_at=ago(days=days)) for days in spans]
    ordered = sorted(stuck, key=lambda health: by_need("stuck", health))
    assert [(NOW - h.oldest_unsent_at).days for h in ordered if h.oldest_unsent_at] == [9, 5, 4]
    assert by_need("stuck", stuck[0]) < by_need("fine", WELL)


def test_who_has_nothing_waiting_any_more_has_not_waited_longer_than_others() -> None:
    sent = replace(WELL, oldest_unsent_at=ago(days=9))
    assert by_need("quiet", sent) == by_need("quiet", WELL)


def test_every_state_of_the_rules_is_decided_by_something() -> None:
    assert set(IS) == set(STATES)
    assert STATES[-1] == "fine"
