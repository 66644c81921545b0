"""What a device last said of itself, to help whoever carries it."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant


class DeviceReport(Model):
    """The last report of one device, by the server's clock; the one before it is not kept.

    What the device left out is null. `replaces` is the device whose database vanished from the same phone.
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    device_id: Mapped[str] = mapped_column(Id, primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(Instant)
    clock_offset_ms: Mapped[int] = mapped_column(BigInteger)
    app_version: Mapped[str | None] = mapped_column(String(40))
    unsent: Mapped[int | None] = mapped_column(BigInteger)
    photos_unsent: Mapped[int | None] = mapped_column(BigInteger)
    oldest_unsent_at: Mapped[datetime | None] = mapped_column(Instant)
    persisted: Mapped[bool | None]
    used: Mapped[int | None] = mapped_column(BigInteger)
    quota: Mapped[int | None] = mapped_column(BigInteger)
    problem: Mapped[str | None] = mapped_column(String(40))
    replaces: Mapped[str | None] = mapped_column(Id)
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)
