"""The resident's own word on their case, by the link of their receipt: one rating each time it is settled.

Judged and written like a batch, but sent by no device (docs/cases.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sync import cases
from sync.case_flow import BY_RESIDENT, followed
from sync.deadlines import WorkingDay
from sync.derived import derived_id
from sync.records import Record
from sync.scene import Author
from sync.store import Changes, Store
from sync.without_device import scene_of

ROLE, NAME, HOW = "resident", "居民", "link"


@dataclass(frozen=True, slots=True)
class Rating:
    """What the resident says; `content` is None if they do not say whether they are."""

    solved: bool
    content: bool | None
    text: str = ""


class Resident(Author):
    """Who acts when a resident says something: no person here, and no name is asked."""

    def signature(self, _unit_ids: Iterable[str]) -> dict[str, str | None]:
        return {"actor_id": None, "actor_name": NAME, "actor_role": ROLE}


RESIDENT = Resident("", NAME, "", "", ())


def heard(case: Record, lines: Iterable[Record]) -> bool:
    """Whether the resident of a case has had the last word on it; of a joined one, on what that did.

    `lines` are its timeline, perhaps with others.
    """
    said = [line for line in lines if line.case_id == case.id and _tells(line)]
    return bool(said and said[-1].value["actor_role"] == ROLE)


def _tells(line: Record) -> bool:
    return bool(line.value["action"] == "resolve" or line.value["actor_role"] == ROLE)


def _rated(case: Record, settling: Record, lines: Sequence[Record]) -> bool:
    """Whether the resident of a case has rated what was done last by the case that settles it.

    `lines` are the timelines of both. When anything was tapped does not count: what somebody without signal
    resolved before the resident said "not solved" is still to be rated.
    """
    word = _line_id(case, settling, lines)
    return any(line.id == word for line in lines)


def may_rate(case: Record, settling: Record, lines: Sequence[Record]) -> bool:
    """Whether something was done that the resident has not yet rated."""
    return settling.value["state"] in BY_RESIDENT["rate"] and not _rated(case, settling, lines)


def rate(
    store: Store,
    community_id: str,
    case_id: str,
    rating: Rating,
    now: datetime,
    is_working: WorkingDay,
) -> bool:
    """Put it on the timeline, with what follows from it; whether there was anything to rate.

    With the community locked, so that two taps are one rating.
    """
    with store.transaction([community_id]) as transaction:
        scene = scene_of(transaction, RESIDENT, now, is_working)
        case_of = partial(scene.look, "case")
        case = case_of(case_id)
        if case is None:
            return False
        settling = followed(case, case_of)
        lines = list(transaction.timelines({case.id, settling.id}))
        if not may_rate(case, settling, lines):
            return False
        said = {"solved": rating.solved, "content": rating.content, "how": HOW, "text": rating.text}
        effect = cases.carry_out(
            scene, case, "rate", {"event_id": _line_id(case, settling, lines), **said}
        )
        transaction.write(
            Changes(
                community_id,
                None,
                records=list(effect.records),
                notices=list(effect.notices),
                swept_at=now,
            )
        )
    return True


def _line_id(case: Record, settling: Record, lines: Sequence[Record]) -> str:
    """One id for each time that a case was settled, by how often that was."""
    done = [line for line in lines if line.value["action"] == "resolve"]
    times = sum(line.case_id == settling.id for line in done)
    return derived_id(case.id, "rate", settling.id, str(times))
