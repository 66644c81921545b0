"""An outbox of a day at the doors, as `enqueue` (pwa/src/data/outbox.ts) writes one without signal."""

from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

from app.ids import new_id
from tests.device import SUMMARY, now

Row = dict[str, Any]


def _visit(home: Row) -> Row:
    args = {"id": new_id(), "dwelling_id": home["id"], "kind": "routine", "occurred_at": now()}
    return _entry(
        "visit.record", None, {**args, "place": None, "summary": SUMMARY, **_NOTHING_MORE}
    )


_NOTHING_MORE: Row = {"met": [], "needs": [], "photos": [], "location": None, "next_visit_on": None}


def _case(home: Row) -> Row:
    args = {"id": new_id(), "dwelling_id": home["id"], "kind": "doorstep", "title": "楼道漏水"}
    said: Row = {"detail": SUMMARY, "urgency": "normal", "category": None, "photos": []}
    beside = {"place": None, "visit_id": None, "reporter": None}
    return _entry("case.open", None, {**args, **said, **beside})


def _note(case: Row) -> Row:
    args = {"id": case["id"], "event_id": new_id(), "text": SUMMARY, "photos": []}
    line = f"case_event:{args['event_id']}"
    return _entry("case.note", case["version"], args, [line])


def _edit(resident: Row) -> Row:
    args = {"id": resident["id"], "changes": {"phone": "13900000000"}}
    seen = {"phone": resident["value"]["phone"]}
    return {**_entry("resident.edit", resident["version"], args), "seen": seen}


def _entry(name: str, base: int | None, args: Row, beside: list[str] | None = None) -> Row:
    mutation = {"id": new_id(), "at": now(), "name": name, "base": base, "args": args}
    refs = [f"{name.partition('.')[0]}:{args['id']}", *(beside or [])]
    return {"state": "waiting", "mutation": mutation, "refs": refs, "verdict": None}


LIKE: dict[Callable[[Row], Row], tuple[int, str]] = {
    _visit: (350, "dwelling"),
    _case: (50, "dwelling"),
    _note: (50, "case"),
    _edit: (50, "resident"),
}
"""How many of each, done to one record of a type after the other."""


def entries(records: list[Row]) -> list[Row]:
    """The outbox's rows, in the order of their places, over the records that the phone holds."""
    made = [
        act(about)
        for act, (count, kind) in LIKE.items()
        for about in islice(cycle(r for r in records if r["type"] == kind), count)
    ]
    return [
        {"seq": seq, **entry, "mutation": {**entry["mutation"], "seq": seq}}
        for seq, entry in enumerate(made, 1)
    ]
