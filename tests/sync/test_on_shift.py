"""A unit's turns of duty, as a whistle goes by them, on every store."""

from datetime import datetime, timedelta

import pytest

from sync.memory_store import MemoryStore
from sync.store import Store
from tests.phone import case_args, new_id
from tests.roster import roster
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def on_shift(store: Store, name: str, unit: str, begins: datetime) -> None:
    """Somebody has a turn of eight hours at a unit."""
    if isinstance(store, MemoryStore):
        store.shifts.append((id_of(name), id_of(unit), begins, begins + 8 * HOUR))
    else:
        roster(name, unit, begins)


@pytest.mark.parametrize(
    ("received", "called"),
    [
        (MORNING + HOUR - SECOND, "leader"),
        (MORNING + HOUR, "mate"),
        (MORNING + 9 * HOUR - SECOND, "mate"),
        (MORNING + 9 * HOUR, "leader"),
    ],
)
def test_a_whistle_calls_who_is_on_shift_when_the_server_hears_it(
    store: Store, phone: GetPhone, received: datetime, called: str
) -> None:
    on_shift(store, "mate", "garden-1", MORNING + HOUR)
    worker, unit = phone("worker"), {"unit_id": id_of("garden-1")}
    worker.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    whistle = worker.make("case.whistle", id=new_id("c1"), event_id=new_id("w1"), to=[unit])
    assert worker.push(whistle, now=received)[0].verdict == "applied"
    worker.sync()
    calls = worker.records["case", new_id("c1")]["calls"]
    assert [call["name"] for call in calls] == [called]
