"""Sets that several phones change at once (M2 `union`): one takes out only what one has seen."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sync.stamps import Edit, Stamp

MOST_REMOVED = 64
"""So many removed elements of one field are remembered."""


class Dot(NamedTuple):
    """One time that an element was added, None if it was there from the start, and who removed it since.

    A tuple, which Python makes faster: an edit of a set reads a hundred.
    """

    element: str
    added: Stamp | None
    removed: tuple[Stamp, ...] = ()

    def seen_by(self, edit: Edit) -> bool:
        """Whether the edit's author had this element before their eyes."""
        added = self.added is None or edit.saw(self.added)
        return added and not any(edit.saw(stamp) for stamp in self.removed)

    @property
    def rank(self) -> tuple[Any, ...]:
        """Where the element stands: those from the start first, then by when they were added."""
        return (1, self.added, self.element) if self.added else (0,)

    def kept(self) -> list[Any]:
        """As JSON."""
        added = self.added.kept() if self.added else None
        return [self.element, added, [stamp.kept() for stamp in self.removed]]

    @classmethod
    def read(cls, kept: list[Any]) -> "Dot":
        element, added, removed = kept
        return cls(element, Stamp(*added) if added else None, tuple(Stamp(*r) for r in removed))


def from_the_start(elements: Iterable[str]) -> tuple[Dot, ...]:
    """The dots of a set that nobody has edited yet."""
    return tuple(Dot(element, None) for element in dict.fromkeys(elements))


def change(dots: tuple[Dot, ...], mine: Edit) -> tuple[Dot, ...]:
    """Add what the author put in and remove what they took out, both against what they had seen.

    An element they kept, which somebody else has removed meanwhile, stays removed; one that somebody else
    added stays in, though they did not list it.
    """
    before_their_eyes = {dot.element for dot in dots if dot.seen_by(mine)}
    new = [element for element in dict.fromkeys(mine.value) if element not in before_their_eyes]
    listed = frozenset(mine.value)
    left = tuple(dot if dot.element in listed else _less(dot, mine) for dot in dots)
    return _bounded((*left, *(Dot(element, mine.stamp) for element in new)))


def elements(dots: Iterable[Dot]) -> list[str]:
    """What is in the set: added at least once without anybody having removed that."""
    live = sorted((dot for dot in dots if not dot.removed), key=lambda dot: dot.rank)
    return list(dict.fromkeys(dot.element for dot in live))


def _less(dot: Dot, mine: Edit) -> Dot:
    if not dot.seen_by(mine):
        return dot
    return dot._replace(removed=(*dot.removed, mine.stamp))


def _bounded(dots: tuple[Dot, ...]) -> tuple[Dot, ...]:
    """Without the removed elements longest gone, beyond MOST_REMOVED."""
    gone = sorted(
        (dot for dot in dots if dot.removed), key=lambda d: max(s.after for s in d.removed)
    )
    forgotten = set(gone[:-MOST_REMOVED])
    if not forgotten:
        return dots
    return tuple(dot for dot in dots if dot not in forgotten)
