"""Threads of one process that wait for the same thing of the database get it together: one asks for all.

What a statement or a transaction costs beside its rows is then spent once for all who wait, and the more
wait, the less each of them costs. Who comes alone waits for nobody.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar, cast

Want = TypeVar("Want")
Outcome = TypeVar("Outcome")
Gather = Callable[[], list[Want]]
"""Called by the one that leads, once, when it can begin: what all who wait by then want."""


def taken() -> Lock:
    """A lock that whoever asks for it next waits for."""
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(eq=False, slots=True)
class Waiting(Generic[Want, Outcome]):
    """One in a queue. When its `turn` comes it leads, or is `served`; else it helps itself.

    The turn is a lock, which costs a tenth of an `Event`.
    """

    want: Want
    turn: Lock = field(default_factory=taken)
    leads: bool = False
    served: bool = False
    outcome: Outcome | None = None

    def lead(self) -> None:
        """It is the first of its queue."""
        self.leads = True
        self.turn.release()

    def serve(self, outcome: Outcome) -> None:
        """It has what it came for, to be told of when its whole group has."""
        self.outcome, self.served = outcome, True


class Queues(Generic[Want, Outcome]):
    """Who waits for what in this process. A queue is there for as long as somebody waits in it or leads.

    `weigh` says how much of a group one is; together they weigh no more than `most`.
    """

    def __init__(self, weigh: Callable[[Want], int], most: int) -> None:
        self.weigh, self.most = weigh, most
        self._lock = Lock()
        self._queues: dict[Hashable, list[Waiting[Want, Outcome]]] = {}

    def get(
        self, key: Hashable, want: Want, ask: Callable[[Gather[Want]], Sequence[Outcome]]
    ) -> Outcome:
        """What `ask` gets for `want`, alone or together with the others that wait under this key.

        `ask` gathers who waits and gives an outcome for each, in their order. Where it raises for several,
        each of them asks by itself, for whose fault it was is not known, and must not reach the others.
        """
        mine: Waiting[Want, Outcome] = Waiting(want)
        self.join(key, mine)
        mine.turn.acquire()
        if mine.leads:
            self._lead(key, mine, ask)
        if not mine.served:
            (outcome,) = ask(lambda: [want])
            mine.serve(outcome)
        return cast(Outcome, mine.outcome)

    def _lead(
        self,
        key: Hashable,
        mine: Waiting[Want, Outcome],
        ask: Callable[[Gather[Want]], Sequence[Outcome]],
    ) -> None:
        group = [mine]

        def gather() -> list[Want]:
            group[:] = self._group(key)
            return [one.want for one in group]

        try:
            for one, outcome in zip(group, ask(gather), strict=True):
                one.serve(outcome)
        except Exception:
            if len(group) == 1:
                raise
        finally:
            self.leave(key, group)

    def join(self, key: Hashable, mine: Waiting[Want, Outcome]) -> None:
        """Wait behind the others, or lead where there are none."""
        with self._lock:
            queue = self._queues.setdefault(key, [])
            queue.append(mine)
            if len(queue) == 1:
                mine.lead()

    def _group(self, key: Hashable) -> list[Waiting[Want, Outcome]]:
        """The leader and those after it."""
        with self._lock:
            queue, weight = self._queues[key], 0
            for count, one in enumerate(queue):
                weight += self.weigh(one.want)
                if count and weight > self.most:
                    return queue[:count]
            return queue[:]

    def leave(self, key: Hashable, group: list[Waiting[Want, Outcome]]) -> None:
        """The group has been served, or was not; the next one leads."""
        with self._lock:
            rest = self._queues.pop(key)[len(group) :]
            if rest:
                self._queues[key] = rest
                rest[0].lead()
        for one in group:
            one.turn.release()
