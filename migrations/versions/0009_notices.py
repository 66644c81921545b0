"""notice recipients: whom each notice reached, and what they have seen.

Only adds; code from before it runs on these tables as well, and tells by Web Push alone.
"""

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_counter",
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_counter")),
    )
    op.create_table(
        "notice_recipient",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("notice_id", types.Id, nullable=False),
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("told_at", types.Instant(), nullable=False),
        sa.Column("seen_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "notice_id"],
            ["notice.community_id", "notice.id"],
            name=op.f("fk_notice_recipient_notice"),
        ),
        sa.PrimaryKeyConstraint(
            "community_id", "notice_id", "person_id", name=op.f("pk_notice_recipient")
        ),
    )
    op.create_index(
        op.f("ix_notice_recipient_person_id_version"), "notice_recipient", ["person_id", "version"]
    )


def downgrade() -> None:
    op.drop_table("notice_recipient")
    op.drop_table("notice_counter")
