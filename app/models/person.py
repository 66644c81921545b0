"""People who work with the app, and the posts they hold."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.types import Id, Instant


class Person(Model):
    """Somebody with an account. `home_id` is their community, or their own unit when above it."""

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, index=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(160))
    home_id: Mapped[str] = mapped_column(Id, index=True)
    suspended_at: Mapped[datetime | None] = mapped_column(Instant)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")


class Membership(Model):
    """A post: this person serves at this unit in this role.

    `department` is what a responder comes from (物业, 派出所, …), as a whistle calls it; empty for others.
    """

    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(24), primary_key=True)
    department: Mapped[str] = mapped_column(String(40), server_default="", default="")
    person: Mapped[Person] = relationship(back_populates="memberships")


class FormerMembership(Model):
    """A post that somebody held until `until`: what they wrote before it is still taken (P7)."""

    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(24), primary_key=True)
    until: Mapped[datetime] = mapped_column(Instant, primary_key=True)
