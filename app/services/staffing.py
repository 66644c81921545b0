"""Who serves where: moving people between units, without losing what they wrote before."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.counters import lock
from app.errors import Refused
from app.extensions import writing
from app.models import (
    REFERENCE,
    Departure,
    FeedCounter,
    FormerMembership,
    Membership,
    Person,
    Unit,
)
from app.rows import moved_away
from app.services.signing_in import home_of
from app.sql import insert


class NoSuchPost(Refused):
    """The person, unit or post does not exist; `detail` says which."""

    code = "not_found"


def move(username: str, from_code: str, to_code: str, now: datetime) -> list[str]:
    """Move somebody from one unit to another in the same roles; the roles.

    What they wrote before `now` still counts as written at the old unit (P7). Their phones drop what
    left their scope and get the rest at the next exchange, and so do those who saw them where they were,
    when that is another community (L4). Raises NoSuchPost.
    """
    with writing() as session:
        version = lock(session, [REFERENCE])[REFERENCE]
        person = session.scalar(select(Person).where(Person.username == username))
        before, after = _unit(session, from_code), _unit(session, to_code)
        if person is None:
            raise NoSuchPost(username)
        held = select(Membership).filter_by(person_id=person.id, unit_id=before.id)
        posts = session.scalars(held.order_by(Membership.role)).all()
        if not posts or after.level != before.level:
            raise NoSuchPost(to_code if posts else from_code)
        for post in posts:
            same = {"role": post.role, "department": post.department}
            _end(session, post, now)
            # they may serve there already
            session.merge(Membership(person_id=person.id, unit_id=after.id, **same))
        person.version = version + 1
        # who has another post elsewhere may have their home there, and stay
        if person.home_id == home_of(before) != home_of(after):
            gone = moved_away("person", person.id, {"home_id": person.home_id}, version + 2, now)
            insert(session, Departure.__table__, [gone])
            person.home_id = home_of(after)
        session.get_one(FeedCounter, REFERENCE).version = version + 2
        return [post.role for post in posts]


def _unit(session: Session, code: str) -> Unit:
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise NoSuchPost(code)
    return unit


def _end(session: Session, post: Membership, now: datetime) -> None:
    held = {"person_id": post.person_id, "unit_id": post.unit_id, "role": post.role}
    session.add(FormerMembership(**held, until=now))
    session.delete(post)
    session.flush()
