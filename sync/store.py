"""What the engine needs of a database. `MemoryStore` is the plain one; `app/store.py` does it in SQL.

`tests/sync/test_store_contract.py` holds every store to the same behaviour.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sync.agreement import Place, Tally
from sync.duty import Serving
from sync.levels import Ladder
from sync.policies import DeadlinePolicy, DutyItem
from sync.records import Departed, Notice, Record
from sync.scope import Scope, Territory, View
from sync.verdict import Decision, Entry, Judged

REFERENCE = "00000000-0000-0000-0000-000000000000"
"""The partition that numbers units and people, which belong to no single community."""

NO_VIEW = View()
NO_SCOPE = Scope(())

Line = tuple[int, Any]
"""One operation of a patch with its version; what it holds is for the wire, not for the engine."""


class Excerpt(NamedTuple):
    """What a window shows of a feed, and the number of the latest change there: both of one moment."""

    lines: list[Line]
    latest: int


EPOCH = 2**32
"""Every epoch numbers from a multiple of this, above whatever a lost one may have given (L5)."""


def epoch_of(version: int) -> int:
    """Where the epoch began that gave this number."""
    return version // EPOCH * EPOCH


def next_epoch(version: int) -> int:
    """Where the numbers of a partition that stands at `version` go on in a new epoch."""
    return epoch_of(version) + EPOCH


@dataclass(frozen=True, slots=True)
class Feed:
    """Where feeds stand: the number of the latest change of each partition that has any.

    Numbers mean something within one `epoch` only; restoring a backup begins a new one (L5). `horizons` are
    the versions through which departures may have been forgotten, and `tallies` what the places asked for
    hold: all of one moment.
    """

    epoch: str
    counters: Mapping[str, int]
    horizons: Mapping[str, int] = field(default_factory=dict)
    tallies: Mapping[Place, Tally] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a device has come: `received_through` in its outbox, its clock, and what it says it lost."""

    device_id: str
    received_through: int
    last_contact_at: datetime
    clock_offset_ms: int
    lost: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Changes:
    """Everything one batch writes; stores number the records and write it all in one commit (P1).

    A later decision about one quarantined mutation is written in the same way (P8), and so is what cases do
    by themselves or the office does, at `swept_at`: no device comes any further by either, and `progress` is
    None.
    """

    home_id: str
    progress: Progress | None
    entries: list[Entry] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    decision: Decision | None = None
    swept_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """When all this happens, by the server's clock."""
        decided = self.decision.at if self.decision else None
        heard = self.progress.last_contact_at if self.progress else None
        return next(filter(None, (decided, heard, self.swept_at)))


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one community's feed: versions after `after`, and through `upto` if it is given.

    With `unless`, only what that view does not show.
    """

    community_id: str
    view: View
    after: int
    upto: int | None = None
    unless: View = NO_VIEW


@dataclass(frozen=True, slots=True)
class ReferenceWindow:
    """The same for units and people: those the scope shows and `unless` does not."""

    scope: Scope
    after: int
    upto: int | None = None
    unless: Scope = NO_SCOPE


class Transaction(Protocol):
    """One write transaction over some partitions, which it alone may change until it ends.

    Because a batch reads and writes with its partitions locked, two copies of it, or two people's actions
    on one case, are judged one after the other, and numbers are given in the order of commits (P2, L2).

    What comes as an Iterable is asked at once and may be read later, so that several questions go to a
    database together.
    """

    def progress(self, device_id: str) -> Iterable[Progress]:
        """How far the device has come; nothing when it has sent nothing."""

    def judged(self, home_id: str, device_id: str, ids: Collection[str]) -> Iterable[Judged]:
        """What the device's journal, in the partition that is its home, has of these mutation ids."""

    def decision(self, device_id: str, id_: str) -> Decision | None:
        """What was decided about this quarantined mutation; None until then (P8)."""

    def find(self, type_: str, ids: Collection[str]) -> Iterable[Record]:
        """The records of these ids within the locked partitions; a removed one as its tombstone."""

    def timelines(self, case_ids: Collection[str]) -> Iterable[Record]:
        """All events of these cases, oldest first."""

    def joined(self, case_ids: Collection[str]) -> Iterable[Record]:
        """The cases that were joined to one of these, within the locked partitions."""

    def having(self, type_: str, field: str, ids: Collection[str]) -> Iterable[Record]:
        """The records of a type whose field holds one of these ids, within the locked partitions. It may
        look at all of them, so it is for what is rare."""

    def departures(self, ids: Collection[str]) -> Iterable[Departed]:
        """The places that these records, within the locked partitions, or units have left."""

    def ladder(self) -> Ladder:
        """The units of the locked communities, and all above them."""

    def serving(self, unit_ids: Collection[str], now: datetime) -> list[Serving]:
        """Who serves at these units and is not suspended, and who of them is on shift there at `now`."""

    def policies(self, unit_id: str) -> Sequence[DeadlinePolicy]:
        """The times that a unit has set for itself."""

    def duty_item(self, path: tuple[str, ...], code: str) -> DutyItem | None:
        """The item of this code that counts on a path of units, one retired since too (`precedence`)."""

    def latest(self, community_id: str) -> int:
        """The number of the latest change of a locked partition, before this transaction."""

    def write(self, changes: Changes) -> None:
        """Number and write everything; durable when the transaction ends without an error, and found from now
        on by all that is asked in it.

        A tombstone takes the place of its record, which leaves every phone by a del, reason `removed` (L4).
        """


class Store(Protocol):
    """A place where records, journals and feeds are kept."""

    def transaction(self, partitions: Collection[str]) -> AbstractContextManager[Transaction]:
        """Lock these partitions, in key order, for one write transaction."""

    def received_through(self, home_id: str, device_id: str) -> int:
        """How far the device's outbox has been received; 0 when it has sent nothing."""

    def judged(self, home_id: str, device_id: str, ids: Collection[str]) -> Iterable[Judged]:
        """What the device's journal has of these mutation ids; it never changes what it has."""

    def communities_of(self, case_ids: Collection[str]) -> set[str]:
        """Where these cases are kept; a case never changes its community."""

    def due(self, now: datetime, most: int) -> dict[str, list[str]]:
        """The ids, by community, of cases with steps due by `now`: at most so many, the longest due."""

    def communities_below(self, territories: Iterable[Territory]) -> dict[str, tuple[str, ...]]:
        """The communities below these units, by id, with their paths."""

    def feed(self, partitions: Collection[str], places: Collection[Place] = ()) -> Feed:
        """Where the feeds of these partitions stand, and what these places within them hold (L9)."""

    def prune(self, before: datetime) -> None:
        """Forget what left scopes before then, but for tombstones, and remember how far (L5)."""

    def renew_epoch(self, epoch: str) -> None:
        """Begin a new epoch, unless somebody has ended this one already (L5).

        All partitions number from `next_epoch` on, and those that had no number from where it begins, so that
        a version from a lost epoch is no version of this.
        """

    def read(self, window: Window, limit: int) -> Excerpt:
        """The window's operations in version order: puts, and dels of what left the view (L4)."""

    def read_dropped(self, window: Window, limit: int) -> Excerpt:
        """A del, reason `out_of_scope`, for each record of the window, in version order (L4)."""

    def read_reference(self, window: ReferenceWindow, limit: int) -> list[Line]:
        """The window's units and people."""

    def read_dropped_reference(self, window: ReferenceWindow, limit: int) -> list[Line]:
        """A del for each unit and person of the window."""
