"""Many people who may be called to a case, each with a phone that takes Web Push."""

from datetime import UTC, datetime
from typing import Any

from app.extensions import writing
from app.models import Device, Membership, Person, PushSubscription
from tests.phone import new_id
from tests.push_service import PushService
from tests.town import PASSWORD_HASH, id_of

DEPARTMENT = "党员突击队"


def enlist(count: int, service: PushService) -> list[dict[str, Any]]:
    """Have so many responders of one department serve at the town's community; their subscriptions."""
    now, home_id = datetime.now(UTC), id_of("community")
    subscriptions = [service.new_subscription() for _ in range(count)]
    with writing() as session:
        for number, subscription in enumerate(subscriptions):
            name = f"responder-{number}"
            person_id, device_id = new_id(name), new_id(f"d-{name}")
            session.add(
                Person(
                    id=person_id,
                    version=1000 + number,
                    username=name,
                    name=name,
                    password_hash=PASSWORD_HASH,
                    home_id=home_id,
                )
            )
            session.flush()
            session.add(
                Membership(
                    unit_id=home_id, person_id=person_id, role="responder", department=DEPARTMENT
                )
            )
            device = {"name": "红米", "platform": "Android", "created_at": now}
            session.add(Device(id=device_id, person_id=person_id, home_id=home_id, **device))
            session.flush()
            session.add(
                PushSubscription(
                    id=new_id(f"s-{name}"),
                    person_id=person_id,
                    device_id=device_id,
                    endpoint=subscription["endpoint"],
                    **subscription["keys"],
                    created_at=now,
                )
            )
    return subscriptions


def first_responder() -> str:
    """The id of the first who was enlisted."""
    return new_id("responder-0")
