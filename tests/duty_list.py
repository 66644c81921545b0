"""Duty items and units' own times, put straight into a store."""

from dataclasses import asdict

from app import models
from app.extensions import writing
from sync.memory_store import MemoryStore
from sync.policies import DeadlinePolicy, DutyItem
from sync.store import Store
from tests.town import MORNING, id_of


def list_item(store: Store, unit: str, item: DutyItem, **more: object) -> None:
    """Put an item on the duty list of a unit of the town."""
    if isinstance(store, MemoryStore):
        store.add_duty_item(id_of(unit), item)
        return
    words = {"class_name": "给排水", "item": "水管漏水", "lead_department": "住建局"}
    lists = {"position": 1, "helping_departments": [], "keywords": []}
    with writing() as session:
        row = {**words, **lists, **asdict(item), **more}
        session.add(models.DutyItem(unit_id=id_of(unit), **row))


def set_policy(store: Store, unit: str, policy: DeadlinePolicy) -> None:
    """Let a unit of the town have times of its own."""
    if isinstance(store, MemoryStore):
        store.add_policy(id_of(unit), policy)
        return
    row = asdict(policy)
    agreed_at = MORNING if row.pop("agreed") else None
    with writing() as session:
        session.add(
            models.DeadlinePolicy(
                unit_id=id_of(unit),
                **row,
                set_by=id_of("secretary"),
                set_at=MORNING,
                agreed_at=agreed_at,
            )
        )
