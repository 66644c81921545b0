"""the ladder of notices: units' channels, and the steps of a notice that nobody opens.

Only adds and loosens; code from before it runs on these tables as well. Notices told before do not climb.
"""

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CLIMBING = sa.text("next_step_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "channel",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("unit_id", types.Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("hint", sa.String(length=120), nullable=False),
        sa.Column("sealed_url", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_channel_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_index(op.f("ix_channel_unit_id"), "channel", ["unit_id"])
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("step", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("next_step_at", types.Instant(), nullable=True))
        batch_op.create_index(
            "ix_notice_climbing",
            ["next_step_at"],
            postgresql_where=CLIMBING,
            sqlite_where=CLIMBING,
        )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        step = sa.Column("step", sa.String(length=16), server_default="push", nullable=False)
        batch_op.add_column(step)
        batch_op.add_column(sa.Column("channel_id", types.Id, nullable=True))
        batch_op.alter_column("person_id", existing_type=types.Id, nullable=True)
        batch_op.alter_column("subscription_id", existing_type=types.Id, nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM delivery WHERE subscription_id IS NULL")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.alter_column("subscription_id", existing_type=types.Id, nullable=False)
        batch_op.alter_column("person_id", existing_type=types.Id, nullable=False)
        batch_op.drop_column("channel_id")
        batch_op.drop_column("step")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_climbing")
        batch_op.drop_column("next_step_at")
        batch_op.drop_column("step")
    op.drop_table("channel")
