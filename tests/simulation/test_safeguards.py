"""The simulation can fail: with one safeguard off at a time it goes red, each time."""

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from sync import due_steps, judging, push
from sync.memory_store import MemoryStore
from sync.memory_transaction import MemoryTransaction
from sync.mutation import Mutation
from sync.pull import Page
from sync.stamps import Edit, Stamp
from sync.store import Excerpt, Window
from tests.simulation.crossing import Served
from tests.simulation.handset import Handset, Write
from tests.simulation.network import Answer, Letter
from tests.simulation.running import Red, run
from tests.simulation.world import MakePhone


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

    def read(self, window: Window, limit: int) -> Excerpt:
        self._readings += 1
        excerpt = super().read(window, limit)
        early = self._readings % 3 == 0 and len(excerpt.lines) < limit
        return excerpt._replace(lines=excerpt.lines[:-1]) if early else excerpt


def without_deduplication(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(judging.Judging, "_journaled", lambda _self, _mutations: {})


def without_locks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Served, "locking", False)


def without_number_order(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("tests.simulation.stores.MemoryStore", Hasty)


def without_base(patch: pytest.MonkeyPatch) -> None:
    """Every edit is taken to have seen what came before it (M1)."""
    patch.setattr(Edit, "saw", lambda _self, _other: True)


def without_own_device(patch: pytest.MonkeyPatch) -> None:
    """A phone's own earlier edits are strangers' to its later ones (M1)."""

    def by_version_alone(edit: Edit, other: Stamp) -> bool:
        return other.after < edit.base

    patch.setattr(Edit, "saw", by_version_alone)


def without_scope(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("sync.memory_store._in", lambda window, _record: bool(window.view))


def without_sequence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        push, "check_order", lambda received, batch: (max([received, *(m.seq for m in batch)]), [])
    )


def without_epoch(patch: pytest.MonkeyPatch) -> None:
    """A restored backup goes unsaid and unnoticed (L5)."""
    patch.setattr(MemoryStore, "renew_epoch", lambda _self, _epoch: None)
    patch.setattr(Page, "_is_ahead", lambda _self, _cursor: False)


def without_numbers_of_its_own(patch: pytest.MonkeyPatch) -> None:
    """A new epoch gives again what a lost one gave (L5, M1)."""
    patch.setattr("sync.memory_store.next_epoch", lambda version: version)


def without_quarantine(patch: pytest.MonkeyPatch) -> None:
    """What somebody sends is judged although they were shut out (P8)."""
    patch.setattr(judging, "is_shut_out", lambda _author: False)


def without_verdicts_once_given(patch: pytest.MonkeyPatch) -> None:
    """A decision is made anew whenever somebody makes it (P8)."""
    patch.setattr(MemoryTransaction, "decision", lambda _self, _device_id, _id: None)


def without_a_clock_that_goes_on(patch: pytest.MonkeyPatch) -> None:
    """Whatever is done to a case starts its deadlines anew."""
    patch.setattr(due_steps, "_begins", lambda _step, _before, _after: True)


def a_few_days(make_phone: MakePhone = Handset) -> None:
    """Play from one seed after the other; the first day is nearly always enough."""
    for seed in (42, 43, 44):
        run(seed, 1500, make_phone=make_phone)


@pytest.mark.parametrize(
    "switch_off",
    [
        without_deduplication,
        without_locks,
        without_number_order,
        without_base,
        without_own_device,
        without_scope,
        without_sequence,
        without_epoch,
        without_numbers_of_its_own,
        without_quarantine,
        without_verdicts_once_given,
        without_a_clock_that_goes_on,
    ],
)
def test_a_server_without_one_safeguard_is_caught(
    switch_off: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_off(monkeypatch)
    with pytest.raises(Red, match="play it again"):
        a_few_days()


def test_a_phone_that_keeps_its_cursor_before_the_page_is_caught() -> None:
    with pytest.raises(Red, match="play it again"):
        a_few_days(Forgetful)
