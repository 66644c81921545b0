"""A phone is brought from its cursor to the present state of its scope. Steps as in PROTOCOL.md, Pulling.

What left the scope goes first, then what the scope gained, then each partition's feed. A record that
comes into a scope gets a new version or is part of what the scope gained, so a feed in version order
misses none (L1, L4). A page that ends the exchange says what the phone then holds (L9).
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from sync import agreement
from sync.cursor import DROP, FILL, Cursor, Step, Unreadable, decode
from sync.scope import Scope, View
from sync.store import (
    NO_SCOPE,
    NO_VIEW,
    REFERENCE,
    Excerpt,
    Feed,
    Line,
    ReferenceWindow,
    Store,
    Window,
)


@dataclass(frozen=True, slots=True)
class Patch:
    """What to do to the phone's copy, in order; `more` says another page waits behind `cursor` (L7).

    `check` is what the phone holds afterwards, a line for each territory; empty while more waits, and
    where somebody wrote at the same moment: then the next exchange brings it (L9).
    """

    operations: list[Any]
    cursor: str
    more: bool
    reset: dict[str, str] | None = None
    check: list[dict[str, Any]] = field(default_factory=list)


def pull(
    store: Store,
    scope: Scope,
    cursor: str | None,
    limit: int,
    differs: Collection[str] = (),
    standing: Feed | None = None,
) -> Patch:
    """One page, of at most `limit` operations, from `cursor` towards the present state of `scope`.

    A cursor that can't be served gets `reset`: the page is then the first of a new copy (L5). So does a
    phone that found its copy of one of its territories to differ from `check` (L9). `standing` is where the
    scope's feeds stand, if that is known from after the last change that the page must show (L3).
    """
    page, reset = Page(store, scope, limit, standing), None
    try:
        start = page.start_from(cursor, differs)
    except Unserved as reason:
        start, reset = page.beginning, {"reason": str(reason)}
    end = page.bring(start)
    check = [] if page.full else page.check()
    # most phones ask while nothing is new, and are given back what they gave
    text = cursor if cursor and end == start and not reset else end.encode()
    return Patch(page.operations, text, page.full, reset, check)


def notice_restored(
    store: Store, scope: Scope, cursor: str | None, standing: Feed | None = None
) -> None:
    """Begin a new epoch if this phone is ahead of the server: before its push, which may catch up (L5)."""
    with suppress(Unserved):
        Page(store, scope, 0, standing).start_from(cursor, ())


class Unserved(Exception):
    """A cursor from which nothing can be brought; its words are the reason the phone is told."""


class Page:
    """One page being filled."""

    def __init__(self, store: Store, scope: Scope, limit: int, standing: Feed | None) -> None:
        self._store, self._scope, self._limit = store, scope, limit
        self.paths = self._own_paths = self._paths_of(scope)
        self.feed, self._has_moved = standing or self._standing(), False
        self.operations: list[Any] = []

    def _standing(self) -> Feed:
        places = agreement.places_of(self._scope, self._own_paths)
        return self._store.feed([REFERENCE, *self._own_paths], places)

    @property
    def beginning(self) -> Cursor:
        return Cursor(self.feed.epoch, self._scope)

    def start_from(self, text: str | None, differs: Collection[str]) -> Cursor:
        """The cursor to go on from. Raises Unserved where a phone has to begin anew (L5, L9)."""
        try:
            cursor = decode(text) if text else self.beginning
        except Unreadable as broken:
            raise Unserved("cursor_unreadable") from broken
        if cursor.epoch != self.feed.epoch or self._is_ahead(cursor):
            raise Unserved("server_restored")
        if cursor.steps and cursor.scope != self._scope:
            raise Unserved("scope_changed_twice")
        if self._is_too_old(cursor):
            raise Unserved("cursor_too_old")
        if not set(differs).isdisjoint(map(agreement.name_of, self._scope.territories)):
            raise Unserved("differs")
        return cursor

    def _is_too_old(self, cursor: Cursor) -> bool:
        """Whether the phone may hold what has left its scope so long ago that nobody remembers."""
        left = [p for p in cursor.marks if p not in self._own_paths and p != REFERENCE]
        horizons = {**self.feed.horizons, **(self._store.feed(left).horizons if left else {})}
        return any(cursor.needs_after(p) < horizons.get(p, 0) for p in cursor.marks)

    def _is_ahead(self, cursor: Cursor) -> bool:
        """Whether the phone has seen what this server never numbered: proof that a backup was restored.

        Others may have lost something too without being ahead, so the epoch ends for all.
        """
        counters = self.feed.counters
        ahead = any(
            mark > counters.get(partition, 0)
            for partition, mark in cursor.marks.items()
            if partition in self.paths or partition == REFERENCE
        )
        if ahead:
            self._store.renew_epoch(self.feed.epoch)
            self.feed = self._standing()
        return ahead

    @property
    def full(self) -> bool:
        return len(self.operations) >= self._limit

    def bring(self, start: Cursor) -> Cursor:
        """1. Follow a change of scope. 2. Follow the feeds. 3. The cursor after both."""
        same = start.scope == self._scope
        cursor = self._without_moved(start) if same else self._rescoped(start)
        # on every page of a change, also the communities that are being left
        self.paths = self._paths_of(cursor.before) | self.paths
        cursor = self._take_steps(cursor)
        return self._follow(cursor)

    def check(self) -> list[dict[str, Any]]:
        """4. What the phone holds now (L9); nothing where a feed moved before it was read.

        What somebody changed then is in the tallies as it was before, and missing from this page.
        """
        if self._has_moved:
            return []
        return agreement.check(self._scope, self._own_paths, self.feed.tallies)

    def _paths_of(self, scope: Scope) -> dict[str, tuple[str, ...]]:
        # most people serve below the street: nothing is asked for them
        below = self._store.communities_below(scope.above) if scope.above else {}
        return scope.community_paths | below

    def _rescoped(self, start: Cursor) -> Cursor:
        drops = [Step(DROP, partition, 0, None) for partition in sorted(start.marks)]
        kept = filter(self._shows, sorted(start.marks))
        fills = [Step(FILL, partition, 0, start.marks[partition]) for partition in kept]
        return replace(start, scope=self._scope, before=start.scope, steps=(*drops, *fills))

    def _without_moved(self, cursor: Cursor) -> Cursor:
        """Drop what the phone has of communities that have moved away from under the scope."""
        moved = [p for p in sorted(cursor.marks) if p not in self._own_paths and p != REFERENCE]
        if not moved:
            return cursor
        drops = tuple(Step(DROP, partition, 0, None) for partition in moved)
        marks = {p: mark for p, mark in cursor.marks.items() if p not in moved}
        before = cursor.before if cursor.steps else self._scope
        return replace(cursor, marks=marks, before=before, steps=(*cursor.steps, *drops))

    def _take_steps(self, cursor: Cursor) -> Cursor:
        for step in cursor.steps:
            if self.full:
                break
            lines = self._read_step(cursor.before, step)
            self.operations += [operation for _, operation in lines]
            rest = (replace(step, after=lines[-1][0]),) if self.full else ()
            cursor = replace(cursor, steps=rest + cursor.steps[1:])
        return cursor if cursor.steps else replace(cursor, before=NO_SCOPE)

    def _read_step(self, before: Scope, step: Step) -> list[Line]:
        store, room = self._store, self._limit - len(self.operations)
        if step.partition == REFERENCE:
            seen, unseen = (before, self._scope) if step.kind == DROP else (self._scope, before)
            read = store.read_dropped_reference if step.kind == DROP else store.read_reference
            return read(ReferenceWindow(seen, step.after, step.upto, unseen), room)
        had, has = self._had(before, step.partition), self._has(step.partition)
        shown, hidden = (had, has) if step.kind == DROP else (has, had)
        read_records = store.read_dropped if step.kind == DROP else store.read
        window = Window(step.partition, shown, step.after, step.upto, hidden)
        return self._noted(step.partition, read_records(window, room))

    def _has(self, partition: str) -> View:
        path = self._own_paths.get(partition)
        return self._scope.view(path) if path else NO_VIEW

    def _had(self, before: Scope, partition: str) -> View:
        """What the phone was shown of a community, where that lay at the time."""
        path = before.community_paths.get(partition) or self.paths.get(partition)
        if path:
            return before.view(path)
        # it has moved away from under them: at most what had climbed so far
        return View(above=min((t.rank for t in (*before.above, *self._scope.above)), default=None))

    def _follow(self, cursor: Cursor) -> Cursor:
        counters, begun = self.feed.counters, dict(cursor.begun)
        marks = {p: v for p, v in cursor.marks.items() if self._shows(p)}
        for partition in sorted(filter(self._shows, counters)):
            after, latest = marks.get(partition, 0), counters[partition]
            if self.full or after >= latest:
                continue
            begun.setdefault(partition, 0 if after else latest)
            lines = self._read_feed(partition, after, latest)
            self.operations += [operation for _, operation in lines]
            marks[partition] = lines[-1][0] if self.full else latest
        begun = {p: version for p, version in begun.items() if marks.get(p, version) < version}
        return replace(cursor, marks=marks, begun=begun)

    def _shows(self, partition: str) -> bool:
        if partition == REFERENCE:
            return bool(self._scope.territories)
        return partition in self.paths and bool(self._scope.view(self.paths[partition]))

    def _read_feed(self, partition: str, after: int, latest: int) -> list[Line]:
        room = self._limit - len(self.operations)
        if partition == REFERENCE:
            return self._store.read_reference(ReferenceWindow(self._scope, after, latest), room)
        view = self._scope.view(self.paths[partition])
        return self._noted(
            partition, self._store.read(Window(partition, view, after, latest), room)
        )

    def _noted(self, partition: str, excerpt: Excerpt) -> list[Line]:
        """What was read, once it is noted whether somebody has written since the tallies were."""
        if partition in self._own_paths:
            self._has_moved |= excerpt.latest != self.feed.counters.get(partition, 0)
        return excerpt.lines
