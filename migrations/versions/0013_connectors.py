"""connectors: platforms beyond the district, and the cases that are handed to them.

Only adds; code from before it runs on these tables as well, and hands nothing over.
"""

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UNDER_WAY = sa.text("state IN ('waiting', 'taken')")


def upgrade() -> None:
    op.create_table(
        "connector",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("unit_id", types.Id, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("url", sa.String(1000), nullable=False),
        sa.Column("jurisdiction_id", sa.String(120), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("services", types.Json, nullable=False),
        sa.Column("stopped_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_connector_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector")),
        sa.UniqueConstraint("unit_id", "kind", name=op.f("uq_connector_unit_id_kind")),
    )
    op.create_table(
        "connector_progress",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("connector_id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "connector_id", name=op.f("pk_connector_progress")),
    )
    op.create_table(
        "handover",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("connector_id", types.Id, nullable=False),
        sa.Column("case_id", types.Id, nullable=False),
        sa.Column("event_id", types.Id, nullable=False),
        sa.Column("event", sa.String(24), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=False),
        sa.Column("claimed_until", types.Instant(), nullable=True),
        sa.Column("service_request_id", sa.String(120), nullable=True),
        sa.Column("token", sa.String(120), nullable=True),
        sa.Column("heard", sa.String(64), nullable=True),
        sa.Column("answer", sa.String(120), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "case_id"],
            ["case.community_id", "case.id"],
            name=op.f("fk_handover_case"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_handover")),
    )
    op.create_index(
        "ix_handover_under_way",
        "handover",
        ["community_id", "due_at"],
        postgresql_where=UNDER_WAY,
        sqlite_where=UNDER_WAY,
    )
    op.create_index(
        op.f("ix_handover_community_id_case_id"), "handover", ["community_id", "case_id"]
    )
    op.create_index("ix_handover_case", "handover", ["case_id"])


def downgrade() -> None:
    op.drop_table("handover")
    op.drop_table("connector_progress")
    op.drop_table("connector")
