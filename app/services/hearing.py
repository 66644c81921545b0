"""Noting what devices say of themselves, seldom enough to cost an exchange nothing."""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.extensions import writing
from app.models import DeviceReport
from app.schemas.exchange import ExchangeRequest
from app.schemas.health import tolerated
from sync.batch import Batch
from sync.scene import Author

log = logging.getLogger(__name__)
APART = timedelta(minutes=2)
"""Between two notes of a device that sends nothing else; phones mostly report far less often."""

MOST_REMEMBERED = 50_000


class Ears:
    """Hears the devices of one server process, and remembers whom it heard lately without the database."""

    def __init__(self) -> None:
        self._idle: dict[str, datetime] = {}

    def hear(self, author: Author, request: ExchangeRequest, now: datetime) -> None:
        """Note the report of an exchange that has been answered. Nothing that goes wrong here fails it."""
        said = tolerated(request.device)
        if not said or not (request.mutations or self._is_due(author.device_id, now)):
            return
        try:
            note(said, Batch(author, (), now, request.sent_at))
        except SQLAlchemyError as error:
            # the type only: a database's words quote its parameters
            log.warning("a device's report was not noted: %s", type(error).__name__)

    def _is_due(self, device_id: str, now: datetime) -> bool:
        before = self._idle.get(device_id)
        if before and timedelta() <= now - before < APART:
            return False
        if len(self._idle) >= MOST_REMEMBERED:
            self._idle.clear()
        self._idle[device_id] = now
        return True


def note(said: dict[str, Any], exchange: Batch) -> None:
    """Keep a report in place of the one before it, its moments put right by the device's clock (P9)."""
    author, storage, oldest = (
        exchange.author,
        said.get("storage") or {},
        said.get("oldest_unsent_at"),
    )
    with writing() as session:
        key = {"community_id": author.home_id, "device_id": author.device_id}
        row = session.get(DeviceReport, key) or DeviceReport(**key)
        row.heard_at, row.clock_offset_ms = exchange.now, exchange.offset_ms
        row.app_version = said.get("app_version")
        row.unsent, row.photos_unsent = said.get("unsent"), said.get("photos_unsent")
        row.oldest_unsent_at = exchange.corrected(oldest) if oldest else None
        row.problem = said.get("problem")
        row.persisted = storage.get("persisted")
        row.used, row.quota = storage.get("used"), storage.get("quota")
        _note_replaced(row, said.get("replaces"), exchange.now)
        session.add(row)


def _note_replaced(row: DeviceReport, replaces: str | None, now: datetime) -> None:
    """The device says so until it is sure to have been heard; the first time counts."""
    if replaces and replaces not in (row.replaces, row.device_id):
        row.replaces, row.replaced_at = replaces, now
