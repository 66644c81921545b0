"""A unit's leader sets its own deadlines; the leader of the unit above agrees to looser ones, or declines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import posted
from app.counters import lock
from app.errors import Refused
from app.extensions import reading, writing
from app.models import REFERENCE, DeadlinePolicy, Unit
from app.services.listing_duties import nearest
from app.services.signing_in import home_of
from app.services.telling_people import tell
from app.services.telling_times import TIMES, default, policies_of, told
from sync import policies
from sync.instants import to_wire
from sync.levels import HIGHEST_HOLDER, LEVELS
from sync.scene import Author

URGENCIES = ("urgent", "normal")
Key = tuple[str, str]


class NoSuchUnit(Refused):
    """No such unit, or none that the asker serves at, in or above; or one that holds no cases."""

    code = "not_found"


class NotItsLeader(Refused):
    """The asker does not lead the unit whose times these are."""

    code = "not_its_leader"


class NotLeaderAbove(Refused):
    """The asker does not lead the unit above."""

    code = "not_leader_above"


class NoSuchItem(Refused):
    """The duty list has no such item."""

    code = "no_such_duty_item"


class PolicyChanged(Refused):
    """The times have been set otherwise since the asker saw them."""

    code = "policy_changed"


@dataclass(frozen=True)
class Consent:
    """What is agreed to or declined: the times for this urgency and item as they were set at that moment."""

    urgency: str
    item_code: str
    set_at: datetime


def deadlines(author: Author, unit_id: str) -> dict[str, Any]:
    """A unit's defaults and own times, and what the units below it ask of its leader. Raises NoSuchUnit."""
    with reading() as session:
        unit = _unit(session, author, unit_id)
        below = session.scalars(select(Unit).where(Unit.parent_id == unit_id).order_by(Unit.code))
        is_leader = _leads(author, unit_id)
        asked = [
            {**one, "unit_id": child.id, "unit_name": child.name}
            for child in (below if is_leader else ())
            for one in told(session, child)
            if one["needs_consent"] and not (one["agreed_at"] or one["declined_at"])
        ]
        return {
            "unit_id": unit_id,
            "unit_name": unit.name,
            "may_set": is_leader and LEVELS[unit.level].rank <= HIGHEST_HOLDER,
            "defaults": [default(unit.level, urgency) for urgency in URGENCIES],
            "policies": told(session, unit),
            "asked": asked,
        }


def put(author: Author, unit_id: str, wanted: Sequence[dict[str, Any]], now: datetime) -> None:
    """Let these be a unit's own times, in place of those before; consent stays with what is the same.

    Raises NoSuchUnit, NotItsLeader, NoSuchItem.
    """
    with writing() as session:
        lock(session, [REFERENCE])
        unit = _unit(session, author, unit_id)
        if LEVELS[unit.level].rank > HIGHEST_HOLDER:
            raise NoSuchUnit
        if not _leads(author, unit_id):
            raise NotItsLeader
        codes = {one["item_code"] for one in wanted} - {policies.EVERY_ITEM}
        if codes - nearest(session, unit.ladder_ids, codes).keys():
            raise NoSuchItem
        before = {_key(row): row for row in policies_of(session, unit_id)}
        fresh = [one for one in wanted if _times_of(one) != _times(before.get(_key_of(one)))]
        kept = {_key_of(one) for one in wanted} - {_key_of(one) for one in fresh}
        for key in before.keys() - kept:
            _drop(session, unit_id, key)
        session.flush()
        for one in fresh:
            session.add(DeadlinePolicy(unit_id=unit_id, **one, set_by=author.person_id, set_at=now))
        session.flush()
        _ask(session, unit, {_key_of(one) for one in fresh}, author, now)


def agree(author: Author, unit_id: str, consent: Consent, now: datetime) -> None:
    """Agree to a unit's own times. The first answer stands; again changes nothing.

    Raises NoSuchUnit, NotLeaderAbove, PolicyChanged.
    """
    with writing() as session:
        policy = _asked(session, author, unit_id, consent)
        if not _is_answered(policy):
            policy.agreed_by, policy.agreed_at = author.person_id, now
            _answer(session, policy, author, now)


def decline(author: Author, unit_id: str, consent: Consent, now: datetime) -> None:
    """Decline them: they go on counting only as far as they are stricter. Likewise."""
    with writing() as session:
        policy = _asked(session, author, unit_id, consent)
        if not _is_answered(policy):
            policy.declined_by, policy.declined_at = author.person_id, now
            _answer(session, policy, author, now)


def _asked(session: Session, author: Author, unit_id: str, consent: Consent) -> DeadlinePolicy:
    """The times in question, if the asker leads the unit above."""
    lock(session, [REFERENCE])
    unit = _unit(session, author, unit_id)
    if not (unit.parent_id and _leads(author, unit.parent_id)):
        raise NotLeaderAbove
    policy = session.get(DeadlinePolicy, (unit_id, consent.urgency, consent.item_code))
    if policy is None or to_wire(policy.set_at) != to_wire(consent.set_at):
        raise PolicyChanged
    return policy


def _ask(session: Session, unit: Unit, fresh: set[Key], author: Author, now: datetime) -> None:
    """Tell who leads the unit above, where any of these times want their consent."""
    wants = [one for one in told(session, unit) if one["needs_consent"]]
    if not fresh.isdisjoint((one["urgency"], one["item_code"]) for one in wants):
        above = posted.serving(session, unit.ladder_ids[-2:-1], now)
        leaders = {one.person_id for one in above if one.leads} - {author.person_id}
        tell(session, home_of(unit), "times_asked", f"{unit.id}/{to_wire(now)}", leaders, now)


def _answer(session: Session, policy: DeadlinePolicy, author: Author, now: datetime) -> None:
    """Tell who set the times that they were agreed to or declined."""
    unit = session.get_one(Unit, policy.unit_id)
    cause = f"{unit.id}/{policy.urgency}/{policy.item_code}/{to_wire(policy.set_at)}"
    tell(
        session,
        home_of(unit),
        "times_answered",
        cause,
        {policy.set_by} - {author.person_id},
        now,
    )


def _is_answered(policy: DeadlinePolicy) -> bool:
    return bool(policy.agreed_at or policy.declined_at)


def _unit(session: Session, author: Author, unit_id: str) -> Unit:
    """The unit, if the asker serves at it, below it, or above it."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NoSuchUnit
    path = unit.ladder_ids
    if not any(unit_id in post.path or post.unit_id in path for post in author.posts):
        raise NoSuchUnit
    return unit


def _leads(author: Author, unit_id: str) -> bool:
    return any(post.leads and post.unit_id == unit_id for post in author.posts)


def _key(policy: DeadlinePolicy) -> Key:
    return policy.urgency, policy.item_code


def _key_of(wanted: dict[str, Any]) -> Key:
    return wanted["urgency"], wanted["item_code"]


def _times(policy: DeadlinePolicy | None) -> list[int | None] | None:
    return [getattr(policy, name) for name in TIMES] if policy else None


def _times_of(wanted: dict[str, Any]) -> list[int | None]:
    return [wanted[name] for name in TIMES]


def _drop(session: Session, unit_id: str, key: Key) -> None:
    urgency, item_code = key
    session.execute(
        delete(DeadlinePolicy).where(
            DeadlinePolicy.unit_id == unit_id,
            DeadlinePolicy.urgency == urgency,
            DeadlinePolicy.item_code == item_code,
        )
    )
