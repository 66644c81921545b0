"""the first tables."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blob",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=24), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("received_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "blob_reference",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("record_id", types.Id, nullable=False),
        sa.PrimaryKeyConstraint(
            "community_id", "sha256", "type", "record_id", name=op.f("pk_blob_reference")
        ),
    )
    op.create_table(
        "building",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("entrances", sa.Integer(), nullable=False),
        sa.Column("floors", sa.Integer(), nullable=False),
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("compound_id", types.Id, nullable=True),
        sa.Column("grid_id", types.Id, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_building")),
    )
    with op.batch_alter_table("building", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_building_community_id_version"),
            ["community_id", "version"],
            unique=False,
        )

    op.create_table(
        "departure",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("grid_id", types.Id, nullable=True),
        sa.Column("compound_id", types.Id, nullable=True),
        sa.Column("left_community", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("left_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "version", name=op.f("pk_departure")),
    )
    op.create_index("ix_departure_community_id_id", "departure", ["community_id", "id"])
    op.create_table(
        "feed_counter",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_feed_counter")),
    )
    epochs = op.create_table(
        "feed_epoch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", types.Id, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_epoch")),
    )
    op.bulk_insert(epochs, [{"id": 1, "epoch": str(uuid4())}])
    op.create_table(
        "mutation",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("device_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=True),
        sa.Column("args", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("corrected_at", types.Instant(), nullable=False),
        sa.Column("received_at", types.Instant(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.Column("receipt", sa.String(length=9), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "device_id", "id", name=op.f("pk_mutation")),
    )
    op.create_table(
        "person",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("home_id", types.Id, nullable=False),
        sa.Column("suspended_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_home_id"), ["home_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_version"), ["version"], unique=False)

    op.create_table(
        "push_progress",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("device_id", types.Id, nullable=False),
        sa.Column("received_through", sa.BigInteger(), nullable=False),
        sa.Column("last_contact_at", types.Instant(), nullable=False),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=False),
        sa.Column("lost", types.Json, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "device_id", name=op.f("pk_push_progress")),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_throttle")),
    )
    op.create_table(
        "unit",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("parent_id", types.Id, nullable=True),
        sa.Column("community_id", types.Id, nullable=True),
        sa.Column("path", sa.String(length=240), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_path"), ["path"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_version"), ["version"], unique=False)

    op.create_table(
        "device",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("home_id", types.Id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("platform", sa.String(length=120), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("revoked_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_device_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_person_id"), ["person_id"], unique=False)

    op.create_table(
        "dwelling",
        sa.Column("building_id", types.Id, nullable=False),
        sa.Column("entrance", sa.String(length=12), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(length=12), nullable=False),
        sa.Column("occupancy", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("compound_id", types.Id, nullable=True),
        sa.Column("grid_id", types.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "building_id"],
            ["building.community_id", "building.id"],
            name=op.f("fk_dwelling_building"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_dwelling")),
    )
    with op.batch_alter_table("dwelling", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_dwelling_community_id_building_id"),
            ["community_id", "building_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_dwelling_community_id_version"),
            ["community_id", "version"],
            unique=False,
        )

    op.create_table(
        "membership",
        sa.Column("unit_id", types.Id, nullable=False),
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit")),
        sa.PrimaryKeyConstraint("unit_id", "person_id", "role", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_person_id"), ["person_id"], unique=False)

    op.create_table(
        "former_membership",
        sa.Column("unit_id", types.Id, nullable=False),
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("until", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_former_membership_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_former_membership_unit")),
        sa.PrimaryKeyConstraint(
            "unit_id", "person_id", "role", "until", name=op.f("pk_former_membership")
        ),
    )
    op.create_index("ix_former_membership_person_id", "former_membership", ["person_id"])
    op.create_table(
        "push_subscription",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("device_id", types.Id, nullable=False),
        sa.Column("endpoint", sa.String(length=1000), nullable=False),
        sa.Column("p256dh", sa.String(length=120), nullable=False),
        sa.Column("auth", sa.String(length=60), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_push_subscription_device")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_push_subscription_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscription_endpoint")),
    )
    with op.batch_alter_table("push_subscription", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_push_subscription_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "resident",
        sa.Column("dwelling_id", types.Id, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("care_needs", types.Json, nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("compound_id", types.Id, nullable=True),
        sa.Column("grid_id", types.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "dwelling_id"],
            ["dwelling.community_id", "dwelling.id"],
            name=op.f("fk_resident_dwelling"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_resident")),
    )
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_resident_community_id_dwelling_id"),
            ["community_id", "dwelling_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_resident_community_id_version"),
            ["community_id", "version"],
            unique=False,
        )

    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device_id", types.Id, nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=False),
        sa.Column("revoked_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_session_device")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_device_id"), ["device_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("dwelling_id", types.Id, nullable=True),
        sa.Column("place", types.Json, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("occurred_at", types.Instant(), nullable=False),
        sa.Column("met", types.Json, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("needs", types.Json, nullable=False),
        sa.Column("photos", types.Json, nullable=False),
        sa.Column("location", types.Json, nullable=True),
        sa.Column("next_visit_on", sa.Date(), nullable=True),
        sa.Column("visitor_id", types.Id, nullable=False),
        sa.Column("visitor_name", sa.String(length=64), nullable=False),
        sa.Column("received_at", types.Instant(), nullable=False),
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("compound_id", types.Id, nullable=True),
        sa.Column("grid_id", types.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "dwelling_id"],
            ["dwelling.community_id", "dwelling.id"],
            name=op.f("fk_visit_dwelling"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visit_community_id_dwelling_id"),
            ["community_id", "dwelling_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_visit_community_id_version"), ["community_id", "version"], unique=False
        )

    op.create_table(
        "case",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("urgency", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=True),
        sa.Column("dwelling_id", types.Id, nullable=True),
        sa.Column("place", types.Json, nullable=True),
        sa.Column("visit_id", types.Id, nullable=True),
        sa.Column("reporter", types.Json, nullable=True),
        sa.Column("photos", types.Json, nullable=False),
        sa.Column("origin_id", types.Id, nullable=False),
        sa.Column("holder_id", types.Id, nullable=False),
        sa.Column("assignee_id", types.Id, nullable=True),
        sa.Column("opened_by", types.Id, nullable=False),
        sa.Column("opened_at", types.Instant(), nullable=False),
        sa.Column("accept_by", types.Instant(), nullable=True),
        sa.Column("settle_by", types.Instant(), nullable=True),
        sa.Column("held_by", types.Json, nullable=False),
        sa.Column("climbed_from", types.Json, nullable=False),
        sa.Column("returned_from", types.Json, nullable=False),
        sa.Column("reached", sa.SmallInteger(), nullable=False),
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("compound_id", types.Id, nullable=True),
        sa.Column("grid_id", types.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "dwelling_id"],
            ["dwelling.community_id", "dwelling.id"],
            name=op.f("fk_case_dwelling"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "visit_id"],
            ["visit.community_id", "visit.id"],
            name=op.f("fk_case_visit"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_case")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_community_id_holder_id_state"),
            ["community_id", "holder_id", "state"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_community_id_version"), ["community_id", "version"], unique=False
        )
        batch_op.create_index(
            "ix_case_reached",
            ["community_id", "version"],
            unique=False,
            postgresql_where=sa.text("reached > 3"),
            sqlite_where=sa.text("reached > 3"),
        )

    op.create_table(
        "case_event",
        sa.Column("case_id", types.Id, nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("actor_id", types.Id, nullable=False),
        sa.Column("actor_name", sa.String(length=64), nullable=False),
        sa.Column("actor_role", sa.String(length=24), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("received_at", types.Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attempted", sa.String(length=12), nullable=True),
        sa.Column("from_unit_id", types.Id, nullable=True),
        sa.Column("to_unit_id", types.Id, nullable=True),
        sa.Column("photos", types.Json, nullable=False),
        sa.Column("reached", sa.SmallInteger(), nullable=False),
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("compound_id", types.Id, nullable=True),
        sa.Column("grid_id", types.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "case_id"],
            ["case.community_id", "case.id"],
            name=op.f("fk_case_event_case"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_event_community_id_case_id"),
            ["community_id", "case_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_event_community_id_version"),
            ["community_id", "version"],
            unique=False,
        )
        batch_op.create_index(
            "ix_caseevent_reached",
            ["community_id", "version"],
            unique=False,
            postgresql_where=sa.text("reached > 3"),
            sqlite_where=sa.text("reached > 3"),
        )

    op.create_table(
        "notice",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("urgency", sa.String(length=12), nullable=False),
        sa.Column("case_id", types.Id, nullable=False),
        sa.Column("unit_id", types.Id, nullable=True),
        sa.Column("person_id", types.Id, nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("addressed_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "case_id"],
            ["case.community_id", "case.id"],
            name=op.f("fk_notice_case"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_unaddressed",
            ["community_id"],
            unique=False,
            postgresql_where=sa.text("addressed_at IS NULL"),
            sqlite_where=sa.text("addressed_at IS NULL"),
        )

    op.create_table(
        "delivery",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("notice_id", types.Id, nullable=False),
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("subscription_id", types.Id, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=False),
        sa.Column("claimed_until", types.Instant(), nullable=True),
        sa.Column("sent_at", types.Instant(), nullable=True),
        sa.Column("answer", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "notice_id"],
            ["notice.community_id", "notice.id"],
            name=op.f("fk_delivery_notice"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "community_id",
            "notice_id",
            "subscription_id",
            name=op.f("uq_delivery_community_id_notice_id_subscription_id"),
        ),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_waiting",
            ["community_id", "due_at"],
            unique=False,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_delivery_waiting",
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("delivery")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notice_unaddressed",
            postgresql_where=sa.text("addressed_at IS NULL"),
            sqlite_where=sa.text("addressed_at IS NULL"),
        )

    op.drop_table("notice")
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_caseevent_reached",
            postgresql_where=sa.text("reached > 3"),
            sqlite_where=sa.text("reached > 3"),
        )
        batch_op.drop_index(batch_op.f("ix_case_event_community_id_version"))
        batch_op.drop_index(batch_op.f("ix_case_event_community_id_case_id"))

    op.drop_table("case_event")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_case_reached",
            postgresql_where=sa.text("reached > 3"),
            sqlite_where=sa.text("reached > 3"),
        )
        batch_op.drop_index(batch_op.f("ix_case_community_id_version"))
        batch_op.drop_index(batch_op.f("ix_case_community_id_holder_id_state"))

    op.drop_table("case")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_community_id_version"))
        batch_op.drop_index(batch_op.f("ix_visit_community_id_dwelling_id"))

    op.drop_table("visit")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_device_id"))

    op.drop_table("session")
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resident_community_id_version"))
        batch_op.drop_index(batch_op.f("ix_resident_community_id_dwelling_id"))

    op.drop_table("resident")
    with op.batch_alter_table("push_subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_push_subscription_person_id"))

    op.drop_table("push_subscription")
    op.drop_table("former_membership")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_person_id"))

    op.drop_table("membership")
    with op.batch_alter_table("dwelling", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dwelling_community_id_version"))
        batch_op.drop_index(batch_op.f("ix_dwelling_community_id_building_id"))

    op.drop_table("dwelling")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_person_id"))

    op.drop_table("device")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_version"))
        batch_op.drop_index(batch_op.f("ix_unit_path"))
        batch_op.drop_index(batch_op.f("ix_unit_parent_id"))
        batch_op.drop_index(batch_op.f("ix_unit_community_id"))

    op.drop_table("unit")
    op.drop_table("sign_in_throttle")
    op.drop_table("push_progress")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_version"))
        batch_op.drop_index(batch_op.f("ix_person_home_id"))

    op.drop_table("person")
    op.drop_table("mutation")
    op.drop_table("feed_epoch")
    op.drop_table("feed_counter")
    op.drop_table("departure")
    with op.batch_alter_table("building", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_building_community_id_version"))

    op.drop_table("building")
    op.drop_table("blob_reference")
    op.drop_table("blob")
