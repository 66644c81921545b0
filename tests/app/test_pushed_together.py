"""Batches that wait for one community are taken in together, and each phone is told its own (P1, P2, P4)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Semaphore
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app import rows
from app.counters import lock
from app.direct import writing
from app.extensions import reading
from app.extensions import writing as writing_session
from app.models import JournalEntry, Tally, Visit
from app.schemas.exchange import MOST_MUTATIONS
from app.services import pushing
from app.tallies import recount
from sync.verdict import Entry
from tests.device import Device, Refused
from tests.phone import case_args, new_id
from tests.town import community_of, id_of
from tests.waiting import Watched, watch

GARDEN = community_of("garden") or ""
HOME = id_of("g1-101")


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return watch(monkeypatch, pushing)


Sent = tuple[Device, list[dict[str, Any]]]


@pytest.fixture
def at_once(queues: Watched) -> Callable[..., list[Any]]:
    """Send these while somebody else holds the community, until all wait for it; what each is told."""

    def send(*batches: Sent) -> list[Any]:
        queues.joined = Semaphore(0)
        with ThreadPoolExecutor(len(batches)) as pool:
            with writing() as holding:
                assert lock(holding, [GARDEN])
                told = []
                for device, mutations in batches:
                    told.append(pool.submit(partial(answer, device, mutations)))
                    assert queues.joined.acquire(timeout=30)
            return [future.result() for future in told]

    return send


def answer(device: Device, mutations: list[dict[str, Any]]) -> Any:
    """What a phone is told: the answer, or the status of a refusal."""
    try:
        return orjson.loads(device.post(device.envelope(mutations=mutations)))
    except Refused as refused:
        return refused.status
    finally:
        device.close()


def verdicts(told: Any) -> list[str]:
    return [verdict["verdict"] for verdict in told["verdicts"]]


def test_phones_that_wait_for_one_community_are_taken_in_together_and_told_their_own(
    port: int, at_once: Callable[..., list[Any]], queues: Watched
) -> None:
    batches = [(device := Device(port, "worker"), device.visits(HOME, 3)) for _ in range(5)]
    told = at_once(*batches)
    for (_, sent), answered in zip(batches, told, strict=True):
        assert [verdict["id"] for verdict in answered["verdicts"]] == [one["id"] for one in sent]
        assert (answered["received_through"], verdicts(answered)) == (3, ["applied"] * 3)
        # L3: each sees what it did
        shown = {operation["id"] for operation in answered["patch"]}
        assert {one["args"]["id"] for one in sent} <= shown
    assert sum(queues.groups) == 5
    assert len(queues.groups) <= 2
    with reading() as session:
        versions = session.scalars(select(Visit.version).order_by(Visit.version)).all()
    assert versions == list(range(versions[0], versions[0] + 15))
    assert_counted_right()


def assert_counted_right() -> None:
    """The tallies are those of the records (L9)."""
    tallies = select(Tally.unit_id, Tally.reached, Tally.count, Tally.one, Tally.other).where(
        Tally.count > 0
    )
    with writing_session() as session:
        before = {tuple(row) for row in session.execute(tallies)}
        recount(session, GARDEN)
        assert {tuple(row) for row in session.execute(tallies)} == before


def test_the_second_of_a_group_is_judged_by_what_the_first_has_written(
    port: int, at_once: Callable[..., list[Any]]
) -> None:
    opener, others = Device(port, "worker"), [Device(port, "worker"), Device(port, "mate")]
    opened = opener.mutation("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    assert verdicts(answer(opener, [opened])) == ["applied"]
    accepts = [
        (other, [other.mutation("case.accept", id=new_id("c1"), event_id=new_id(f"e{n}"))])
        for n, other in enumerate(others)
    ]
    edits = [
        (other, [other.mutation("dwelling.edit", id=HOME, changes={"note": other.device_id})])
        for other in (Device(port, "mate"), Device(port, "worker"))
    ]
    told = at_once((opener, opener.visits(HOME, 1)), *accepts, *edits)
    assert [verdicts(one) for one in told[1:]] == [
        ["applied"],
        ["superseded"],
        ["applied"],
        ["merged"],
    ]
    assert_counted_right()


def test_p4_a_gap_in_one_batch_of_a_group_is_refused_alone(
    port: int, at_once: Callable[..., list[Any]]
) -> None:
    gappy, *others = (Device(port, "worker") for _ in range(4))
    _, after_the_gap = gappy.visits(HOME, 2)
    # on PostgreSQL the first is taken in alone; the gap is to be another's than who leads the rest
    first, second, last = ((other, other.visits(HOME, 2)) for other in others)
    told = at_once(first, second, (gappy, [after_the_gap]), last)
    assert told.pop(2) == 409
    assert [verdicts(one) for one in told] == [["applied"] * 2] * 3


def test_p2_two_copies_of_a_batch_in_one_group_apply_once(
    port: int, at_once: Callable[..., list[Any]]
) -> None:
    other, device = Device(port, "mate"), Device(port, "worker")
    batch = device.visits(HOME, 3)
    told = at_once((other, other.visits(HOME, 1)), (device, batch), (device.twin(), batch))
    duplicates = sorted(
        verdict.get("duplicate", False) for one in told[1:] for verdict in one["verdicts"]
    )
    assert duplicates == [False] * 3 + [True] * 3


def test_a_batch_that_the_database_refuses_leaves_the_others_of_its_group_kept(
    port: int, at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, *others = [Device(port, "worker") for _ in range(4)]
    entry = rows.entry

    def unkept(home_id: str, one: Entry) -> dict[str, Any]:
        poison = {"verdict": None} if one.device_id == poisoned.device_id else {}
        return {**entry(home_id, one), **poison}

    monkeypatch.setattr(rows, "entry", unkept)
    batches = [(other, other.visits(HOME, 2)) for other in others]
    told = at_once(*batches[:2], (poisoned, poisoned.visits(HOME, 2)), batches[2])
    assert told.pop(2) == 500
    assert [verdicts(one) for one in told] == [["applied"] * 2] * 3
    with reading() as session:
        kept = set(session.scalars(select(JournalEntry.id)))
    assert kept == {one["id"] for _, sent in batches for one in sent}


def test_a_group_has_no_more_mutations_than_one_batch_may_have(
    port: int, at_once: Callable[..., list[Any]], queues: Watched
) -> None:
    assert 2 * 200 <= MOST_MUTATIONS < 3 * 200
    batches = [(device := Device(port, "worker"), device.visits(HOME, 200)) for _ in range(4)]
    assert [verdicts(one) for one in at_once(*batches)] == [["applied"] * 200] * 4
    assert sum(queues.groups) == 4
    assert max(queues.groups) == 2
