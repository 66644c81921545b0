"""A day of the town: at every step somebody does something, or something goes wrong."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from random import Random

from sync.batch import Batch
from sync.mutation import Mutation
from sync.pull import pull
from sync.scene import Author
from sync.verdict import Verdict
from tests.phone import new_id
from tests.simulation.crossing import Doom, ServerDied, Turns
from tests.simulation.handset import ALL, Copy, Handset
from tests.simulation.network import Answer, Letter, Refusal
from tests.simulation.oracle.facts import named
from tests.simulation.oracle.opinion import Oracle
from tests.simulation.oracle.sight import CALLED
from tests.simulation.oracle.tapped import Sender
from tests.simulation.server import Server
from tests.simulation.stores import Town
from tests.simulation.tally import Tally
from tests.town import MORNING, PEOPLE, id_of

MakePhone = Callable[[str, str], Handset]
TWO_PHONES = ("worker", "mate", "secretary", "community-worker", "officer")
"""So that five phones share a grid."""
LOOKS = (0, 0, 1, 3)
"""So many times does a doomed server still look into its store, or write; in memory a write is one."""


@dataclass
class Made:
    """A mutation somebody made, and what the phone was told of it.

    `lost` when the phone lost it and must say so; `unmade` when the phone itself was lost or set back,
    and cannot know; `undone` when it had been judged, but the server came back from an older backup.
    """

    device_id: str
    mutation: Mutation
    told: Verdict | None = None
    lost: bool = False
    unmade: bool = False
    undone: bool = False


class World:
    """Phones, the way between, and a server, from one seed."""

    def __init__(
        self,
        seed: str,
        town: Town,
        tally: Tally,
        make_phone: MakePhone = Handset,
    ):
        self.dice, self.town, self.tally, self._make_phone = Random(seed), town, tally, make_phone
        self.now, self.trace = MORNING, sha256()
        self.turns, self.oracle = Turns(self.dice, town.one_lock), Oracle()
        self.server = Server(town.store, self.turns, self._committed, self._swept)
        self.server.posts = {name: (post,) for name, post in PEOPLE.items()}
        self.phones: dict[str, Handset] = {}
        self.made: dict[tuple[str, str], Made] = {}
        self.way: list[Letter] = []
        self.backup: bytes | None = None
        for name in PEOPLE:
            for number in range(2 if name in TWO_PHONES else 1):
                self.new_phone(name, number)

    def new_phone(self, name: str, number: int) -> None:
        """Give somebody a phone, with a device id of its own."""
        device = new_id(f"d{number}-{name}")
        self.phones[device] = self._make_phone(device, name)
        self.server.owners[device] = name

    def say(self, *words: object) -> None:
        """Add to the trace that two plays of one seed must share."""
        self.trace.update(repr(words).encode())

    def _committed(self, author: Author, batch: Batch) -> None:
        self.oracle.commit(self.sender(author), batch.mutations, batch.now, batch.sent_at)
        self.oracle.number(batch.mutations, self.server.version_of)

    def _swept(self, case_ids: Collection[str], now: datetime) -> None:
        self.oracle.sweep(case_ids, now)

    def sender(self, author: Author) -> Sender:
        """An author as the oracle knows them."""
        name = self.server.owners[author.device_id]
        left = self.server.former.get(name, ())
        calls = [(CALLED, post.unit_id) for post in author.posts if post.level == "case"]
        over = [(CALLED, post.unit_id, at) for post, at in author.former if post.level == "case"]
        return Sender(
            author.device_id,
            author.person_id,
            author.name,
            self.posts_of(name) + calls,
            [(role, id_of(unit), until) for role, unit, until in left] + over,
            min(filter(None, (author.suspended_at, author.revoked_at)), default=None),
        )

    def posts_of(self, name: str) -> list[tuple[str, str]]:
        """Somebody's posts as the oracle knows them."""
        return [(role, id_of(unit)) for role, unit in self.server.posts[name]]

    def fresh(self, phone: Handset) -> Copy:
        """What a new phone of the same person gets from the beginning."""
        copy, scope = Copy(), self.server.author(phone.device_id).scope
        while True:
            patch = pull(self.server.store, scope, copy.cursor, 5000)
            copy.patch(patch)
            if not patch.more:
                return copy

    def any_phone(self) -> Handset:
        return self.dice.choice(list(self.phones.values()))

    def chance(self, share: float, name: str) -> bool:
        """Whether this goes wrong now; counted when it does."""
        hit = self.dice.random() < share
        self.tally.hit(name, hit)
        return hit

    def note(self, phone: Handset, *made: Mutation) -> None:
        """Remember what a phone has made, and what it calls the conflict that somebody settles on it."""
        for mutation in made:
            self.say(phone.device_id, mutation.id, mutation.name)
            self.made[phone.device_id, mutation.id] = Made(phone.device_id, mutation)
            self.tally.hit("taps")
            if mutation.name == "conflict.settle":
                key = "conflict", mutation.args["id"]
                shown = phone.kept.base.records.get(key)
                if shown:
                    self.oracle.things.names[key[1]] = named(key, shown)

    def letter(self, phone: Handset, part: slice = ALL) -> Letter:
        return phone.letter(self.now, self.dice.choice((1, 3, 20, 500)), part)

    def doom(self, share: float) -> Doom | None:
        """When in its transaction the server dies, if it does: before any look or write, or at the end."""
        if self.dice.random() >= share:
            return None
        return Doom(self.dice.choice(("reading", "writing")), self.dice.choice(LOOKS))

    def deliver(self, letter: Letter, dies: Doom | None = None, heard: bool = True) -> int | None:
        """The letter reaches the server, and the answer, when it is `heard`, the phone.

        How many operations and verdicts it brought; None when no answer came.
        """
        try:
            answer = self.server.exchange(letter, self.now, dies)
        except ServerDied as death:
            self.tally.hit(f"server died {death}")
            return None
        self.say(letter.device_id, letter.number, outcome(answer))
        phone = self.phones.get(letter.device_id)
        late = not (phone and phone.awaits(letter))
        self._count(letter, answer, late)
        if phone is None or late or not heard:
            return None
        return self._hear(phone, letter, answer)

    def _count(self, letter: Letter, answer: Answer | Refusal, late: bool) -> None:
        if isinstance(answer, Refusal):
            self.tally.hit(f"refused: {answer.code}")
            return
        for mutation, verdict in zip(letter.mutations, answer.verdicts, strict=True):
            self.tally.hit("duplicate" if verdict.duplicate else kind_of(verdict))
            self.tally.hit(f"{mutation.name}: {verdict.verdict}", not verdict.duplicate)
            self.tally.hit("late duplicate", late and verdict.duplicate)
            self.tally.hit("first arrived late", late and not verdict.duplicate)
        patch = answer.patch
        self.tally.hit("more pages", patch.more)
        self.tally.hit(f"reset: {patch.reset['reason']}" if patch.reset else "pulled")

    def _hear(self, phone: Handset, letter: Letter, answer: Answer | Refusal) -> int | None:
        if isinstance(answer, Refusal):
            self.note(phone, *phone.refused(letter, answer, self.now))
            return None
        for verdict in answer.verdicts:
            self.tell(phone, verdict)
        dies = self.chance(0.03, "phone died taking an answer")
        self.note(phone, *phone.take(letter, answer, self.now, dies))
        return len(answer.patch.operations) + len(answer.verdicts) + answer.patch.more

    def tell(self, phone: Handset, verdict: Verdict) -> None:
        """The author of a mutation learns its verdict, which is always the same (P2)."""
        made = self.made[phone.device_id, verdict.id]
        assert made.told is None or made.told.again() == verdict.again(), (
            f"{made.mutation.name} was told {made.told} and then {verdict} (P2)"
        )
        made.told = made.told or verdict


def outcome(answer: Answer | Refusal) -> tuple[object, ...]:
    """An answer as the trace tells it."""
    if isinstance(answer, Refusal):
        return answer.code, answer.received_through
    verdicts = [(v.seq, v.verdict, v.duplicate) for v in answer.verdicts]
    return answer.received_through, verdicts, len(answer.patch.operations), answer.patch.cursor


def kind_of(verdict: Verdict) -> str:
    """A verdict as the tally names it."""
    return f"rejected: {verdict.code}" if verdict.code else verdict.verdict
