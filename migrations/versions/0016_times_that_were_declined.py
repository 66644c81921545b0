"""times that were declined: the leader above may say no to a looser deadline, and its asker sees that.

Also an index by which whoever opened a case that was joined to another is found when that moves.
"""

import sqlalchemy as sa
from alembic import op

from app.models.types import Id, Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JOINED = sa.text("merged_into IS NOT NULL")


def upgrade() -> None:
    op.add_column("deadline_policy", sa.Column("declined_by", Id, nullable=True))
    op.add_column("deadline_policy", sa.Column("declined_at", Instant, nullable=True))
    op.create_index(
        "ix_case_joined",
        "case",
        ["community_id", "merged_into"],
        postgresql_where=JOINED,
        sqlite_where=JOINED,
    )


def downgrade() -> None:
    op.drop_index("ix_case_joined", "case")
    op.drop_column("deadline_policy", "declined_at")
    op.drop_column("deadline_policy", "declined_by")
