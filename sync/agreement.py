"""Proof of agreement (L9): the count and a checksum of the records of a place, kept by both sides.

The checksum is a sum over the records, so that it follows each change and does not depend on an order: in
each of two lanes of 32 bits, a record's id, version and type are combined linearly and then mixed as
MurmurHash3 ends. The phone does the same in `pwa/src/rules/agreement.ts`; both are held to
`tests/vectors/agreement.json`.

Here all records of a kind are mixed at once, as one long integer with a box of 128 bits for each: a tenth of
the time that a loop over them takes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sync.levels import COMMUNITY
from sync.records import Record
from sync.scope import Scope, Territory

MASK = 0xFFFFFFFF
BOX = 128
# the primes of xxHash32: forwards for one lane, backwards for the other
P, Q, R, S, T = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1

Paths = Mapping[str, tuple[str, ...]]
"""Communities by id, with their paths."""


class Place(NamedTuple):
    """What is counted by itself: a unit's records within a community, or what of it has `reached` a rank.

    `reached` is 0 for the records of a grid, compound or community, or of a case, whose id is then the
    `unit_id`; above it, `unit_id` is the community.
    """

    community_id: str
    unit_id: str
    reached: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records, and the two lanes of their checksum."""

    count: int = 0
    one: int = 0
    other: int = 0

    def __add__(self, more: "Tally") -> "Tally":
        one, other = (self.one + more.one) & MASK, (self.other + more.other) & MASK
        return Tally(self.count + more.count, one, other)

    def __rmul__(self, sign: int) -> "Tally":
        return Tally(sign * self.count, sign * self.one & MASK, sign * self.other & MASK)

    @property
    def digest(self) -> str:
        """The checksum as it travels: 16 hex digits."""
        return f"{self.one:08x}{self.other:08x}"


def tally(type_: str, ids: Sequence[str], versions: Iterable[int]) -> Tally:
    """The tally of these records of one type; their versions in the same order."""
    if not ids:
        return Tally()
    ones = _boxes(len(ids))
    low = ones * MASK
    words = int.from_bytes(bytes.fromhex("".join(ids).replace("-", "")))
    a, b, c, d = (words >> shift & low for shift in (96, 64, 32, 0))
    v = int.from_bytes(b"".join([(version & MASK).to_bytes(16) for version in versions]))
    name = ones * _named(type_)
    one = mixed(a * P + b * Q + c * R + d * S + v * T + name & low, low)
    other = mixed(a * T + b * S + c * R + d * Q + v * P + name & low, low)
    # modulo one less than a box's size is the sum of the boxes, as ten is to nine
    return Tally(len(ids), one % (2**BOX - 1) & MASK, other % (2**BOX - 1) & MASK)


def mixed(words: int, low: int) -> int:
    """The end of MurmurHash3 in every box: each bit of a word changes half of its bits."""
    words ^= words >> 16 & low
    words = words * 0x85EBCA6B & low
    words ^= words >> 13 & low
    words = words * 0xC2B2AE35 & low
    return words ^ words >> 16 & low


@lru_cache(maxsize=64)
def _boxes(count: int) -> int:
    """A one in each of so many boxes."""
    return int.from_bytes((1).to_bytes(BOX // 8) * count)


@cache
def _named(type_: str) -> int:
    number = 0
    for byte in type_.encode():
        number = number * 31 + byte & MASK
    return number


Kind = tuple[str, str, Any, Any, int, Any]
"""A type, with the community, compound, grid, the rank it has reached, and its case: what is counted
together."""


class Counting:
    """What a batch adds to places and takes from them."""

    def __init__(self) -> None:
        self._put: defaultdict[Kind, list[tuple[str, int]]] = defaultdict(list)
        self._taken: defaultdict[Kind, list[tuple[str, int]]] = defaultdict(list)

    def put(self, before: Record | None, record: Record, version: int) -> None:
        """A record gets this version, in the place of what it was."""
        self.add(_kind(record), record.id, version)
        self.take(before)

    def add(self, kind: Kind, id_: str, version: int) -> None:
        """Count one more."""
        self._put[kind].append((id_, version))

    def take(self, *before: Record | None) -> None:
        """Records are no more what they were."""
        for record in filter(None, before):
            self._taken[_kind(record)].append((record.id, record.version))

    def changes(self) -> dict[Place, Tally]:
        """What to add to the tally of each place; a count may be negative."""
        changes: defaultdict[Place, Tally] = defaultdict(Tally)
        for sign, kinds in ((1, self._put), (-1, self._taken)):
            for kind, records in kinds.items():
                ids, versions = zip(*records, strict=True)
                change = sign * tally(kind[0], ids, versions)
                for place in _places(*kind[1:]):
                    changes[place] += change
        return changes


def _kind(record: Record) -> Kind:
    value = record.value
    reached = value.get("reached", 0)
    place = value["compound_id"], value["grid_id"]
    return record.type, record.community_id, *place, reached, record.case_id


def _places(
    community_id: str,
    compound_id: str | None,
    grid_id: str | None,
    reached: int,
    case_id: str | None,
) -> Iterator[Place]:
    for unit_id in filter(None, (community_id, compound_id, grid_id, case_id)):
        yield Place(community_id, unit_id, 0)
    for rank in range(COMMUNITY + 1, reached + 1):
        yield Place(community_id, community_id, rank)


def name_of(territory: Territory) -> str:
    """The territory as `check` and `differs` name it."""
    return f"{territory.level}:{territory.path[-1]}"


def places_of(scope: Scope, paths: Paths) -> set[Place]:
    """The places that make up the scope, within these communities."""
    return {place for territory in scope.territories for place in _of(territory, paths)}


def check(scope: Scope, paths: Paths, tallies: Mapping[Place, Tally]) -> list[dict[str, Any]]:
    """What a phone of this scope must hold, a line for each territory, as it travels."""
    return [
        {"scope": name_of(territory), "count": total.count, "digest": total.digest}
        for territory in scope.territories
        for total in [sum((tallies.get(p, Tally()) for p in _of(territory, paths)), Tally())]
    ]


def _of(territory: Territory, paths: Paths) -> list[Place]:
    community = territory.community_path
    if community:
        return [Place(community[-1], territory.path[-1], 0)]
    below = [id_ for id_, path in paths.items() if territory.holds(path)]
    return [Place(id_, id_, territory.rank) for id_ in below]
