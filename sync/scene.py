"""What a mutation is judged in: who acts, when, and what the records say at that moment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sync.deadlines import WorkingDay
from sync.derived import is_derived
from sync.duty import Serving
from sync.levels import CALLED, RESPONDER, Ladder
from sync.policies import DeadlinePolicy, DutyItem
from sync.records import Departed, Notice, Record
from sync.scope import Post, Scope
from sync.store import Feed
from sync.verdict import APPLIED, MERGED, QUARANTINED, REJECTED, SUPERSEDED, Rejected


@dataclass(frozen=True)
class Author:
    """The person whose device sent a batch. `home_id` is the partition of the device's journal.

    `former` are the posts they held until some moment: what was written before it counts as then (P7).
    `suspended_at` and `revoked_at` say since when the person, or this device, is shut out (P8).
    `received_through` is how far the device's outbox had been received when it asked (P4), and `feed` where
    the feeds of their posts stood then, with what each place holds; None where that was not asked.
    """

    person_id: str
    name: str
    device_id: str
    home_id: str
    posts: tuple[Post, ...]
    former: tuple[tuple[Post, datetime], ...] = ()
    suspended_at: datetime | None = None
    revoked_at: datetime | None = None
    received_through: int = 0
    feed: Feed | None = field(default=None, compare=False)

    @cached_property
    def scope(self) -> Scope:
        """What they may see now."""
        return Scope.of_posts(self.posts)

    @property
    def standing(self) -> Feed | None:
        """`feed` if it is all of their scope's; above the community that has many feeds."""
        return None if self.scope.above else self.feed

    @property
    def unit_posts(self) -> list[Post]:
        """The posts they hold at units; calls to cases are none."""
        return [post for post in self.posts if post.level != CALLED.name]

    def as_of(self, at: datetime) -> "Author":
        """The same person with the posts they held at this moment and those they have now."""
        then = tuple(post for post, until in self.former if at < until)
        return replace(self, posts=self.posts + then) if self.former else self

    def post_at(self, unit_id: str) -> Post | None:
        """The post, as a member of its team, that they hold at this unit."""
        return next((p for p in self.posts if p.member and p.unit_id == unit_id), None)

    def signature(self, unit_ids: Iterable[str]) -> dict[str, str | None]:
        """How they sign a line: by name, and by the role they have at the first of these units, or anywhere.

        Who has no post any more was called once, and answers as such.
        """
        held = (self.post_at(unit_id) for unit_id in unit_ids)
        post = next(filter(None, (*held, *self.posts)), None)
        role = post.role if post else RESPONDER
        return {"actor_id": self.person_id, "actor_name": self.name, "actor_role": role}


class Effect(NamedTuple):
    """What a mutation does: records to write, notices to send; or why it is refused.

    `held_at` is the unit whose lead decides, when it is quarantined instead (P8).
    """

    records: tuple[Record, ...] = ()
    notices: tuple[Notice, ...] = ()
    superseded: bool = False
    merged: bool = False
    refusal: Rejected | None = None
    held_at: str | None = None

    @property
    def verdict(self) -> str:
        if self.refusal:
            return REJECTED
        if self.held_at:
            return QUARANTINED
        if self.superseded:
            return SUPERSEDED
        return MERGED if self.merged else APPLIED


class Scene(NamedTuple):
    """One mutation's moment. `at` is the corrected time of the tap, `now` that of receiving it (P9).

    `look` gives a record as it stands after the batch's earlier mutations; `timeline` a case's events,
    `departures` which places a record or a community has left, `latest` the number of a community's latest
    change before, `serving` who serves at these units and who of them is on shift at `now`; `policies` a
    unit's own times, `duty_item` what the duty list nearest above a path says under a code, `joined` the
    cases that were joined to one.
    """

    author: Author
    at: datetime
    now: datetime
    look: Callable[[str, str], Record | None]
    timeline: Callable[[str], list[Record]]
    departures: Callable[[str], list[Departed]]
    ladder: Callable[[], Ladder]
    is_working: WorkingDay
    latest: Callable[[str], int]
    serving: Callable[[Iterable[str]], list[Serving]]
    policies: Callable[[str], Sequence[DeadlinePolicy]]
    duty_item: Callable[[tuple[str, ...], str], DutyItem | None]
    joined: Callable[[str], list[Record]]

    @property
    def scope(self) -> Scope:
        return self.author.scope

    def need(self, type_: str, id_: str, field_: str) -> Record:
        """The record, if its author may see it, or could when they wrote; else rejected as `not_found`.

        Of one that somebody has removed (`REMOVABLE`), its tombstone.
        """
        record = self.look(type_, id_)
        known = record and (self.sees(record) or self.saw(record) or self.is_called(record))
        if record is None or not known:
            raise Rejected("not_found", f"/args/{field_}")
        return record

    def fresh(self, type_: str, id_: str, pointer: str = "/args/id") -> None:
        """Reject an id that another record already has, or may get by what follows from something."""
        if is_derived(id_) or self.look(type_, id_) is not None:
            raise Rejected("id_taken", pointer)

    def sees(self, record: Record) -> bool:
        """Whether the record lies in the author's scope (L8)."""
        path = self.ladder_path(record.community_id)
        return path is not None and self.scope.view(path).shows(record)

    def saw(self, record: Record) -> bool:
        """Whether the record has left the author's scope only after the tap, or its community has (P7)."""
        return any(self.sees(record.with_(**gone.place)) for gone in self.left(record)) or any(
            self.scope.view(gone.path).shows(record)
            for gone in self._since(self.departures(record.community_id))
            if gone.path
        )

    def left(self, record: Record) -> Iterable[Departed]:
        """What the record has left since the tap, or had its household or building when it was made there."""
        return self._since(self._departed(record))

    def _departed(self, record: Record) -> list[Departed]:
        own = self.departures(record.id)
        home = self.look("dwelling", record.dwelling_id or "")
        departed = [*own, *(self._departed(home) if home else ())]
        # one that never moved by itself was made where its building is
        return departed or self.departures(record.value.get("building_id") or "")

    def _since(self, departed: Iterable[Departed]) -> Iterable[Departed]:
        return (gone for gone in departed if self.at < gone.at)

    def is_called(self, record: Record) -> bool:
        """Whether the author was ever called to this case: their answer is never late."""
        calls = record.value.get("calls") or ()
        return any(call["person_id"] == self.author.person_id for call in calls)

    def ladder_path(self, community_id: str) -> tuple[str, ...] | None:
        """The community's path, without asking the database where the author's own posts tell it."""
        known = self.scope.community_paths.get(community_id)
        if known:
            return known
        unit = self.ladder().get(community_id)
        return unit.path if unit else None
