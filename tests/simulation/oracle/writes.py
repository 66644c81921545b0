"""A field, dully: it keeps every edit that ever came, and its value is made of them (M1, M2)."""

from dataclasses import dataclass, field
from typing import Any

from tests.simulation.oracle.tapped import Tap

LATEST, UNION, BOTH = "latest", "union", "both"
POLICIES = {
    "dwelling": {
        LATEST: ("entrance", "floor", "room", "occupancy"),
        UNION: (),
        BOTH: ("note",),
    },
    "resident": {
        LATEST: ("name", "phone", "relation", "birth_year", "consented_on"),
        UNION: ("care_needs",),
        BOTH: (),
    },
    "visit": {
        LATEST: ("kind", "occurred_at", "location", "next_visit_on"),
        UNION: ("met", "needs", "photos"),
        BOTH: ("summary",),
    },
}
"""The fields that people edit, by how concurrent edits of them merge."""


@dataclass(eq=False)
class Write:
    """What one mutation says a field is to be, or that a record is to be removed.

    `version` is what the record got by it; `knows` are mutations that its author had before their eyes
    whatever they looked at. `closed` once somebody who had seen it has written.
    """

    at: str
    device: str
    id: str
    person: str
    name: str
    base: int
    value: Any
    knows: tuple[str, ...] = ()
    version: int | None = None
    closed: bool = False

    @classmethod
    def of(cls, tap: Tap, value: Any) -> "Write":
        sender = tap.sender
        return cls(tap.moment, sender.device, tap.id, sender.person, sender.name, tap.base, value)

    def saw(self, other: "Write") -> bool:
        """Whether its author had seen what came before it: on the server, or on this same device."""
        if other.device == self.device or other.id in self.knows:
            return True
        return other.version is not None and other.version <= self.base

    @property
    def rank(self) -> tuple[str, str, str]:
        return self.at, self.device, self.id


@dataclass(eq=False)
class Element:
    """An element put into a set, by whom (nobody: it was there from the start), and who took it out."""

    name: str
    by: Write | None
    out: list[Write] = field(default_factory=list)

    def shown_to(self, author: Write) -> bool:
        return (self.by is None or author.saw(self.by)) and not any(map(author.saw, self.out))


class Field:
    """One field with every edit of it."""

    def __init__(self, policy: str, start: Any) -> None:
        self.policy, self.value = policy, start
        self.writes: list[Write] = []
        self.elements = [Element(name, None) for name in start] if policy == UNION else []

    def open(self) -> list[Write]:
        """The edits that no later one had seen, by when they were written."""
        return sorted((w for w in self.writes if not w.closed), key=lambda write: write.rank)

    def hidden(self) -> list[Write]:
        """The open edits whose value the field does not show, though it shows only one."""
        return [w for w in self.open() if self.policy == LATEST and w.value != self.value]

    def take(self, mine: Write) -> None:
        """One more edit has come."""
        for write in self.writes:
            write.closed = write.closed or mine.saw(write)
        self.writes.append(mine)
        self.value = {LATEST: self._last, BOTH: self._paragraphs, UNION: self._set}[self.policy]()

    def _last(self) -> Any:
        return self.open()[-1].value

    def _paragraphs(self) -> str:
        said = [(write.name, write.value) for write in self.open() if write.value]
        alone = [(n, text) for at, (n, text) in enumerate(said) if text not in texts(said[:at])]
        if len(alone) < 2:
            return "".join(texts(alone))
        return "\n\n".join(f"{name}：\n{text}" for name, text in alone)

    def _set(self) -> list[str]:
        mine = self.writes[-1]
        shown = [element for element in self.elements if element.shown_to(mine)]
        for element in shown:
            if element.name not in mine.value:
                element.out.append(mine)
        before = [element.name for element in shown]
        new = [name for name in dict.fromkeys(mine.value) if name not in before]
        self.elements += [Element(name, mine) for name in new]
        return sorted({element.name for element in self.elements if not element.out})


def texts(said: list[tuple[str, str]]) -> list[str]:
    return [text for _, text in said]


def fields_of(type_: str, value: dict[str, Any]) -> dict[str, Field]:
    """The fields of a new record, as it was first said."""
    return {
        name: Field(policy, value[name])
        for policy, names in POLICIES[type_].items()
        for name in names
    }
