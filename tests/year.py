"""A year of a grid's visits, recorded over HTTP."""

import random
from contextlib import closing
from typing import Any

from app.ids import new_id
from tests.device import Device, now
from tests.serving import Running

YEAR, BATCH = 1500, 250


def have_a_year(served: Running, worker: str) -> None:
    """A worker has been at every door of the grid several times."""
    with closing(Device(served.port, worker)) as device:
        _, operations = device.bring_down()
        homes = [op["id"] for op in operations if op["type"] == "dwelling"]
        for _ in range(YEAR // BATCH):
            device.post(device.envelope(mutations=[_visit(device, homes) for _ in range(BATCH)]))


def _visit(device: Device, homes: list[str]) -> dict[str, Any]:
    """A visit somewhere, in words that no compression makes short."""
    said = "".join(chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(200))
    about = {"kind": "routine", "occurred_at": now(), "summary": said}
    return device.mutation("visit.record", id=new_id(), dwelling_id=random.choice(homes), **about)
