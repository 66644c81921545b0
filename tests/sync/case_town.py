"""The town in which a few cases live: phones, a server, and a second opinion on what becomes of them."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sync.case_flow import ACTIONS, allows
from sync.mutation import Mutation
from sync.resident import Rating, rate
from sync.store import REFERENCE, Store
from sync.sweep import sweep
from sync.verdict import Verdict
from tests.phone import Phone, on_workdays
from tests.simulation.oracle.cases import allowed, joined_to, rate_by_link
from tests.simulation.oracle.facts import expected, facts
from tests.simulation.oracle.opinion import Oracle
from tests.simulation.oracle.sight import CALLED
from tests.simulation.oracle.tapped import Sender, Tap, saw
from tests.sync.case_hand import on_phone
from tests.sync.case_life import Life
from tests.town import MORNING, PEOPLE, author, id_of

COMMUNITY = id_of("community")
WRONG_CLOCKS = {"mate": timedelta(days=-400), "secretary": timedelta(hours=7)}


class CaseTown:
    """Whatever happens here happens twice: on the store, and in the oracle's opinion."""

    def __init__(self, store: Store, tally: Counter[str]) -> None:
        self.store, self.tally, self.now, self.oracle = store, tally, MORNING, Oracle()
        self.phones = {name: Phone(store, author(name)) for name in PEOPLE}
        self.waiting: dict[str, list[Mutation]] = {name: [] for name in PEOPLE}
        self.answered: dict[str, list[tuple[Mutation, Verdict]]] = {name: [] for name in PEOPLE}
        self.lives: dict[str, Life] = {}
        self.archive = Phone(store, author("community-secretary", "archive"))
        self.archive.sync()
        self._through = self.numbers()[COMMUNITY]

    def tap(self, who: str, action: str, case_id: str, **said: Any) -> None:
        """Somebody taps, and their phone keeps it."""
        made = self.phones[who].make(f"case.{action}", self._clock(who), id=case_id, **said)
        self.waiting[who].append(made)

    def send(self, who: str) -> None:
        """A phone sends what waits on it, however old; what is refused changes nothing at all."""
        batch, before = self.waiting[who], self.numbers()
        self.waiting[who] = []
        sender, sent_at = self.sender(who), self._clock(who)
        verdicts = self.phones[who].push(*batch, now=self.now, sent_at=sent_at)
        self.oracle.commit(sender, batch, self.now, sent_at)
        for mutation, verdict in zip(batch, verdicts, strict=True):
            self.answered[who].append((mutation, verdict))
            taken = "taken" if verdict.verdict == "applied" else "refused"
            self.tally[f"{mutation.name[5:]} {taken}"] += 1
            assert verdict.verdict == self.oracle.judged[sender.device, mutation.id], mutation
        if all(verdict.verdict == "rejected" for verdict in verdicts):
            assert self.numbers() == before
        self.check()

    def resend(self, who: str) -> None:
        """Whatever was answered is answered so again, and changes nothing (P2)."""
        before, answered = self.numbers(), self.answered[who]
        again = self.phones[who].push(*(mutation for mutation, _ in answered), now=self.now)
        assert again == [verdict.again() for _, verdict in answered]
        assert self.numbers() == before

    def sweep(self) -> None:
        """The worker comes, and finds the cases that have something due, and no others."""
        due = self.store.due(self.now, 100)
        assert {id_ for ids in due.values() for id_ in ids} == self.oracle.due(self.now)
        for community_id, case_ids in due.items():
            self.tally += sweep(self.store, community_id, case_ids, self.now, on_workdays)
            self.oracle.sweep(case_ids, self.now)
        assert self.store.due(self.now, 100) == {}
        self.check()

    def rate_by_link(self, case_id: str, rating: Rating) -> None:
        """A resident says what they think, of joined cases each of their own."""
        said = {"solved": rating.solved, "content": rating.content, "text": rating.text}
        tap = self._tapped("worker", "rate", {"id": case_id, "how": "link", **said})
        taken = rate_by_link(self.oracle.things, tap)
        assert rate(self.store, COMMUNITY, case_id, rating, self.now, on_workdays) == taken
        self.tally["by link" if taken else "nothing to rate"] += 1
        self.check()

    def look(self, who: str) -> None:
        """A phone that has everything shows the cases its owner sees, and offers what the server takes."""
        phone, sender = self.phones[who], self.sender(who)
        phone.sync()
        own_post = sender.posts[:1]
        seen = self.oracle.seen_by(own_post, sender.person)
        assert phone.ids("case") == {id_ for type_, id_ in seen if type_ == "case"}
        for case_id in phone.ids("case"):
            scene, case = on_phone(phone, case_id, self.now)
            offered = {action for action in ACTIONS if allows(scene, case, action)}
            assert offered == self._may(who, case_id), who

    def moves(self, case_id: str) -> dict[str, list[str]]:
        """What may be done now to a case that can still be moved on, each with the people who may."""
        may = {who: self._may(who, case_id) for who in PEOPLE}
        can = {a: who for a in ACTIONS if (who := [one for one in may if a in may[one]])}
        return can if can.keys() - {"note", "respond"} else {}

    def joined_to(self) -> list[str]:
        """The cases to which others were joined."""
        return [id_ for id_ in self.lives if joined_to(self.oracle.things, id_)]

    def check(self) -> None:
        """What must hold after every commit."""
        self._numbers_have_no_gaps_and_no_line_is_ever_changed()
        self._timelines_tell_all_that_cases_went_through()
        self._all_is_as_the_documents_say()

    def _numbers_have_no_gaps_and_no_line_is_ever_changed(self) -> None:
        archive = self.archive
        before, had = dict(archive.records), dict(archive.versions)
        archive.sync()
        new = sorted((v, key) for key, v in archive.versions.items() if had.get(key) != v)
        through, self._through = self._through, self.numbers()[COMMUNITY]
        assert [version for version, _ in new] == list(range(through + 1, self._through + 1))
        # a line comes anew only for those whom its case has reached since
        again = [key for _, key in new if _is_line(key) and key in before]
        assert all(archive.records[key] != before[key] for key in again)
        for key in filter(_is_line, before):
            assert {**archive.records[key], "reached": 0} == {**before[key], "reached": 0}
        for line in (archive.records[key] for _, key in new if _is_line(key) and key not in before):
            self.lives[line["case_id"]].tell(line)
            self.tally["part"] += line["action"] == "part"

    def _timelines_tell_all_that_cases_went_through(self) -> None:
        for case_id, life in self.lives.items():
            case = self.archive.records["case", case_id]
            assert (case["state"], case["holder_id"]) == (life.state, life.holder)
        lines = Counter(line["case_id"] for line in self._shown("case_event").values())
        assert lines == {case_id: life.lines for case_id, life in self.lives.items()}

    def _all_is_as_the_documents_say(self) -> None:
        for type_ in ("case", "case_event"):
            things = {id_: one for (of, id_), one in self.oracle.things.items() if of == type_}
            said = {id_: facts(type_, value) for id_, value in self._shown(type_).items()}
            assert said == {id_: expected(type_, thing) for id_, thing in things.items()}

    def numbers(self) -> Mapping[str, int]:
        """The numbers of the latest changes."""
        return self.store.feed([COMMUNITY, REFERENCE]).counters

    def sender(self, who: str) -> Sender:
        """Somebody as the server and the oracle know them now, with their own post first."""
        phone = self.phones[who]
        phone.recognised()
        me = phone.author
        posts = [(CALLED if post.level == "case" else post.role, post.unit_id) for post in me.posts]
        over = [(CALLED, post.unit_id, until) for post, until in me.former]
        return Sender(me.device_id, me.person_id, me.name, posts, over, None)

    def _may(self, who: str, case_id: str) -> set[str]:
        """What the documents let somebody do to a case now."""
        tap, case = self._tapped(who, "", {"id": case_id}), self.oracle.things["case", case_id]
        return {action for action in ACTIONS if saw(tap, case) and allowed(case, tap, action)}

    def _tapped(self, who: str, action: str, said: dict[str, Any]) -> Tap:
        sender, now = self.sender(who), self.now
        return Tap("", sender, now, now, now, f"case.{action}", 0, said)

    def _clock(self, who: str) -> datetime:
        """What somebody's phone takes for now."""
        return self.now + WRONG_CLOCKS.get(who, timedelta())

    def _shown(self, type_: str) -> dict[str, Any]:
        return {id_: value for (of, id_), value in self.archive.records.items() if of == type_}


def _is_line(key: tuple[str, str]) -> bool:
    return key[0] == "case_event"
