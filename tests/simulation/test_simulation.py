"""The town on a bad day, on every store; and each safeguard off in turn, which the day must notice."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from sync import push
from sync.memory_store import MemoryStore
from sync.mutation import Mutation
from sync.store import Line, Window
from tests.simulation.crossing import Served
from tests.simulation.handset import Handset, Write
from tests.simulation.network import Answer, Letter
from tests.simulation.running import Red, Run, demand_enough, run
from tests.simulation.taps import check_makers

KEPT = {
    1: "a transaction that did not end had written",
    4: "a change of scope longer than a page, to another community",
    9: "two roles of one person at one unit",
}
"""Seeds that found a fault, in memory, by what it was."""


@pytest.mark.parametrize("seed", [11, 12])
def test_a_bad_day_in_memory_loses_nothing(seed: int) -> None:
    demand_enough(run(seed, 10_000))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_bad_day_on_a_database_loses_nothing(kind: str) -> None:
    demand_enough(run(21, 1500, kind))


@pytest.mark.parametrize("seed", KEPT)
def test_a_day_that_once_found_a_fault_finds_none_now(seed: int) -> None:
    run(seed, 2000)


def test_one_seed_plays_one_day_whatever_python_shuffles() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seed", "5", "--steps", "2000"]
    traces = [
        subprocess.run(
            command, env={"PYTHONHASHSEED": shuffle}, capture_output=True, text=True, check=True
        ).stdout.splitlines()[1]
        for shuffle in ("1", "2")
    ]
    assert traces[0] == traces[1]
    assert traces[0].startswith("trace ")


def test_a_mutation_that_nobody_can_make_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(push.HANDLERS, "case.sing", push.HANDLERS["case.note"])
    with pytest.raises(AssertionError, match=r"case\.sing"):
        check_makers()


def test_a_run_in_which_too_little_went_wrong_does_not_count() -> None:
    with pytest.raises(Red, match="too little"):
        demand_enough(Run(seed=1, steps=1000))


class Forgetful(Handset):
    """A phone that keeps a page's cursor before the page, each in a write of its own."""

    def writes(self, letter: Letter, answer: Answer, at: datetime) -> list[Write]:
        (whole,) = super().writes(letter, answer, at)

        def cursor_first() -> Sequence[Mutation]:
            self._before = (self.kept.staged or self.kept.base).cursor
            (self.kept.staged or self.kept.base).cursor = answer.patch.cursor
            return ()

        def then_the_rest() -> Sequence[Mutation]:
            (self.kept.staged or self.kept.base).cursor = self._before
            return whole()

        return [cursor_first, then_the_rest]


class Hasty(MemoryStore):
    """A store that numbers a change before others can see it: every third reading comes too early."""

    def __init__(self) -> None:
        super().__init__()
        self._readings = 0

    def read(self, window: Window, limit: int) -> list[Line]:
        self._readings += 1
        lines = super().read(window, limit)
        return lines[:-1] if self._readings % 3 == 0 and len(lines) < limit else lines


def without_deduplication(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(push.Judging, "_journaled", lambda _self, _mutations: {})


def without_locks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Served, "locking", False)


def without_number_order(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("tests.simulation.stores.MemoryStore", Hasty)


def without_scope(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("sync.memory_store._in", lambda window, _record: bool(window.view))


def without_sequence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        push, "check_order", lambda received, batch: max([received, *(m.seq for m in batch)])
    )


@pytest.mark.parametrize(
    "switch_off",
    [without_deduplication, without_locks, without_number_order, without_scope, without_sequence],
)
def test_a_server_without_one_safeguard_is_caught(
    switch_off: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_off(monkeypatch)
    with pytest.raises(Red, match="play it again"):
        run(31, 2000)


def test_a_phone_that_keeps_its_cursor_before_the_page_is_caught() -> None:
    with pytest.raises(Red, match="play it again"):
        run(31, 2000, make_phone=Forgetful)
