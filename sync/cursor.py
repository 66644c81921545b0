"""The cursor: what a phone has, in a form only the server reads (L1, L4, L7)."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sync.levels import CALLED, COMMUNITY, DEPTH, STANDINGS
from sync.scope import Scope, Territory

FORMAT = 1
HIGHEST = 2**63 - 1
"""The highest number a feed can give."""
KEPT = 512
"""Cursors read last that are remembered, about 2 KB each in every process."""
DROP, FILL = "drop", "fill"
ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Unreadable(Exception):
    """Not a cursor this server can serve (L5)."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a changed scope still to be brought: what was lost (drop) or gained (fill) of a partition.

    `after` is how far it has come; a fill ends at `upto`, where the ordinary feed begins.
    """

    kind: str
    partition: str
    after: int
    upto: int | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the phone has come in each partition (`marks`), by which scope, in which epoch.

    While a change of scope is under way, `before` is the scope it had, and `steps` what remains to do.
    `begun` is where a partition stood when its first copy was begun, until the copy has come that far: what
    had left the scope by then was never brought, so its departure is not needed.
    """

    epoch: str
    scope: Scope
    marks: dict[str, int] = field(default_factory=dict)
    before: Scope = field(default_factory=lambda: Scope(()))
    steps: tuple[Step, ...] = ()
    begun: dict[str, int] = field(default_factory=dict)

    def needs_after(self, partition: str) -> int:
        """The version after which the phone must still be told what left its scope."""
        return max(self.marks[partition], self.begun.get(partition, 0))

    def encode(self) -> str:
        """The opaque text that travels."""
        content = {
            "v": FORMAT,
            "epoch": self.epoch,
            "scope": _written(self.scope),
            "marks": self.marks,
            "before": _written(self.before),
            "steps": [[s.kind, s.partition, s.after, s.upto] for s in self.steps],
            "begun": self.begun,
        }
        return urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


@lru_cache(KEPT)
def decode(text: str) -> Cursor:
    """Read a cursor back; Unreadable if it is none of ours, whatever it is instead.

    A push reads its cursor twice, and a phone asks with the same one until something changes.
    """
    try:
        content = json.loads(urlsafe_b64decode(text.encode()))
        if content["v"] != FORMAT:
            raise Unreadable
        marks, begun = (
            {_id(partition): _number(mark) for partition, mark in numbers.items()}
            # a cursor from before there was `begun` is still good
            for numbers in (content["marks"], content.get("begun", {}))
        )
        steps = tuple(_step(*step) for step in content["steps"])
        scope, epoch = _read(content["scope"]), str(content["epoch"])
        return Cursor(epoch, scope, marks, _read(content["before"]), steps, begun)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise Unreadable from broken


def _step(kind: str, partition: str, after: int, upto: int | None) -> Step:
    if kind not in (DROP, FILL):
        raise Unreadable
    return Step(kind, _id(partition), _number(after), None if upto is None else _number(upto))


def _number(value: Any) -> int:
    """A version; a database takes no other."""
    if type(value) is not int or not 0 <= value <= HIGHEST:
        raise Unreadable
    return value


def _id(text: str) -> str:
    """An id as we write it; a database takes no other."""
    if not ID.fullmatch(text):
        raise Unreadable
    return text


def _written(scope: Scope) -> list[list[str]]:
    return [[t.level, "/".join(t.path)] for t in scope.territories]


def _read(territories: list[list[str]]) -> Scope:
    return Scope(_territory(level, path) for level, path in territories)


def _territory(level: str, path: str) -> Territory:
    ids = tuple(_id(id_) for id_ in path.split("/"))
    # a case lies right below its community
    rank = COMMUNITY - 1 if level == CALLED.name else STANDINGS[level].rank
    if len(ids) != DEPTH + 1 - rank:
        raise Unreadable
    return Territory(level, ids)
