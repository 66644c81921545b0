"""duty lists: which department answers for what and within how long, and units' own times.

Only adds; code from before it runs on these tables as well, and goes by the defaults.
"""

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_list",
        sa.Column("unit_id", types.Id, nullable=False),
        sa.Column("changed_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_duty_list")),
    )
    op.create_table(
        "duty_item",
        sa.Column("unit_id", types.Id, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("class_name", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=120), nullable=False),
        sa.Column("lead_department", sa.String(length=60), nullable=False),
        sa.Column("helping_departments", types.Json, nullable=False),
        sa.Column("settle_hours", sa.Integer(), nullable=True),
        sa.Column("settle_working_days", sa.Integer(), nullable=True),
        sa.Column("urgency", sa.String(length=12), nullable=True),
        sa.Column("keywords", types.Json, nullable=False),
        sa.Column("retired_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "code", name=op.f("pk_duty_item")),
    )
    op.create_table(
        "deadline_policy",
        sa.Column("unit_id", types.Id, nullable=False),
        sa.Column("urgency", sa.String(length=12), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("accept_minutes", sa.Integer(), nullable=True),
        sa.Column("settle_hours", sa.Integer(), nullable=True),
        sa.Column("settle_working_days", sa.Integer(), nullable=True),
        sa.Column("set_by", types.Id, nullable=False),
        sa.Column("set_at", types.Instant(), nullable=False),
        sa.Column("agreed_by", types.Id, nullable=True),
        sa.Column("agreed_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "urgency", "item_code", name=op.f("pk_deadline_policy")),
    )


def downgrade() -> None:
    op.drop_table("deadline_policy")
    op.drop_table("duty_item")
    op.drop_table("duty_list")
