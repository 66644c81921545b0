"""What people put into actions on cases, and what their phones offer them, for the machine of cases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sync.instants import to_wire
from sync.levels import Ladder
from sync.records import Record
from sync.scene import Scene
from tests.phone import Phone, new_id, on_workdays
from tests.town import DEPARTMENTS, LADDER, PEOPLE, UNITS, id_of

CASES = [new_id(f"case {number}") for number in range(4)]
REASONED = ("escalate", "return", "extend", "deny", "reopen", "withdraw")

Said = SearchStrategy[dict[str, Any]]
somebody = st.sampled_from([id_of(name) for name in PEOPLE])
nobody = {"unit_id": None, "department": None, "person_id": None}
callee = st.one_of(
    st.builds(lambda id_: nobody | {"person_id": id_}, somebody),
    st.builds(lambda unit: nobody | {"unit_id": id_of(unit)}, st.sampled_from(sorted(LADDER))),
    st.builds(
        lambda of: nobody | {"department": of}, st.sampled_from([*DEPARTMENTS.values(), "消防"])
    ),
)


def _until(now: datetime) -> Said:
    days = st.sampled_from([-1, 10, 100])
    return st.builds(lambda more: {"until": to_wire(now + timedelta(days=more))}, days)


def _fixed(**said: SearchStrategy[Any]) -> Callable[[datetime], Said]:
    return lambda _now: st.fixed_dictionaries(said)


def _asked(now: datetime) -> Said:
    return st.one_of(
        st.just({"asked": None}), _until(now).map(lambda said: {"asked": said["until"]})
    )


MORE: dict[str, Callable[[datetime], Said]] = {
    "assign": _fixed(assignee_id=somebody),
    "extend": _until,
    "grant": _asked,
    "deny": _asked,
    "council": _fixed(stage=st.just("deliberate")),
    "whistle": _fixed(to=st.lists(callee, min_size=1, max_size=2)),
    "respond": _fixed(answer=st.sampled_from(["coming", "arrived", "done", "declined"])),
    "rate": _fixed(
        solved=st.booleans(),
        content=st.sampled_from([True, False, None]),
        how=st.sampled_from(["call", "visit"]),
    ),
    "merge": _fixed(into_id=st.sampled_from(CASES)),
}
"""What some actions take besides words, by the moment at which they are taken."""


def said_with(action: str, now: datetime) -> Said:
    """All that somebody says with an action but which case it is, and which line."""
    words = {"reason" if action in REASONED else "text": "请看一下"}
    more = MORE.get(action, _fixed())(now)
    return more.map(lambda args: words | args)


def on_phone(phone: Phone, case_id: str, now: datetime) -> tuple[Scene, Record]:
    """A case as a phone has it, and what its owner is offered by."""
    case = Record("case", case_id, id_of("community"), phone.records["case", case_id])
    scene = Scene(
        phone.author,
        now,
        now,
        lambda _type, _id: None,
        lambda _id: [],
        lambda _id: [],
        lambda: Ladder(UNITS.values()),
        on_workdays,
        lambda _id: 0,
        lambda _ids: [],
        lambda _id: [],
        lambda _path, _code: None,
        lambda _id: [],
    )
    return scene, case
