"""The server's door and what is behind it: who is let in, one exchange, and what else changes records."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import cast

from sync import agreement
from sync.batch import Batch
from sync.deciding import Held, Ruling, decide
from sync.errors import SequenceGap
from sync.levels import Unit
from sync.mutation import Mutation
from sync.pull import Patch, pull
from sync.push import push
from sync.quarantine import is_shut_out
from sync.receive import receive
from sync.records import Record
from sync.regridding import moved
from sync.scene import Author
from sync.scope import Post
from sync.store import REFERENCE, Changes, Feed, Store
from sync.sweep import sweep
from sync.verdict import Decision
from tests.called import called
from tests.phone import on_workdays
from tests.simulation.crossing import Doom, Served, ServerDied, Turns
from tests.simulation.network import Answer, Letter, Refusal
from tests.town import UNITS, author, community_of

MOST = 8
"""Mutations of one letter; small, so that phones meet the refusal (413)."""

Posts = tuple[tuple[str, str], ...]
"""The roles somebody has, each with the name of its unit."""


COMMUNITIES = sorted({community for name in UNITS if (community := community_of(name))})


class Server:
    """One server over one store, and its worker.

    `committed` hears of each batch after its commit, `swept` of cases that took what was due, in that order.
    """

    def __init__(
        self,
        store: Store,
        turns: Turns,
        committed: Callable[[Author, Batch], None],
        swept: Callable[[Collection[str], datetime], None],
    ) -> None:
        self.store, self.turns, self.committed, self.swept = store, turns, committed, swept
        self.owners: dict[str, str] = {}
        self.posts: dict[str, Posts] = {}
        self.former: dict[str, tuple[tuple[str, str, datetime], ...]] = {}
        self.suspended: dict[str, datetime] = {}
        self.revoked: dict[str, datetime] = {}

    def author(self, device_id: str) -> Author:
        """Who sends from this device, with the posts they have now, and where the feeds of these stand; its
        journal stays where it began."""
        name = self.owners[device_id]
        posts = tuple(post_of(role, unit) for role, unit in self.posts[name])
        left = self.former.get(name, ())
        former = tuple((post_of(role, unit), until) for role, unit, until in left)
        calls = called(self.store, author(name).person_id)
        sender = replace(
            author(name),
            device_id=device_id,
            posts=(*posts, *(post for post, until in calls if until is None)),
            former=(*former, *((post, until) for post, until in calls if until)),
            suspended_at=self.suspended.get(name),
            revoked_at=self.revoked.get(device_id),
            received_through=self.store.received_through(author(name).home_id, device_id),
        )
        paths = sender.scope.community_paths
        places = agreement.places_of(sender.scope, paths)
        return replace(sender, feed=self.store.feed([REFERENCE, *paths], places))

    def appoint(self, name: str, posts: Posts, now: datetime) -> None:
        """Change somebody's posts; those they leave count for what was written before (P7)."""
        left = tuple((*post, now) for post in self.posts[name] if post not in posts)
        self.former[name] = (*self.former.get(name, ()), *left)
        self.posts[name] = posts

    def exchange(self, letter: Letter, now: datetime, doom: Doom | None = None) -> Answer | Refusal:
        """One round trip behind the door. Raises ServerDied when its `doom` comes before a commit."""
        closed = self._closed(letter)
        return Refusal(closed) if closed else self._exchange(letter, now, doom)

    def _closed(self, letter: Letter) -> str | None:
        if letter.device_id in self.revoked:
            return "device_revoked"
        if self.owners[letter.device_id] in self.suspended and not letter.mutations:
            return "suspended"
        return "too_large" if len(letter.mutations) > MOST else None

    def _exchange(self, letter: Letter, now: datetime, doom: Doom | None) -> Answer | Refusal:
        sender = self.author(letter.device_id)
        batch = Batch(sender, letter.mutations, now, letter.sent_at)
        served = Served(self.store, self.turns, doom, lambda: self.committed(sender, batch))
        store = cast(Store, served)
        sent, cursor = letter.mutations, letter.cursor
        try:
            received = receive(store, sender, sent, cursor, lambda: batch)
            if isinstance(received, Batch):
                received = push(store, received, on_workdays)
        except SequenceGap as gap:
            return Refusal("sequence_gap", gap.detail["received_through"])
        through, verdicts = received
        if is_shut_out(sender):
            return Answer(through, tuple(verdicts), Patch([], cursor or "", more=True))
        standing = None if sent else sender.standing
        patch = pull(store, sender.scope, cursor, letter.limit, standing=standing)
        return Answer(through, tuple(verdicts), patch)

    def rescue(self, letter: Letter, now: datetime) -> Answer | Refusal:
        """An outbox that came as a file: it is let in whoever sends it, and brings nothing back (P8)."""
        return self._exchange(letter, now, None)

    def sweep(
        self, community: str, case_ids: Collection[str], now: datetime, doom: Doom | None
    ) -> Counter[str]:
        """The worker takes the steps that are due for these cases. Raises ServerDied as an exchange does."""
        served = Served(self.store, self.turns, doom, lambda: self.swept(case_ids, now))
        return sweep(cast(Store, served), community, case_ids, now, on_workdays)

    def decide(self, device_id: str, mutation: Mutation, at: datetime, ruling: Ruling) -> Decision:
        """Somebody decides about what was quarantined, written at this moment (P8)."""
        held = Held(self.author(device_id), mutation, at)
        return decide(self.store, held, ruling, on_workdays)

    def decision(self, device_id: str, mutation_id: str) -> Decision | None:
        """What was decided about it, if anything was."""
        home = author(self.owners[device_id]).home_id
        with self.store.transaction([home]) as transaction:
            return transaction.decision(device_id, mutation_id)

    def find(self, type_: str, id_: str) -> Record | None:
        """A record, wherever it is."""
        with self.store.transaction(COMMUNITIES) as transaction:
            return next(iter(transaction.find(type_, [id_])), None)

    def standing(self) -> Feed:
        """Where all feeds stand."""
        return self.store.feed([REFERENCE, *COMMUNITIES])

    def version_of(self, community: str, key: tuple[str, str]) -> int:
        """The version that a record of this community has, removed or not."""
        with self.store.transaction([community]) as transaction:
            (record,) = transaction.find(key[0], [key[1]])
        return record.version

    def move(self, home_id: str, grid: Unit, now: datetime, dies: bool) -> Counter[str]:
        """The office gives a dwelling to another grid; what went there, by type."""
        with self.store.transaction([grid.path[3]]) as transaction:
            given = list(transaction.find("dwelling", [home_id]))
            records, notices = moved(transaction, given, grid, now, on_workdays)
            transaction.write(Changes(grid.path[3], None, [], records, notices, swept_at=now))
            if dies:
                raise ServerDied("before the commit")
        return Counter(record.type for record in records)


def post_of(role: str, unit: str) -> Post:
    return Post(UNITS[unit].level, role, UNITS[unit].path)
