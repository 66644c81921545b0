"""Batches made to be slow or large: each stays within two seconds and a bounded memory, on both databases."""

import gzip
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.extensions import writing
from app.models import Dwelling, Membership
from tests.app.conftest import OWN, Somebody
from tests.phone import case_args, new_id, visit_args
from tests.town import MORNING, community_of, id_of, place_of

MOST = 500
SECONDS = 2.0
"""Of this process's own work; waiting for a busy machine is not counted."""
MEGABYTES = 200
"""What a batch may add to a process of 100."""

Mutations = list[dict[str, Any]]


def many_homes(worker: Somebody) -> Mutations:
    """500 visits in 500 dwellings."""
    place = {**place_of("garden-1"), "building_id": id_of("b-garden-1")}
    room = {"entrance": "1", "floor": 1, "occupancy": "owner", "note": ""}
    with writing() as session:
        session.add_all(
            Dwelling(
                community_id=community_of("garden-1"),
                id=new_id(f"home-{n}"),
                version=100_000 + n,
                room=str(n),
                **place,
                **room,
            )
            for n in range(MOST)
        )
    visits = (visit_args("g1-101", f"v{n}", dwelling_id=new_id(f"home-{n}")) for n in range(MOST))
    return [worker.mutation("visit.record", **args) for args in visits]


def much_text(worker: Somebody) -> Mutations:
    """8 MiB of text, unpacked."""
    long = "灯泡坏了，" * 1000
    return [
        worker.mutation("visit.record", **visit_args("g1-101", f"v{n}", summary=long))
        for n in range(MOST)
    ]


def one_record(worker: Somebody) -> Mutations:
    """500 edits of one resident's set and texts."""
    return [
        worker.mutation(
            "resident.edit",
            id=id_of("r-g1-101"),
            changes={"care_needs": [f"{n}-{k}" for k in range(20)], "name": f"张{n}"},
        )
        for n in range(MOST)
    ]


def one_case(worker: Somebody) -> Mutations:
    """A case opened and noted 499 times."""
    note = {"id": new_id("c"), "text": "来过"}
    notes = (
        worker.mutation("case.note", event_id=new_id(f"e{n}"), **note) for n in range(MOST - 1)
    )
    return [worker.mutation("case.open", **case_args("g1-101", "c")), *notes]


def a_set_of_everybodys(worker: Somebody) -> Mutations:
    """The largest set anybody may send, written anew 500 times over."""
    return [
        worker.mutation(
            "dwelling.edit", id=id_of("g1-101"), changes={"note": f"{n} " * 20, "floor": n % 200}
        )
        if n % 2
        else worker.mutation(
            "resident.edit",
            id=id_of("r-g1-101"),
            changes={"care_needs": [f"{n * k}" for k in range(100)]},
        )
        for n in range(MOST)
    ]


def millions_of_elements(worker: Somebody) -> Mutations:
    """A list of a million and an object of a hundred thousand names."""
    names = {f"name-{n}": n for n in range(100_000)}
    return [
        worker.mutation("visit.record", **visit_args("g1-101", "v1", met=[1] * 1_000_000)),
        worker.mutation("visit.record", **visit_args("g1-101", "v2", **names)),
        worker.mutation("case.note", id=[[1] * 1000] * 1000, more=names),
    ]


BATCHES: list[Callable[[Somebody], Mutations]] = [
    many_homes,
    much_text,
    one_record,
    one_case,
    a_set_of_everybodys,
    millions_of_elements,
]


@contextmanager
def unwatched() -> Iterator[None]:
    """Without coverage, which takes longer to watch a line than the line takes."""
    watching = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(watching)


def memory_mb(name: str) -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0]) / 1024


def measured(worker: Somebody, mutations: Mutations) -> tuple[Any, float, float]:
    """The answer, the seconds of work it took, and the megabytes above what the process had."""
    content = gzip.compress(orjson.dumps(worker.envelope(*mutations, limit=1)), 1)
    headers = {**OWN, "Content-Encoding": "gzip"}
    # what the kernel remembers as the most is from now on
    Path("/proc/self/clear_refs").write_text("5")
    before, started = memory_mb("VmRSS"), time.process_time()
    with unwatched():
        answer = worker.client.post(
            "/api/v1/sync", data=content, headers=headers, content_type="application/json"
        )
    return answer, time.process_time() - started, memory_mb("VmHWM") - before


