"""The ladder of units, from the city down to its grids."""

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, String, or_
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id


class Unit(Model):
    """A node of the ladder.

    `path` is the ids from the city down to this unit, joined by `/`, so that a subtree is a prefix.
    `community_id` is the community it is or lies in; null above.
    """

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    level: Mapped[str] = mapped_column(String(12))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    community_id: Mapped[str | None] = mapped_column(Id, index=True)
    path: Mapped[str] = mapped_column(String(240), index=True)

    @property
    def ladder_ids(self) -> tuple[str, ...]:
        """The ids of the units from the city down to this one."""
        return tuple(self.path.split("/"))

    @classmethod
    def within(cls, path: str) -> ColumnElement[bool]:
        """The condition for the unit with this path and for all below it."""
        return or_(cls.path == path, cls.path.startswith(f"{path}/"))
