"""A rescued outbox goes into the ordinary push: when it was sent, and in which batches (P4, P8, P9)."""

from datetime import UTC, datetime, timedelta

import pytest

from sync.mutation import Mutation
from sync.rescue import batches, sent_at
from tests.phone import new_id
from tests.town import MORNING

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("offset", [-HOUR, timedelta(), timedelta(milliseconds=1500)])
def test_p9_a_file_that_was_days_on_its_way_is_sent_now_by_the_clock_of_its_phone(
    offset: timedelta,
) -> None:
    sealed = MORNING - 3 * DAY
    offset_ms = offset // timedelta(milliseconds=1)
    assert sent_at(sealed, offset_ms, MORNING) == MORNING - offset


def test_p9_a_file_that_would_be_sealed_after_it_came_is_sealed_as_it_comes() -> None:
    ahead = MORNING + HOUR
    assert sent_at(ahead, 0, MORNING) == ahead


@pytest.mark.parametrize("offset_ms", [-(2**53), 2**53])
def test_p9_no_clock_is_so_wrong_that_its_file_could_not_be_dated(offset_ms: int) -> None:
    sealed = MORNING - DAY
    assert sealed <= sent_at(sealed, offset_ms, MORNING) <= datetime.max.replace(tzinfo=UTC)


def waiting(*numbers: int) -> list[Mutation]:
    """Notes on a case with these numbers in the queue."""
    note = "case.note"
    return [Mutation(new_id(f"m{n}"), n, MORNING, note, None, "", {}) for n in numbers]


@pytest.mark.parametrize(
    ("numbers", "cut"),
    [
        ((), []),
        ((7,), [[7]]),
        ((1, 2, 3), [[1, 2], [3]]),
        ((4, 2, 1, 3), [[1, 2], [3, 4]]),
        ((1, 3), [[1], [3]]),
        ((1, 2, 4, 5, 6, 9), [[1, 2], [4, 5], [6], [9]]),
        ((1, 1, 2, 4), [[1, 1], [2], [4]]),
    ],
)
def test_p4_an_outbox_is_sent_in_its_order_and_cut_where_some_of_it_is_missing(
    numbers: tuple[int, ...], cut: list[list[int]]
) -> None:
    sent = batches(waiting(*numbers), most=2)
    assert [[mutation.seq for mutation in batch] for batch in sent] == cut
