"""Import of staff (人员名单): all of a file or nothing, and twice is the same as once."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.counters import lock
from app.extensions import reading, writing
from app.ids import new_id
from app.models import REFERENCE, FeedCounter, Membership, Person, Unit
from app.services.importing.directory import Units
from app.services.importing.person_rules import COLUMNS, Post, as_post, contradictions, misplaced
from app.services.importing.reading import Refusal, RowsRefused, Unreadable, Wrong
from app.services.importing.workbooks import read_sheet
from app.services.passwords import MADE_UP, make_password
from app.services.signing_in import home_of

MOST_ROWS = 10_000
"""A district's staff; a city's come in several files."""


class Newcomer(NamedTuple):
    """Somebody who has an account from now on, and the password to hand them."""

    unit_name: str
    name: str
    username: str
    password: str


@dataclass(frozen=True)
class PeopleReport:
    """What an import did: of how many people, how many got an account or another post."""

    rows: int
    people: int
    added: int
    changed: int
    encoding: str
    ignored: tuple[str, ...]
    first_name: str


def import_people(path: Path, hand_out: Callable[[Sequence[Newcomer]], None]) -> PeopleReport:
    """Give everybody in a workbook or CSV file (`COLUMNS` of `person_rules`) an account and their posts.

    Whoever has an account keeps it, its password, and the posts of which the file says nothing. `hand_out`
    gets the new accounts before they are committed: where it raises, there are none. Raises Unreadable,
    RowsRefused; then nothing has been loaded.
    """
    table = read_sheet(path, COLUMNS)
    if len(table.lines) > MOST_ROWS:
        raise Unreadable(f"这个文件超过 {MOST_ROWS} 行：分成几个文件，比如一个街道一个。")
    read = [as_post(line) for line in table.lines]
    posts = [one for one in read if isinstance(one, Post)]
    refusals = [*table.refusals, *(one for one in read if isinstance(one, Refusal))]
    rows = len(read) + len(table.refusals)
    _refuse([*refusals, *contradictions(posts)], rows)
    usernames = {post.username for post in posts}
    passwords = _made_up(usernames)
    with writing() as session:
        version = lock(session, [REFERENCE])[REFERENCE]
        staff = Staff(session, posts, passwords)
        _refuse(staff.refusals, rows)
        staff.appoint()
        for number, person in enumerate(staff.touched, version + 1):
            person.version = number
        session.get_one(FeedCounter, REFERENCE).version = version + len(staff.touched)
        hand_out(staff.newcomers)
    added = len(staff.newcomers)
    changed = len(staff.touched) - added
    first = posts[0].name
    return PeopleReport(rows, len(usernames), added, changed, table.encoding, table.ignored, first)


def _refuse(refusals: Sequence[Refusal], rows: int) -> None:
    if refusals:
        raise RowsRefused(refusals, rows)


class Password(NamedTuple):
    """One that is made up, and what is kept of it."""

    said: str
    hashed: str


def _made_up(usernames: Collection[str]) -> dict[str, Password]:
    """A password for each who has no account. Before the feed is locked, for hashes take their time."""
    with reading() as session:
        known = session.scalars(select(Person.username).where(Person.username.in_(usernames)))
        new = sorted(set(usernames).difference(known))
    said = {username: make_password() for username in new}
    return {username: Password(one, MADE_UP.hash(one)) for username, one in said.items()}


class Staff:
    """The people of these posts: those there are, and those who come. The feed of people must be locked."""

    def __init__(
        self, session: Session, posts: Sequence[Post], passwords: dict[str, Password]
    ) -> None:
        self._session, self._passwords = session, passwords
        usernames = {post.username for post in posts}
        known = session.scalars(select(Person).where(Person.username.in_(usernames))).all()
        self._people = {person.username: person for person in known}
        ids = [person.id for person in known]
        held = session.scalars(select(Membership).where(Membership.person_id.in_(ids)))
        self._held = {(one.person_id, one.unit_id, one.role): one for one in held}
        self._units = Units(session, {post.unit for post in posts})
        placed = [(post, self._place(post)) for post in posts]
        self.refusals = [unit for _, unit in placed if isinstance(unit, Refusal)]
        self._placed = [(post, unit) for post, unit in placed if isinstance(unit, Unit)]
        self._touched: dict[str, Person] = {}
        self.newcomers: list[Newcomer] = []

    @property
    def touched(self) -> list[Person]:
        """Those who have an account or a post that they had not."""
        return list(self._touched.values())

    def _place(self, post: Post) -> Unit | Refusal:
        try:
            self._check(post)
            unit = self._units.find(post.unit)
            if misplaced(post.role, unit.level):
                raise Wrong(f"{unit.name}没有这个岗位：看看单位和岗位是不是写错了一个")
            return unit
        except Wrong as wrong:
            return Refusal(post.line, str(wrong))

    def _check(self, post: Post) -> None:
        """Raise Wrong where the user name is somebody else's, or shut out."""
        person = self._people.get(post.username)
        if person and person.name != post.name:
            raise Wrong(
                f"用户名“{post.username}”已经是{person.name}的：换一个，是同一个人就写一样的姓名"
            )
        if person and person.suspended_at:
            raise Wrong(f"“{post.username}”的账号已停用：先用 qiaomen reinstate 恢复")

    def appoint(self) -> None:
        """Give everybody an account and the posts they have not yet."""
        for post, unit in self._placed:
            person = self._people.get(post.username) or self._employ(post, unit)
            key = person.id, unit.id, post.role
            if key not in self._held:
                self._held[key] = Membership(unit_id=unit.id, person_id=person.id, role=post.role)
                self._session.add(self._held[key])
                self._touched[person.id] = person
            if self._held[key].department != post.department:
                self._held[key].department = post.department
                self._touched[person.id] = person

    def _employ(self, post: Post, unit: Unit) -> Person:
        password = self._passwords[post.username]
        person = self._people[post.username] = Person(
            id=new_id(),
            username=post.username,
            name=post.name,
            password_hash=password.hashed,
            home_id=home_of(unit),
        )
        self._session.add(person)
        self.newcomers.append(Newcomer(unit.name, post.name, post.username, password.said))
        return person
