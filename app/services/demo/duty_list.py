"""The demo's duty list: a sample of the public kinds, every code of which says 样例."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select

from app.extensions import reading
from app.models import DutyList, Unit
from app.services.importing.duty_items import import_duty_items
from app.services.importing.item_rules import COLUMNS, Item, as_item
from app.services.importing.reading import read_table
from app.services.importing.units import Node
from sync.policies import DutyItem

SAMPLE = Path(__file__).with_name("duty_items_sample.csv")


def give_duty_list(below: Node, now: datetime) -> None:
    """Let the city that this unit lies in have the sample, unless it has a list."""
    city_id = below.path.split("/")[0]
    with reading() as session:
        if session.get(DutyList, city_id):
            return
        code = session.scalars(select(Unit.code).where(Unit.id == city_id)).one()
    import_duty_items(SAMPLE, code, now)


@cache
def items() -> Mapping[str, DutyItem]:
    """The sample's items by their codes, as far as a case's times depend on them."""
    read = [as_item(line) for line in read_table(SAMPLE, COLUMNS).lines]
    return {
        one.code: DutyItem(one.code, one.urgency, one.settle_hours, one.settle_working_days)
        for one in read
        if isinstance(one, Item)
    }
