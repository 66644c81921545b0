"""The ways a unit has set up to be told beside Web Push: a group's robot, an SMS gateway, mail."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant


class Channel(Model):
    """One way to reach a unit's people. Its address holds secrets and lies here encrypted (app/strongbox.py);
    `hint` is as much of it as may be shown."""

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    hint: Mapped[str] = mapped_column(String(120))
    sealed_url: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant)
