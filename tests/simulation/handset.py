"""A phone by the rules: what it keeps through a dead battery, and what it does with each answer."""

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import orjson

from app.schemas.exchange import MutationEnvelope
from app.schemas.shapes import load
from app.services.syncing import checked
from sync.mutation import Mutation
from sync.pull import Patch
from sync.verdict import Verdict
from tests.phone import new_id
from tests.simulation.network import Answer, Letter, Refusal

Key = tuple[str, str]
BATCH = 20
KEPT = 12
"""So many settled mutations a phone remembers, to send again to a server back from a backup (L5)."""
ALL = slice(None)


@dataclass
class Copy:
    """Records as patches made them, and the cursor that goes with them.

    `before` is the version each had before its last change: what a form opened long ago still shows.
    """

    cursor: str | None = None
    records: dict[Key, dict[str, Any]] = field(default_factory=dict)
    versions: dict[Key, int] = field(default_factory=dict)
    before: dict[Key, int] = field(default_factory=dict)

    def patch(self, patch: Patch) -> None:
        """The page and its cursor, in one step (L7)."""
        self.apply(patch)
        self.cursor = patch.cursor

    def apply(self, patch: Patch) -> None:
        for operation in orjson.loads(orjson.dumps(patch.operations)):
            key = operation["type"], operation["id"]
            if operation["op"] == "del":
                self.records.pop(key, None)
                self.versions.pop(key, None)
            else:
                if key in self.versions:
                    self.before[key] = self.versions[key]
                self.records[key] = operation["value"]
                self.versions[key] = operation["version"]


Write = Callable[[], Sequence[Mutation]]
"""One durable write of a phone; what it made on the way."""


@dataclass
class Kept:
    """What survives a dead battery: each assignment to it is one durable write."""

    last_seq: int = 0
    outbox: dict[int, Mutation] = field(default_factory=dict)
    settled: dict[int, Mutation] = field(default_factory=dict)
    base: Copy = field(default_factory=Copy)
    staged: Copy | None = None


