"""Column types that mean the same on SQLite and PostgreSQL, and what every record of a community has."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Index, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

Id = Uuid(as_uuid=False).with_variant(String(36), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")

REFERENCE = "00000000-0000-0000-0000-000000000000"
"""The partition that numbers units and people, which belong to no single community."""


class Instant(TypeDecorator[datetime]):
    """A moment: an aware datetime in Python, `2026-11-23T00:31:05.402Z` as text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(24))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        text = value.astimezone(UTC).isoformat(timespec="milliseconds")
        return text.removesuffix("+00:00") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) else value


class CommunityRecord:
    """What every record that travels in a community's feed has.

    `community_id` is the partition and comes first in every key, so that a city can be spread over
    machines by it. `version` is the community's counter when the record last changed, unique over all
    its records (L2). `compound_id` and `grid_id` are the record's place, by which phones are scoped (L8).
    """

    __name__: ClassVar[str]
    __table__: ClassVar[Any]

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    compound_id: Mapped[str | None] = mapped_column(Id)
    grid_id: Mapped[str | None] = mapped_column(Id)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (Index(None, "community_id", "version"), *cls.keys())

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        """Further keys of one table; each begins with `community_id`."""
        return ()


class EditableRecord(CommunityRecord):
    """A record whose fields people edit. `stamps` is what merging remembers of them (M1-M3); never sent."""

    stamps: Mapped[dict[str, Any] | None] = mapped_column(Json)
