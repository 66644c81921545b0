"""Platforms beyond the district that cases are handed to, and what became of each case on its way."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant, Json

UNDER_WAY = text("state IN ('waiting', 'taken')")


class Connector(Model):
    """How a district's cases reach a platform (docs/connectors.md). `kind`: open311, webhook.

    `name` signs what the platform says on timelines. `secret` is its API key, or what webhooks are signed by,
    encrypted (app/strongbox.py); `former_secret` is as good until `former_until`. `services` are its service
    codes by category, `""` for all others. `stopped_because` is what the platform answered, if it was that.
    """

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(64))
    url: Mapped[str] = mapped_column(String(1000))
    jurisdiction_id: Mapped[str | None] = mapped_column(String(120))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    former_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_until: Mapped[datetime | None] = mapped_column(Instant)
    services: Mapped[dict[str, str]] = mapped_column(Json)
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    stopped_because: Mapped[str | None] = mapped_column(String(120))

    __table_args__: Any = (UniqueConstraint("unit_id", "kind"),)


class ConnectorProgress(Model):
    """How far a connector has followed a community's feed: everything through `version`."""

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    connector_id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)


class Handover(Model):
    """One thing to tell a platform: that a case arrived at its district, or what happened to it there.

    `event` says what (app/services/happenings.py), `event_id` is the line and `version` its place in the
    feed. `state`: waiting; taken (the platform has it, and is asked for news at `due_at`); done; dropped (the
    case had left before); failed. A worker claims it until `claimed_until`, and `attempts` counts the claims,
    so that one that died in between is known. `heard` is a digest of the platform's last words.
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    connector_id: Mapped[str] = mapped_column(Id)
    case_id: Mapped[str] = mapped_column(Id)
    event_id: Mapped[str] = mapped_column(Id)
    event: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    service_request_id: Mapped[str | None] = mapped_column(String(120))
    token: Mapped[str | None] = mapped_column(String(120))
    heard: Mapped[str | None] = mapped_column(String(64))
    answer: Mapped[str | None] = mapped_column(String(120))

    __table_args__: Any = (
        ForeignKeyConstraint(["community_id", "case_id"], ["case.community_id", "case.id"]),
        # asked every few seconds over all communities, with only what is to do in it: the moment leads
        Index(
            "ix_handover_under_way",
            "due_at",
            postgresql_where=UNDER_WAY,
            sqlite_where=UNDER_WAY,
        ),
        Index(None, "community_id", "case_id"),
        Index("ix_handover_case", "case_id"),
    )


class HookDelivery(Model):
    """A webhook that a platform sent us and that was heard; the same `id` is not heard again."""

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    connector_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(Instant, index=True)
