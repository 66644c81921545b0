"""The duty list (一网统管职责清单), and the times that units set for themselves."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant, Json


class DutyList(Model):
    """The list of a city or district, and when it last changed."""

    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class DutyItem(Model):
    """One item of a list: which department answers for it, and within how long.

    Its limit is in hours round the clock, or in working days, or there is none. `urgency`: `urgent`,
    `normal`, or null for what the worker says. `keywords` are words it is recognised by besides its own.
    Cases name it by its code: it is never deleted, but retired when the list has it no more.
    """

    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    class_name: Mapped[str] = mapped_column(String(40))
    item: Mapped[str] = mapped_column(String(120))
    lead_department: Mapped[str] = mapped_column(String(60))
    helping_departments: Mapped[list[str]] = mapped_column(Json)
    settle_hours: Mapped[int | None] = mapped_column(Integer)
    settle_working_days: Mapped[int | None] = mapped_column(Integer)
    urgency: Mapped[str | None] = mapped_column(String(12))
    keywords: Mapped[list[str]] = mapped_column(Json)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def retired(self) -> bool:
        """Whether the list has it no more."""
        return self.retired_at is not None


class DeadlinePolicy(Model):
    """A unit's own times for cases of an urgency: of one duty item, or of all where `item_code` is empty.

    What is looser than the default counts once the leader of the unit above has agreed; they agree
    or decline once.
    """

    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    urgency: Mapped[str] = mapped_column(String(12), primary_key=True)
    item_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    accept_minutes: Mapped[int | None] = mapped_column(Integer)
    settle_hours: Mapped[int | None] = mapped_column(Integer)
    settle_working_days: Mapped[int | None] = mapped_column(Integer)
    set_by: Mapped[str] = mapped_column(Id)
    set_at: Mapped[datetime] = mapped_column(Instant)
    agreed_by: Mapped[str | None] = mapped_column(Id)
    agreed_at: Mapped[datetime | None] = mapped_column(Instant)
    declined_by: Mapped[str | None] = mapped_column(Id)
    declined_at: Mapped[datetime | None] = mapped_column(Instant)
