"""quarantine: what waits for a decision after somebody was shut out, and the decision; waiting rescues.

Only adds; code from before it runs on these tables as well.
"""

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quarantined",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("device_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("unit_id", types.Id, nullable=False),
        sa.Column("decided_at", types.Instant(), nullable=True),
        sa.Column("decided_by", types.Id, nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "device_id", "id", name=op.f("pk_quarantined")),
    )
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quarantined_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "waiting_rescue",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("device_id", types.Id, nullable=False),
        sa.Column("received_at", types.Instant(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "sha256", name=op.f("pk_waiting_rescue")),
    )


def downgrade() -> None:
    op.drop_table("waiting_rescue")
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quarantined_unit_id"))
    op.drop_table("quarantined")
