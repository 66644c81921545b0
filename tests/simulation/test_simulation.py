"""The town on a bad day, on every store: nothing is lost, nothing twice, everybody agrees."""

import subprocess
import sys

import pytest

from sync import judging
from tests.simulation.running import Red, Run, demand_enough, run
from tests.simulation.taps import check_makers

KEPT = {
    1: "a transaction that did not end had written",
    4: "a change of scope longer than a page, to another community; "
    "a removal that looked at a version from before a restore",
    6: "two roles of one person at one unit, of whom the second may settle a conflict",
    9: "two roles of one person at one unit",
}
"""Seeds that found a fault, in memory, by what it was. Each fault has a test of its own beside the engine's:
a seed plays another day once the simulation plays more."""


@pytest.mark.parametrize("seed", [11, 12])
def test_a_bad_day_in_memory_loses_nothing(seed: int) -> None:
    demand_enough(run(seed, 6_500))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_bad_day_on_a_database_loses_nothing(kind: str) -> None:
    demand_enough(run(21, 1000, kind))


@pytest.mark.parametrize("seed", KEPT)
def test_a_day_that_once_found_a_fault_finds_none_now(seed: int) -> None:
    run(seed, 1000)


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
    with pytest.raises(Red, match="too little"):
        demand_enough(Run(seed=1, steps=1000))
