"""Batches taken in by one transaction are told what they would be told one after the other (P2, L2)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from sync.batch import Batch
from sync.errors import SequenceGap
from sync.memory_store import MemoryStore
from sync.mutation import Mutation
from sync.push import Received, partitions, push, take
from sync.store import Store
from tests.phone import Phone, case_args, new_id, on_workdays, visit_args
from tests.town import MORNING, author, id_of, settle_in_memory

SEED = 20261129
GROUPS = 25
PEOPLE = ("worker", "mate", "leader", "secretary")
HOME, NEIGHBOUR, RESIDENT = id_of("g1-101"), id_of("g1-102"), id_of("r-g1-101")
CASES, VISITS = ("c1", "c2"), ("v1", "v2")
Told = Received | SequenceGap


class Crowd:
    """Everybody around one grid, who do at once what comes to their minds: mostly to the same few records.

    A store numbers the records of one batch as it likes, so what a phone has seen is said in its own numbers.
    """

    def __init__(self, random: Random, *stores: Store) -> None:
        self._random = random
        self._phones = [[Phone(s, author(name)) for s in stores] for name in PEOPLE]
        self._events = 0

    def batches(self) -> list[tuple[Batch, ...]]:
        """A few that meet, some of them twice, each for every store; now and then an earlier one was lost."""
        people = self._random.sample(self._phones, self._random.randint(2, 4))
        for phone in self._random.choice(people):
            phone.sync()
        met = []
        for phones in people:
            batch = self._batch(phones[0])
            met.append(tuple(seen_by(phone, batch) for phone in phones))
        if self._random.random() < 0.3:
            met.append(self._random.choice(met))
        return met

    def _batch(self, phone: Phone) -> Batch:
        lost = self._random.random() < 0.1
        before = phone.seq
        phone.seq += lost
        mutations = [self._mutation(phone) for _ in range(self._random.randint(1, 4))]
        if lost:
            # it is refused, and its phone begins again where it was
            phone.seq = before
        return Batch(phone.author, mutations, MORNING, MORNING)

    def _mutation(self, phone: Phone) -> Mutation:
        self._events += 1
        case, visit = (self._random.choice(names) for names in (CASES, VISITS))
        home = self._random.choice((HOME, HOME, NEIGHBOUR))
        act: dict[str, Any] = {"id": new_id(case), "event_id": new_id(f"e{self._events}")}
        conflicts = sorted(phone.ids("conflict"))
        settled = self._random.choice(conflicts) if conflicts else new_id("none")
        acts: list[tuple[str, dict[str, Any]]] = [
            ("dwelling.edit", {"id": home, "changes": {"note": f"{self._events}"}}),
            ("dwelling.edit", {"id": home, "changes": {"occupancy": self._occupancy()}}),
            ("resident.edit", {"id": RESIDENT, "changes": {"name": f"张{self._events}"}}),
            ("resident.remove", {"id": RESIDENT, "reason": "搬走了"}),
            ("visit.record", visit_args("g1-101", visit)),
            ("visit.amend", {"id": new_id(visit), "changes": {"summary": f"{self._events}"}}),
            ("case.open", case_args("g1-101", case, kind="doorstep")),
            ("case.accept", act),
            ("case.note", {**act, "text": "话"}),
            ("conflict.settle", {"id": settled, "keep": "mine"}),
        ]
        name, args = self._random.choice(acts)
        return phone.make(name, **args)

    def _occupancy(self) -> str:
        return self._random.choice(("owner", "tenant", "vacant"))


def seen_by(phone: Phone, batch: Batch) -> Batch:
    mutations = [replace(m, base=phone.seen(m.name, m.args)) for m in batch.mutations]
    return replace(batch, mutations=mutations)


def one_after_the_other(store: Store, batches: Sequence[Batch]) -> list[Told]:
    told: list[Told] = []
    for batch in batches:
        try:
            told.append(push(store, batch, on_workdays))
        except SequenceGap as gap:
            told.append(gap)
    return told


def together(store: Store, batches: Sequence[Batch]) -> list[Told]:
    locked = set[str]().union(*(partitions(store, batch) for batch in batches))
    with store.transaction(locked) as transaction:
        return take(transaction, batches, on_workdays)


def said(told: list[Told]) -> list[Any]:
    return [one.detail if isinstance(one, SequenceGap) else one for one in told]


def everything(store: Store) -> tuple[Any, ...]:
    """All that the community holds, and how many changes that took."""
    phone = Phone(store, author("community-secretary"))
    phone.sync()
    return phone.records, store.feed([phone.author.home_id]).counters


def test_p2_a_group_is_told_what_it_would_be_told_one_after_the_other(store: Store) -> None:
    memory, tally = MemoryStore(), Counter[str]()
    settle_in_memory(memory)
    crowd = Crowd(Random(SEED), memory, store)
    for number in range(GROUPS):
        apart, at_once = zip(*crowd.batches(), strict=True)
        expected = one_after_the_other(memory, apart)
        assert said(together(store, at_once)) == said(expected), (SEED, number)
        assert everything(store) == everything(memory), (SEED, number)
        for told in expected:
            if isinstance(told, SequenceGap):
                tally["gap"] += 1
            else:
                tally.update(verdict.code or verdict.verdict for verdict in told[1])
    assert {"gap", "applied", "merged", "superseded", "id_taken"} <= set(tally), (SEED, tally)
