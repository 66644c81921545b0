"""Buildings, dwellings and the people who live in them."""

from typing import Any

from sqlalchemy import Date, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import CommunityRecord, EditableRecord, Id, Json


class Building(CommunityRecord, Model):
    """A building, with how many entrances (单元) and floors it has."""

    name: Mapped[str] = mapped_column(String(60))
    entrances: Mapped[int]
    floors: Mapped[int]


class Dwelling(EditableRecord, Model):
    """A household's door: building + entrance + floor + room. `occupancy`: owner, tenant, vacant, unknown."""

    building_id: Mapped[str] = mapped_column(Id)
    entrance: Mapped[str] = mapped_column(String(12))
    floor: Mapped[int]
    room: Mapped[str] = mapped_column(String(12))
    occupancy: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text)

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (
            ForeignKeyConstraint(
                ["community_id", "building_id"], ["building.community_id", "building.id"]
            ),
            Index(None, "community_id", "building_id"),
        )


class Resident(EditableRecord, Model):
    """Somebody who lives in a dwelling; care needs only with their consent, since `consented_on`."""

    dwelling_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(32))
    relation: Mapped[str] = mapped_column(String(12))
    birth_year: Mapped[int | None]
    care_needs: Mapped[list[str]] = mapped_column(Json)
    consented_on: Mapped[str | None] = mapped_column(Date)

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (
            ForeignKeyConstraint(
                ["community_id", "dwelling_id"], ["dwelling.community_id", "dwelling.id"]
            ),
            Index(None, "community_id", "dwelling_id"),
        )
