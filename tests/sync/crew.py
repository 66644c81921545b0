"""The people around one grid who change its households at once, and the conflicts that come of it."""

from datetime import timedelta
from typing import Any

import pytest

from sync.mutation import Mutation
from tests.phone import Phone
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

HOME, RESIDENT = id_of("g1-101"), id_of("r-g1-101")

MINUTE = timedelta(minutes=1)


@pytest.fixture
def crew(phone: GetPhone) -> dict[str, Phone]:
    """The phones of everybody around one grid, in step."""
    return synced({name: phone(name) for name in ("worker", "mate", "leader", "secretary")})


def synced(crew: dict[str, Phone]) -> dict[str, Phone]:
    for somebody in crew.values():
        somebody.sync()
    return crew


def edit(somebody: Phone, minutes: int = 0, id_: str = HOME, **changes: Any) -> Mutation:
    """An edit at a tap so many minutes after the morning began."""
    name = {HOME: "dwelling.edit", RESIDENT: "resident.edit"}.get(id_, "visit.amend")
    return somebody.make(name, MORNING + minutes * MINUTE, id=id_, changes=changes)


def send(somebody: Phone, *mutations: Mutation) -> list[str]:
    """Send what was written, an hour later."""
    hour = MORNING + timedelta(hours=1)
    return [verdict.verdict for verdict in somebody.push(*mutations, now=hour)]


def conflicts(somebody: Phone, state: str = "open") -> list[dict[str, Any]]:
    somebody.sync()
    found = [(key, value) for key, value in somebody.records.items() if key[0] == "conflict"]
    return [{"id": id_, **value} for (_, id_), value in found if value["state"] == state]


def settle(somebody: Phone, keep: str, minutes: int = 90) -> str:
    """Settle the one open conflict on this phone."""
    (conflict,) = conflicts(somebody)
    return settle_this(somebody, conflict["id"], keep, minutes)


def refusal(somebody: Phone, name: str, **args: Any) -> tuple[str | None, str | None]:
    verdict = somebody.do(name, MORNING + timedelta(hours=2), **args)
    return verdict.code, verdict.detail


def settle_this(somebody: Phone, id_: str, keep: str, minutes: int = 90) -> str:
    at = MORNING + minutes * MINUTE
    verdict = somebody.do("conflict.settle", at, id=id_, keep=keep)
    return verdict.code or verdict.verdict


def home(somebody: Phone) -> dict[str, Any]:
    somebody.sync()
    return somebody.records["dwelling", HOME]


def in_conflict(crew: dict[str, Phone], field: str, mine: Any, theirs: Any, id_: str) -> None:
    """The mate's value loses to the worker's."""
    late = edit(crew["worker"], 5, id_, **{field: theirs})
    send(crew["mate"], edit(crew["mate"], 1, id_, **{field: mine}))
    send(crew["worker"], late)


def remove(somebody: Phone, minutes: int = 0) -> Mutation:
    at = MORNING + minutes * MINUTE
    return somebody.make("resident.remove", at, id=RESIDENT, reason="搬走了")
