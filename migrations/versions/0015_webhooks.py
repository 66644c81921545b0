"""webhooks: secrets that change, why a connector stopped, and which deliveries were heard.

Only adds; code from before it runs on these tables as well.
"""

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ADDED = (
    sa.Column("former_secret", sa.LargeBinary(), nullable=True),
    sa.Column("former_until", types.Instant(), nullable=True),
    sa.Column("stopped_because", sa.String(120), nullable=True),
)


def upgrade() -> None:
    for column in ADDED:
        op.add_column("connector", column)
    op.create_table(
        "hook_delivery",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("connector_id", types.Id, nullable=False),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("received_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint(
            "community_id", "connector_id", "id", name=op.f("pk_hook_delivery")
        ),
    )
    op.create_index(op.f("ix_hook_delivery_received_at"), "hook_delivery", ["received_at"])


def downgrade() -> None:
    op.drop_table("hook_delivery")
    for column in ADDED:
        op.drop_column("connector", column.name)
