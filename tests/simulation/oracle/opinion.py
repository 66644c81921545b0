"""What the town's records and journals should be, told of each commit in order."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sync.mutation import Mutation
from tests.simulation.oracle import cases, clocks, doors, edits, grids, whistles
from tests.simulation.oracle.facts import EDITED, expected
from tests.simulation.oracle.settling import settle
from tests.simulation.oracle.sight import CALLED, PARENT, Posts, Thing, sees, up_from
from tests.simulation.oracle.tapped import (
    APPLIED,
    QUARANTINED,
    REJECTED,
    Key,
    Sender,
    Tap,
    Things,
)
from tests.simulation.oracle.writes import Write, fields_of
from tests.town import records

LONGEST_AWAY = timedelta(days=366)

JUDGES: dict[str, Callable[[Things, Tap], str]] = {
    "visit.record": doors.record_visit,
    "visit.amend": edits.edit,
    "dwelling.add": doors.add_dwelling,
    "dwelling.edit": edits.edit,
    "resident.add": doors.add_resident,
    "resident.edit": edits.edit,
    "resident.remove": edits.remove,
    "conflict.settle": settle,
    "case.open": cases.open_case,
    **{f"case.{action}": cases.act for action in cases.MOVES},
    "resident.unmask": lambda _things, _tap: APPLIED,
    "case.unmask": lambda _things, _tap: APPLIED,
}
"""What each mutation does to things, and the verdict it gets."""

FACTS = {"resident.unmask", "case.unmask", "outbox.lost"}
"""What is taken from anybody, and changes no record."""

VersionOf = Callable[[str, Key], int]
"""The version that a record of this community has."""


class Disagreement(AssertionError):
    """The server did what the documents do not say."""


class Oracle:
    """A second opinion; `judged` is by device and mutation id, `lost` what devices have declared lost.

    `held` are the quarantined mutations that nobody has decided about, with the moments they were written;
    `decided` the verdicts that came of the others (P8).
    """

    def __init__(self) -> None:
        self.things = Things()
        for record in records():
            self.things[record.type, record.id] = _settled(record)
        self.judged: dict[Key, str] = {}
        self.through: dict[str, int] = {}
        self.lost: dict[str, set[int]] = {}
        self.held: dict[Key, tuple[Mutation, datetime]] = {}
        self.decided: dict[Key, str] = {}

    def commit(
        self, sender: Sender, batch: Sequence[Mutation], now: datetime, sent: datetime
    ) -> None:
        """A device's batch was committed: check its order, and judge what is new of it."""
        for mutation in batch:
            self._advance(sender.device, mutation)
            if (sender.device, mutation.id) not in self.judged:
                age = min(max(sent - mutation.at, timedelta()), LONGEST_AWAY)
                tap = _tap(mutation, sender, now - age, now)
                verdict = REJECTED if mutation.flaw else self._take(mutation, tap)
                self.judged[sender.device, mutation.id] = verdict

    def decide(self, key: Key, sender: Sender, accept: bool, now: datetime) -> None:
        """Somebody decided about what was held: it is judged as if nobody had been shut out (P8)."""
        mutation, at = self.held.pop(key)
        tap = _tap(mutation, sender, at, now)
        self.decided[key] = self._judge(mutation, tap) if accept else REJECTED

    def number(self, batch: Sequence[Mutation], version_of: VersionOf) -> None:
        """Learn the versions that the batch's edits have given to records."""
        for mutation in batch:
            for key in self._written(mutation):
                new = [w for w in self._writes(key) if w.version is None]
                version = version_of(self.things[key]["community"], key) if new else None
                for write in new:
                    write.version = version

    def move(self, home_id: str, grid_id: str, now: datetime) -> None:
        """A dwelling was given to another grid."""
        grids.give(self.things, home_id, grid_id, now)

    def sweep(self, case_ids: Iterable[str], now: datetime) -> None:
        """These cases have taken the steps that were due by now."""
        clocks.pass_by(self.things, case_ids, now)

    def due(self, now: datetime) -> set[str]:
        """The cases with steps that are due by now."""
        cases = [thing for (type_, _), thing in self.things.items() if type_ == "case"]
        return {case["id"] for case in cases if any(at <= now for at, _ in clocks.ahead(case))}

    def seen_by(self, posts: Posts, person: str) -> dict[Key, Any]:
        """Everything somebody with these posts should have, as `facts.py` says it."""
        posts = posts + [(CALLED, id_) for id_ in self._called(person)]
        return {
            key: expected(key[0], thing)
            for key, thing in self.things.items()
            if "removed" not in thing and sees(posts, self._where(thing))
        }

    def units_over(self, person: str) -> set[str]:
        """The communities of the cases that somebody is called to, with all above and below them."""
        called = [self.things["case", id_]["community"] for id_ in self._called(person)]
        return {
            unit
            for unit in PARENT
            for community in called
            if unit in up_from(community) or community in up_from(unit)
        }

    def _called(self, person: str) -> list[str]:
        """The cases that somebody is called to now."""
        return [id_ for (type_, id_), case in self.things.items() if whistles.calls(case, person)]

    def _advance(self, device: str, mutation: Mutation) -> None:
        through = self.through.get(device, 0)
        if mutation.seq <= through:
            return
        lost = mutation.args if mutation.name == "outbox.lost" else {}
        stands_for = lost.get("from") == through + 1 and lost.get("to") == mutation.seq - 1
        if mutation.seq != through + 1 and not stands_for:
            raise Disagreement(f"{mutation.seq} was taken after {through} (P4)")
        self.through[device] = mutation.seq

    def _take(self, mutation: Mutation, tap: Tap) -> str:
        """Judge it, or hold it for a decision; what was written by one already shut out is refused (P8)."""
        since = tap.sender.shut_out
        if since is None or mutation.name in FACTS:
            return self._judge(mutation, tap)
        if since <= tap.at:
            return REJECTED
        self.held[tap.sender.device, mutation.id] = mutation, tap.at
        return QUARANTINED

    def _judge(self, mutation: Mutation, tap: Tap) -> str:
        if mutation.name in JUDGES:
            return JUDGES[mutation.name](self.things, tap)
        stretch = {*range(mutation.args["from"], mutation.args["to"] + 1), mutation.seq}
        self.lost.setdefault(tap.sender.device, set()).update(stretch)
        return APPLIED

    def _written(self, mutation: Mutation) -> list[Key]:
        """The record whose fields a sound mutation may have changed."""
        if mutation.flaw or mutation.name in FACTS:
            return []
        key: Key = mutation.name.partition(".")[0], mutation.args["id"]
        if key[0] == "conflict":
            conflict = self.things.get(self.things.names.get(key[1], key))
            return [conflict["record"]] if conflict else []
        return [key] if key in self.things else []

    def _writes(self, key: Key) -> list[Write]:
        thing = self.things[key]
        removal = [thing["removed"]] if "removed" in thing else []
        fields = thing.get("fields", {}).values()
        return removal + [write for field in fields for write in field.writes]

    def _where(self, thing: Thing) -> Thing:
        """A line of a timeline is seen by whoever sees its case."""
        return self.things["case", thing["case"]] if "case" in thing else thing


def _tap(mutation: Mutation, sender: Sender, at: datetime, now: datetime) -> Tap:
    return Tap(
        mutation.id, sender, mutation.at, at, now, mutation.name, mutation.base or 0, mutation.args
    )


def _settled(record: Any) -> Thing:
    """A thing of a record that was there from the start."""
    places = {"compound": record.compound_id, "grid": record.grid_id}
    thing: Thing = {"community": record.community_id, **places, "reached": 0}
    if record.type == "building":
        thing |= {"name": record.value["name"]}
    if record.type in EDITED:
        home = record.value["building_id" if record.type == "dwelling" else "dwelling_id"]
        thing |= {"said": (home,), "fields": fields_of(record.type, record.value)}
    return thing