@pytest.mark.parametrize("made", BATCHES, ids=lambda made: made.__name__)
def test_a_hostile_batch_is_judged_whole_in_bounded_time_and_memory(
    somebody: Any, made: Callable[[Somebody], Mutations]
) -> None:
    worker = somebody("worker")
    mutations = made(worker)
    answer, seconds, megabytes = measured(worker, mutations)
    assert answer.status_code == 200, answer.json
    assert len(answer.json["verdicts"]) == len(mutations)
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


def test_five_hundred_conflicts_over_one_field_are_judged_in_bounded_time(somebody: Any) -> None:
    """Edits that have seen nothing, beside somebody else's: each is a conflict of its own."""
    mate, worker = somebody("mate"), somebody("worker")
    home = {"id": id_of("g1-101")}
    for n in range(3):
        mate.sync(
            mate.mutation("dwelling.edit", **home, changes={"occupancy": "tenant", "floor": n})
        )
    mutations = [
        worker.mutation("dwelling.edit", **home, changes={"floor": n % 100, "occupancy": "vacant"})
        for n in range(MOST)
    ]
    answer, seconds, megabytes = measured(worker, mutations)
    assert {v["verdict"] for v in answer.json["verdicts"]} == {"merged"}
    assert (seconds < SECONDS, megabytes < MEGABYTES) == (True, True)


def in_the_far_end_of_time(_n: int) -> datetime:
    return datetime(9998, 12, 30, tzinfo=UTC)


def as_late_as_days_are_counted(n: int) -> datetime:
    return MORNING + timedelta(days=min(n + 1, 3) * 330, minutes=n)


@pytest.mark.parametrize(
    ("until", "verdict"),
    [(in_the_far_end_of_time, "rejected"), (as_late_as_days_are_counted, "applied")],
)
def test_more_time_asked_for_and_given_again_and_again_is_judged_in_bounded_time(
    somebody: Any, until: Callable[[int], datetime], verdict: str
) -> None:
    leader = somebody("leader")
    case = {"id": new_id("c")}
    opening = leader.mutation("case.open", **case_args("g1-101", "c", kind="doorstep"))
    leader.sync(opening, leader.mutation("case.accept", **case, event_id=new_id("accepts")))
    with writing() as session:
        # one person leads the grid and the compound above it
        post = {"unit_id": id_of("garden"), "person_id": id_of("leader")}
        session.add(Membership(**post, role="branch_secretary"))
    asking = [
        leader.mutation(f"case.{action}", **case, event_id=new_id(f"{action} {n}"), **said)
        for n in range(MOST // 2)
        for action, said in (
            ("extend", {"reason": "等", "until": until(n).isoformat()}),
            ("grant", {}),
        )
    ]
    answer, seconds, megabytes = measured(leader, asking)
    assert [one["verdict"] for one in answer.json["verdicts"][::2]] == [verdict] * (MOST // 2)
    assert (seconds < SECONDS, megabytes < MEGABYTES) == (True, True)


def test_a_case_that_climbs_with_a_long_timeline_is_judged_in_bounded_time(somebody: Any) -> None:
    """Every line of a deep timeline is renewed when the case reaches a new level."""
    worker, community = somebody("worker"), somebody("community-secretary")
    secretary = somebody("secretary")
    worker.sync(*one_case(worker))
    act = {"id": new_id("c"), "reason": "管不了"}
    secretary.sync(secretary.mutation("case.escalate", event_id=new_id("up-1"), **act))
    notes = [
        community.mutation("case.note", id=new_id("c"), event_id=new_id(f"more-{n}"), text="记")
        for n in range(MOST - 1)
    ]
    climb = community.mutation("case.escalate", event_id=new_id("up-2"), **act)
    answer, seconds, megabytes = measured(community, [*notes, climb])
    assert {v["verdict"] for v in answer.json["verdicts"]} == {"applied"}
    assert (seconds < SECONDS, megabytes < MEGABYTES) == (True, True)
