"""device health: what each device last said of itself.

Only adds; code from before it runs on these tables as well.
"""

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_report",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("device_id", types.Id, nullable=False),
        sa.Column("heard_at", types.Instant(), nullable=False),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=False),
        sa.Column("app_version", sa.String(length=40), nullable=True),
        sa.Column("unsent", sa.BigInteger(), nullable=True),
        sa.Column("photos_unsent", sa.BigInteger(), nullable=True),
        sa.Column("oldest_unsent_at", types.Instant(), nullable=True),
        sa.Column("persisted", sa.Boolean(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.Column("quota", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("replaces", types.Id, nullable=True),
        sa.Column("replaced_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "device_id", name=op.f("pk_device_report")),
    )


def downgrade() -> None:
    op.drop_table("device_report")
