"""Grids are redrawn: one gives households to another of its community (sync/regridding.py)."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.extensions import reading
from app.models import Unit
from app.services.working_days import is_working_day
from app.store import SqlStore
from sync import levels, regridding
from sync.regridding import NoSuchDoor, Redrawing

__all__ = ["NoSuchDoor", "NoSuchGrid", "OtherCommunity", "regrid"]


class NoSuchGrid(Refused):
    """There is no grid of the code in `detail`."""

    code = "not_found"


class OtherCommunity(Refused):
    """The grids are not of one community, and a record never changes its community."""

    code = "not_found"


def regrid(from_code: str, to_code: str, doors: Collection[str], now: datetime) -> Counter[str]:
    """Give buildings, entrances or dwellings of one grid to another; how many records changed, by type.

    What was written there on phones before `now` still arrives, and at the new grid (P7). The old grid's
    phones drop what left at their next exchange, and the new one's get it (L4). Raises NoSuchGrid,
    OtherCommunity, NoSuchDoor; then nothing has been changed.
    """
    with reading() as session:
        before, after = _grid(session, from_code), _grid(session, to_code)
    if before.community_id is None or before.community_id != after.community_id:
        raise OtherCommunity(to_code)
    to = levels.Unit(after.id, after.level, after.name, after.ladder_ids)
    redrawing = Redrawing(before.community_id, before.id, to, doors)
    return regridding.regrid(SqlStore(), redrawing, now, is_working_day)


def _grid(session: Session, code: str) -> Unit:
    unit = session.scalar(select(Unit).where(Unit.code == code, Unit.level == "grid"))
    if unit is None:
        raise NoSuchGrid(code)
    return unit
