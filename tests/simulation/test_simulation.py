"""The town on a bad day, on every store: nothing is lost, nothing twice, everybody agrees."""

import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from sync import judging
from tests.simulation.running import Red, Run, demand_each, demand_enough, run
from tests.simulation.tally import FLOORS, Tally, least
from tests.simulation.taps import check_makers

Day = tuple[Any, ...]
"""A seed, so many steps, and the kind of store if it is none in memory."""

KEPT = {
    1: "a transaction that did not end had written",
    4: "a change of scope longer than a page, to another community; "
    "a removal that looked at a version from before a restore",
    6: "two roles of one person at one unit, of whom the second may settle a conflict",
    9: "two roles of one person at one unit",
}
"""Seeds that found a fault, in memory, by what it was. Each fault has a test of its own beside the engine's:
a seed plays another day once the simulation plays more."""


played = cache(run)
"""A day is played once, and looked at again with the others."""

LONG = [(seed, 6_500) for seed in (11, 12)]
ON_A_DATABASE = [(21, 1000, "sqlite"), (21, 1000, "postgresql")]
ONCE_RED = [(seed, 1000) for seed in KEPT]


@pytest.mark.parametrize("day", [*LONG, *ON_A_DATABASE], ids=str)
def test_a_bad_day_loses_nothing(day: Day) -> None:
    demand_enough(played(*day))


@pytest.mark.parametrize("day", ONCE_RED, ids=str)
def test_a_day_that_once_found_a_fault_finds_none_now(day: Day) -> None:
    played(*day)


def test_all_days_together_have_everything_that_may_go_wrong() -> None:
    demand_each([played(*day) for day in [*LONG, *ON_A_DATABASE, *ONCE_RED]])


def test_nothing_is_let_off_because_the_days_were_short() -> None:
    floors = least(1000, once=True)
    assert floors.keys() == FLOORS.keys()
    assert min(floors.values()) == 1
    once = Tally(dict.fromkeys(FLOORS, 10_000))
    assert once.short_of(1000, once=True) == {}
    del once["rescued"]
    assert once.short_of(1000) == {}
    assert once.short_of(1000, once=True) == {"rescued": "0 of 1"}


def test_one_seed_plays_one_day_whatever_python_shuffles() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seed", "5", "--steps", "500"]
    traces = [
        subprocess.run(
            command, env={"PYTHONHASHSEED": shuffle}, capture_output=True, text=True, check=True
        ).stdout.splitlines()[1]
        for shuffle in ("1", "2")
    ]
    assert traces[0] == traces[1]
    assert traces[0].startswith("trace ")


def test_a_mutation_that_nobody_can_make_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(judging.HANDLERS, "case.sing", judging.HANDLERS["case.note"])
    with pytest.raises(AssertionError, match=r"case\.sing"):
        check_makers()


def test_a_run_in_which_too_little_went_wrong_does_not_count() -> None:
    nothing = Run(seed=1, steps=1000)
    for demand in (demand_enough, lambda run: demand_each([run])):
        with pytest.raises(Red, match="too little"):
            demand(nothing)
