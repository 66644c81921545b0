"""How people get in: devices, sessions, and the brake on guessing passwords."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.person import Person
from app.models.types import Id, Instant


class Device(Model):
    """One person's app on one phone. Its journal stays in `home_id`, also when the person moves (P2)."""

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    home_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(120))
    platform: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    person: Mapped[Person] = relationship()


class SignedIn(Model):
    """A server-side session. Only a keyed hash of the cookie's token is kept."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    device: Mapped[Device] = relationship()


class SignInThrottle(Model):
    """Failed sign-ins under one key (a user name or an address, hashed) since the last success."""

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    blocked_until: Mapped[datetime] = mapped_column(Instant)
