"""A unit's own deadlines as they are told: what their items are called, what is usual, and who agreed."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import DeadlinePolicy, DutyItem, Person, Unit
from app.services.listing_duties import nearest
from sync import policies
from sync.policies import Matter

TIMES = ("accept_minutes", "settle_hours", "settle_working_days")


def policies_of(session: Session, unit_id: str) -> list[DeadlinePolicy]:
    of_unit = select(DeadlinePolicy).where(DeadlinePolicy.unit_id == unit_id)
    return list(session.scalars(of_unit.order_by(DeadlinePolicy.item_code, DeadlinePolicy.urgency)))


def default(level: str, urgency: str, item: policies.DutyItem | None = None) -> dict[str, Any]:
    """What holds without a policy."""
    hours, days = Matter(level, urgency, item).limit()
    minutes = policies.accept_minutes(urgency)
    times = dict(zip(TIMES, (minutes, hours, days), strict=True))
    return {"urgency": urgency, **times}


def told(session: Session, unit: Unit) -> list[dict[str, Any]]:
    """A unit's own times, with what their items are called and whether they need consent."""
    rows = policies_of(session, unit.id)
    if not rows:
        return []
    items = nearest(session, unit.ladder_ids, {row.item_code for row in rows})
    by = {one for row in rows for one in (row.agreed_by, row.declined_by) if one}
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(by))).all())
    return [_one(row, unit.level, items.get(row.item_code), names) for row in rows]


def _one(
    row: DeadlinePolicy, level: str, item: DutyItem | None, names: dict[str, str]
) -> dict[str, Any]:
    times, judged = {name: getattr(row, name) for name in TIMES}, _judged(item)
    policy = policies.DeadlinePolicy(row.urgency, row.item_code, **times)
    return {
        "urgency": row.urgency,
        "item_code": row.item_code,
        "item": item.item if item else row.item_code,
        **times,
        "usual": default(level, row.urgency, judged),
        "needs_consent": policies.needs_consent(policy, level, judged),
        "set_at": row.set_at,
        "agreed_at": row.agreed_at,
        "agreed_by_name": names.get(row.agreed_by or ""),
        "declined_at": row.declined_at,
        "declined_by_name": names.get(row.declined_by or ""),
    }


def _judged(item: DutyItem | None) -> policies.DutyItem | None:
    if item is None:
        return None
    return policies.DutyItem(item.code, item.urgency, item.settle_hours, item.settle_working_days)
