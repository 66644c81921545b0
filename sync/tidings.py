"""What a platform that was handed a case says of it: a line on the timeline, and maybe the case is resolved.

The platform acts for the unit whose connector it is (docs/connectors.md). Judged and written like a batch,
but sent by no device.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sync import cases
from sync.case_flow import BY_PLATFORM
from sync.deadlines import WorkingDay
from sync.instants import to_wire
from sync.records import Record
from sync.scene import Author
from sync.store import Changes, Store, Transaction
from sync.without_device import NOBODY, scene_of

ROLE = "platform"
SETTLED = "已办结"
"""What stands on the timeline where a platform settles a case without a word."""
MOST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Tiding:
    """News of a case. `line_id` is the same for the same news; `at` is when the platform wrote it.

    `settled` says that nothing is left to do. Where `handed_over`, the news is our own: that the platform has
    taken the case.
    """

    line_id: str
    case_id: str
    unit_id: str
    platform: str
    text: str
    at: datetime
    settled: bool = False
    handed_over: bool = False


class Platform(Author):
    """Who acts when a platform says something: it signs by its own name, and is no person here."""

    def signature(self, _unit_ids: Iterable[str]) -> dict[str, str | None]:
        return {"actor_id": None, "actor_name": self.name, "actor_role": ROLE}


def hear(
    store: Store, community_id: str, tiding: Tiding, now: datetime, is_working: WorkingDay
) -> bool:
    """Put it on the timeline in a transaction of its own; whether there was anything new."""
    with store.transaction([community_id]) as transaction:
        return hear_in(transaction, community_id, tiding, now, is_working)


def hear_in(
    transaction: Transaction,
    community_id: str,
    tiding: Tiding,
    now: datetime,
    is_working: WorkingDay,
) -> bool:
    """The same in a transaction that has locked the community.

    So the same news twice, or older news after newer, changes nothing.
    """
    scene = scene_of(transaction, _author_of(tiding), now, is_working)
    case = scene.look("case", tiding.case_id)
    if case is None or not is_news(tiding, scene.timeline(case.id)):
        return False
    told = {"event_id": tiding.line_id, "text": tiding.text}
    effect = cases.carry_out(scene, case, action_of(tiding, case), told)
    # the timeline says when the platform wrote it; what follows from it counts from when it is known here
    at = to_wire(min(tiding.at, now))
    records = [r.with_(at=at) if r.id == tiding.line_id else r for r in effect.records]
    transaction.write(
        Changes(community_id, None, records=records, notices=list(effect.notices), swept_at=now)
    )
    return True


def is_news(tiding: Tiding, lines: Iterable[Record]) -> bool:
    """Whether the timeline has neither this nor anything later that the platform wrote."""
    later = (
        line.value["actor_role"] == ROLE
        and line.value["actor_name"] == tiding.platform
        and line.value["at"] > to_wire(tiding.at)
        for line in lines
    )
    return all(line.id != tiding.line_id for line in lines) and not any(later)


def action_of(tiding: Tiding, case: Record) -> str:
    """Resolves a case that the unit still holds, in the states that allow it; else it is a note."""
    held = case.value["holder_id"] == tiding.unit_id
    allowed = held and case.value["state"] in BY_PLATFORM["resolve"]
    return "resolve" if tiding.settled and allowed else "note"


def _author_of(tiding: Tiding) -> Author:
    return NOBODY if tiding.handed_over else Platform("", tiding.platform, "", "", ())
