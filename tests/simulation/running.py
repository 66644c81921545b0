"""A run: towns one after the other, each with its days; faults stop now and then, and all is checked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from tests.simulation.acts import play
from tests.simulation.checks import check
from tests.simulation.handset import Handset
from tests.simulation.resting import heal
from tests.simulation.stores import towns
from tests.simulation.tally import Tally
from tests.simulation.taps import check_makers
from tests.simulation.world import MakePhone, World

EPISODE = 250
LIFE = 4
"""Episodes in the life of one town; then another begins, so that a long run stays quick."""


class Red(AssertionError):
    """Something that must hold did not, or too little went wrong to prove anything."""


@dataclass
class Run:
    """What a run came to."""

    seed: int
    steps: int
    kind: str = "memory"
    tally: Tally = field(default_factory=Tally)
    trace: str = ""

    @property
    def again(self) -> str:
        """How to play it again."""
        return f"play it again: make simulate SEED={self.seed} STEPS={self.steps} STORE={self.kind}"


def run(seed: int, steps: int, kind: str = "memory", make_phone: MakePhone = Handset) -> Run:
    """Play so many steps from a seed on this kind of store.

    Raises Red, which says what does not hold, and how to play it again.
    """
    check_makers()
    result, trace = Run(seed, steps, kind), sha256()
    with towns(kind) as fresh:
        for life, start in enumerate(range(0, steps, EPISODE * LIFE)):
            world = World(f"{seed}/{life}", fresh(), result.tally, make_phone)
            for done in range(start, min(start + EPISODE * LIFE, steps), EPISODE):
                _episode(result, world, done, min(EPISODE, steps - done))
            trace.update(world.trace.digest())
    result.trace = trace.hexdigest()
    return result


def demand_enough(result: Run) -> None:
    """Refuse a run in which too little went wrong. Raises Red."""
    short = result.tally.short_of(result.steps)
    if short:
        raise Red(f"seed {result.seed}: too little happened: {short}\n{result.again}")


def demand_each(results: Sequence[Run]) -> None:
    """Refuse runs in which, taken together, anything never went wrong, or too seldom. Raises Red."""
    together = sum((result.tally for result in results), Counter[str]())
    short = Tally(together).short_of(sum(result.steps for result in results), once=True)
    if short:
        played = "\n".join(result.again for result in results)
        raise Red(f"too little happened in all: {short}\n{played}")


def _episode(result: Run, world: World, done: int, steps: int) -> None:
    try:
        play(world, steps)
        heal(world)
        check(world)
    except Exception as fault:
        where = f"seed {result.seed}, steps {done} to {done + steps}"
        raise Red(f"{where}: {fault!r}\n{result.again}") from fault
    result.tally.hit("episodes")
