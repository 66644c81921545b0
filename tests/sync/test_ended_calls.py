"""Until when somebody who was called to a case had a post at it, on every store."""

from datetime import datetime, timedelta
from typing import Any

from sync.store import Store
from tests.called import called
from tests.phone import case_args, new_id
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

HOUR = timedelta(hours=1)
PLUMBER = id_of("plumber")
SOLVED: dict[str, Any] = {"solved": True, "how": "call"}
LIFE: list[tuple[str, dict[str, Any], int | None]] = [
    ("whistle", {"to": [{"person_id": PLUMBER}]}, None),
    ("accept", {}, None),
    ("resolve", {"text": "修好了"}, None),
    ("rate", {**SOLVED, "content": True}, 3),
    ("rate", {**SOLVED, "content": False}, 3),
    ("reopen", {"reason": "又漏了"}, None),
    ("accept", {}, None),
    ("withdraw", {"reason": "已联系物业"}, 7),
]
"""What is done each hour, and since which of them the call is over."""


def test_a_call_is_over_since_its_case_first_ended_and_goes_on_with_it(
    store: Store, phone: GetPhone
) -> None:
    leader, case = phone("leader"), {"id": new_id("c1")}
    leader.do("case.open", **case_args("g1-101", "c1", kind="doorstep"))
    for number, (action, said, over) in enumerate(LIFE):
        event = {"event_id": new_id(f"e{number}")}
        act = leader.make(f"case.{action}", MORNING + number * HOUR, **case, **event, **said)
        assert leader.push(act, now=MORNING + number * HOUR)[0].verdict == "applied", action
        assert ended(store) == (None if over is None else MORNING + over * HOUR), action


def ended(store: Store) -> datetime | None:
    ((_, until),) = called(store, PLUMBER)
    return until
