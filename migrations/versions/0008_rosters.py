"""rosters: who is on duty at a unit, from when to when, and swaps between colleagues.

Only adds; code from before it runs on these tables as well.
"""

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_shift",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("unit_id", types.Id, nullable=False),
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("rostered_id", types.Id, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("starts_at", types.Instant(), nullable=False),
        sa.Column("ends_at", types.Instant(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_duty_shift")),
    )
    op.create_index(
        op.f("ix_duty_shift_community_id_unit_id_ends_at"),
        "duty_shift",
        ["community_id", "unit_id", "ends_at"],
    )
    op.create_table(
        "duty_swap",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("shift_id", types.Id, nullable=False),
        sa.Column("from_id", types.Id, nullable=False),
        sa.Column("to_id", types.Id, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("offered_at", types.Instant(), nullable=False),
        sa.Column("answered_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "shift_id"],
            ["duty_shift.community_id", "duty_shift.id"],
            name=op.f("fk_duty_swap_duty_shift"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_duty_swap")),
        sa.UniqueConstraint(
            "community_id", "shift_id", name=op.f("uq_duty_swap_community_id_shift_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("duty_swap")
    op.drop_index(op.f("ix_duty_shift_community_id_unit_id_ends_at"), "duty_shift")
    op.drop_table("duty_shift")
