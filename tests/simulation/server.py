"""The server's door and what is behind it: who is let in, one exchange, and what else changes records."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sync.errors import SequenceGap
from sync.pull import notice_restored, pull
from sync.push import Batch, push
from sync.records import Record
from sync.scene import Author
from sync.scope import Post
from sync.store import REFERENCE, Changes, Feed, Progress, Store
from sync.verdict import Verdict
from tests.phone import on_workdays
from tests.simulation.crossing import Doom, Served, ServerDied, Turns
from tests.simulation.network import Answer, Letter, Refusal
from tests.town import UNITS, author, community_of, id_of

MOST = 8
"""Mutations of one letter; small, so that phones meet the refusal (413)."""

Posts = tuple[tuple[str, str], ...]
"""The roles somebody has, each with the name of its unit."""


COMMUNITIES = sorted({community for name in UNITS if (community := community_of(name))})


class Server:
    """One server over one store. `committed` hears of each batch after its commit, in that order."""

    def __init__(
        self, store: Store, turns: Turns, committed: Callable[[Author, Batch], None]
    ) -> None:
        self.store, self.turns, self.committed = store, turns, committed
        self.owners: dict[str, str] = {}
        self.posts: dict[str, Posts] = {}
        self.former: dict[str, tuple[tuple[str, str, datetime], ...]] = {}
        self.suspended: set[str] = set()
        self.revoked: set[str] = set()

    def author(self, device_id: str) -> Author:
        """Who sends from this device, with the posts they have now; its journal stays where it began."""
        name = self.owners[device_id]
        posts = tuple(post_of(role, unit) for role, unit in self.posts[name])
        left = self.former.get(name, ())
        former = tuple((post_of(role, unit), until) for role, unit, until in left)
        return replace(author(name), device_id=device_id, posts=posts, former=former)

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
        if self.owners[letter.device_id] in self.suspended:
            return "suspended"
        return "too_large" if len(letter.mutations) > MOST else None

    def _exchange(self, letter: Letter, now: datetime, doom: Doom | None) -> Answer | Refusal:
        sender = self.author(letter.device_id)
        batch = Batch(sender, letter.mutations, now, letter.sent_at)
        served = Served(self.store, self.turns, doom, lambda: self.committed(sender, batch))
        store = cast(Store, served)
        try:
            through, verdicts = self._push(store, batch, letter.cursor)
        except SequenceGap as gap:
            return Refusal("sequence_gap", gap.detail["received_through"])
        patch = pull(store, sender.scope, letter.cursor, letter.limit)
        return Answer(through, tuple(verdicts), patch)

    def _push(self, store: Store, batch: Batch, cursor: str | None) -> tuple[int, list[Verdict]]:
        """What was received, and the verdicts; of an empty letter how far the device's outbox has come."""
        if batch.mutations:
            notice_restored(store, batch.author.scope, cursor)
            return push(store, batch, on_workdays)
        home = [batch.author.home_id]
        with self.turns.holding(home), self.store.transaction(home) as transaction:
            progress = transaction.progress(batch.author.device_id)
        return (progress.received_through if progress else 0), []

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

    def move(
        self, ids: dict[str, list[str]], place: dict[str, Any], now: datetime, dies: bool
    ) -> None:
        """Move these records, by type, to another grid, as the server's own changes do."""
        community = author("worker").home_id
        with self.store.transaction([community]) as transaction:
            found = [r for type_, of in ids.items() if of for r in transaction.find(type_, of)]
            moved = [record.with_(**place) for record in found]
            progress = Progress(id_of("registry"), 0, now, 0)
            transaction.write(Changes(community, progress, records=moved))
            if dies:
                raise ServerDied("before the commit")


def post_of(role: str, unit: str) -> Post:
    return Post(UNITS[unit].level, role, UNITS[unit].path)
