"""The units and people that the rows of a file name, found by code or name."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models import Membership, Person, Unit
from app.services.importing.reading import Refusal, Wrong
from app.services.importing.shift_rules import Rule
from app.services.signing_in import home_of
from sync.levels import LEVELS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the roster with the unit and the person it is about."""

    rule: Rule
    community_id: str
    unit_id: str
    person_id: str


class Named(Generic[T]):
    """Things by what people call them: a key of their own, or a name that several may share."""

    def __init__(self) -> None:
        self._by_key: dict[str, T] = {}
        self._by_name: defaultdict[str, list[T]] = defaultdict(list)

    def add(self, key: str, name: str, thing: T) -> None:
        self._by_key[key] = thing
        if thing not in self._by_name[name]:
            self._by_name[name].append(thing)

    def all(self, words: str) -> Sequence[T]:
        """The one with this key, or else all of this name."""
        return [self._by_key[words]] if words in self._by_key else self._by_name[words]


class Units:
    """The units that these words name."""

    def __init__(self, session: Session, words: Collection[str]) -> None:
        of_words = or_(Unit.code.in_(words), Unit.name.in_(words))
        self.all = session.scalars(select(Unit).where(of_words)).all()
        self._named: Named[Unit] = Named()
        for unit in self.all:
            self._named.add(unit.code, unit.name, unit)

    def find(self, words: str) -> Unit:
        """The one that these words name. Raises Wrong."""
        found = self._named.all(words)
        if not found:
            raise Wrong(f"没有叫“{words}”的单位：对照单位名称改一下，或写单位编码")
        if len(found) > 1:
            raise Wrong(f"有 {len(found)} 个单位都叫“{words}”：改写单位编码")
        return found[0]


class Directory:
    """The units that these rules name, and the people of their teams."""

    def __init__(self, session: Session, rules: Collection[Rule]) -> None:
        self._units = Units(session, {rule.unit for rule in rules})
        self._teams: dict[str, Named[Person]] = {unit.id: Named() for unit in self._units.all}
        posts = session.execute(
            select(Unit, Membership.role, Person)
            .join(Membership, Membership.unit_id == Unit.id)
            .join(Person, Person.id == Membership.person_id)
            .where(Unit.id.in_(self._teams))
        )
        for unit, role, person in posts:
            if role in LEVELS[unit.level].member_roles:
                self._teams[unit.id].add(person.username, person.name, person)

    def entry(self, rule: Rule) -> Entry | Refusal:
        """The row with whom it is about, or why that cannot be told."""
        try:
            unit = self._units.find(rule.unit)
            return Entry(rule, home_of(unit), unit.id, self._person(unit, rule.person).id)
        except Wrong as wrong:
            return Refusal(rule.line, str(wrong))

    def _person(self, unit: Unit, words: str) -> Person:
        found = self._teams[unit.id].all(words)
        if not found:
            raise Wrong(f"{unit.name}没有叫“{words}”的工作人员：改姓名或写用户名；新来的先开账号")
        if len(found) > 1:
            names = "、".join(sorted(person.username for person in found))
            raise Wrong(f"{unit.name}有 {len(found)} 个人都叫“{words}”：改写用户名（{names}）")
        if found[0].suspended_at:
            raise Wrong(f"“{words}”的账号已停用：换一位值班人")
        return found[0]