class Handset:
    """One device of one person. What is not in `kept` is lost when the battery dies."""

    def __init__(self, device_id: str, owner: str) -> None:
        self.device_id, self.owner = device_id, owner
        self.kept = Kept()
        self.image: Kept | None = None
        self.was_set_back = False
        self.clock_off = timedelta()
        self.letters = self.ids = 0
        self.boot()

    def boot(self) -> None:
        """Start with what was kept."""
        self._awaited: set[int] = set()
        self._size = BATCH

    def tap(
        self, at: datetime, name: str, args: dict[str, Any], base: int | None = None
    ) -> Mutation:
        """Make a mutation: it and its place in the outbox are one durable write."""
        made = self._made(self.kept.last_seq + 1, at, name, args, base)
        self.kept.last_seq, self.kept.outbox[made.seq] = made.seq, made
        return made

    def _made(
        self, seq: int, at: datetime, name: str, args: dict[str, Any], base: int | None = None
    ) -> Mutation:
        self.ids += 1
        id_ = new_id(f"{self.device_id}/{self.ids}")
        tapped = at + self.clock_off
        sent = {"id": id_, "seq": seq, "at": tapped, "name": name, "base": base, "args": args}
        return checked(load(MutationEnvelope, sent))

    def letter(self, at: datetime, limit: int, part: slice = ALL) -> Letter:
        """What waits, oldest first. `part` of it when two letters go at once; else others are given up."""
        if part.start in (None, 0):
            self._awaited.clear()
        self.letters += 1
        self._awaited.add(self.letters)
        waiting = [self.kept.outbox[seq] for seq in sorted(self.kept.outbox)][part]
        cursor = (self.kept.staged or self.kept.base).cursor
        sent_at = at + self.clock_off
        batch = tuple(waiting[: self._size])
        return Letter(self.device_id, self.letters, cursor, limit, batch, sent_at)

    def awaits(self, letter: Letter) -> bool:
        return letter.number in self._awaited

    def writes(self, letter: Letter, answer: Answer, at: datetime) -> list[Write]:
        """The durable writes by which an answer is taken in: verdicts, patch and cursor are one."""

        def whole() -> Sequence[Mutation]:
            self._settle(answer.verdicts)
            if letter.cursor == (self.kept.staged or self.kept.base).cursor:
                self._take(answer.patch)
            return self._resend_unseen(answer.received_through, at)

        return [whole]

    def take(self, letter: Letter, answer: Answer, at: datetime, dies: bool) -> Sequence[Mutation]:
        """Take an answer in; with `dies` the battery ends after the first durable write.

        What was made on the way, if anything.
        """
        self._awaited.discard(letter.number)
        made: list[Mutation] = []
        for write in self.writes(letter, answer, at):
            made += write()
            if dies:
                self.boot()
                break
        return made

    def _resend_unseen(self, through: int, at: datetime) -> Sequence[Mutation]:
        """A server back from a backup has not seen what it once judged: that waits again (L5)."""
        unseen = any(seq > through for seq in self.kept.settled)
        return self._rewind(through, at) if unseen else self._forget()

    def _forget(self) -> Sequence[Mutation]:
        """Forget what was settled long ago."""
        oldest = self.kept.last_seq - KEPT
        self.kept.settled = {s: m for s, m in self.kept.settled.items() if s > oldest}
        return ()

    def _settle(self, verdicts: Iterable[Verdict]) -> None:
        for verdict in verdicts:
            entry = self.kept.outbox.get(verdict.seq)
            if entry and entry.id == verdict.id:
                self.kept.settled[verdict.seq] = self.kept.outbox.pop(verdict.seq)

    def _take(self, patch: Patch) -> None:
        """A new copy grows beside the old and takes its place when it is whole (L5)."""
        if patch.reset:
            self.kept.staged = Copy()
        copy = self.kept.staged or self.kept.base
        copy.patch(patch)
        if copy is self.kept.staged and not patch.more:
            self.kept.base, self.kept.staged = copy, None

    def refused(self, letter: Letter, refusal: Refusal, at: datetime) -> Sequence[Mutation]:
        """Do as the table of refusals says; what was made on the way, if anything."""
        self._awaited.discard(letter.number)
        if refusal.code == "too_large":
            self._size = max(1, len(letter.mutations) // 2)
        if refusal.code == "sequence_gap":
            return self._rewind(refusal.received_through, at)
        return ()

    def _rewind(self, through: int, at: datetime) -> Sequence[Mutation]:
        """All after `through` waits again; a hole in it is declared lost at its last place (P4)."""
        unseen = {seq: m for seq, m in self.kept.settled.items() if seq > through}
        self.kept.outbox = unseen | self.kept.outbox
        self.kept.settled = {s: m for s, m in self.kept.settled.items() if s <= through}
        declared = []
        for first, last in self._holes(through):
            stretch = {"from": first, "to": max(first, last - 1)}
            declared.append(self._made(last, at, "outbox.lost", stretch))
        self.kept.outbox |= {mutation.seq: mutation for mutation in declared}
        return declared

    def _holes(self, through: int) -> list[tuple[int, int]]:
        taken = [
            through,
            *sorted(s for s in self.kept.outbox if s > through),
            self.kept.last_seq + 1,
        ]
        pairs = pairwise(taken)
        return [(before + 1, after - 1) for before, after in pairs if after > before + 1]

    def lose(self, seqs: Iterable[int]) -> None:
        """The phone's disk eats part of the outbox."""
        self.kept.outbox = {s: m for s, m in self.kept.outbox.items() if s not in set(seqs)}

    def forget_place(self) -> None:
        """The phone's cursor becomes one that no server can read (L5)."""
        self.kept.base = replace(self.kept.base, cursor="bm9uc2Vuc2U=")

    def has(self, mutation: Mutation) -> bool:
        """Whether it is still on the phone, waiting or settled."""
        here = self.kept.settled | self.kept.outbox
        return mutation.seq in here and here[mutation.seq].id == mutation.id

    def back_up(self) -> None:
        """Keep an image of the phone as it is."""
        self.image = deepcopy(self.kept)

    def set_back(self) -> None:
        """Become what the image is: the counter goes back, and what came after is not known here."""
        self.kept, self.was_set_back = deepcopy(self.image or Kept()), True
        self.boot()
