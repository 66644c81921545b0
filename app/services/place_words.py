"""Where a case is, as platforms beyond the district are told: what levels above the community see."""

from sqlalchemy import select

from app.extensions import reading
from app.models import Unit
from sync.records import Record


def place_in_words(case: Record) -> str:
    """Where it is, from the nearest to the widest, without the room."""
    with reading() as session:
        origin = session.get_one(Unit, case.value["origin_id"])
        units = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(origin.ladder_ids)))
        names = {row.id: row.name for row in units}
    path = [names[id_] for id_ in reversed(origin.ladder_ids) if id_ != origin.id]
    return "，".join(filter(None, [case.value["place"]["text"], *path]))
