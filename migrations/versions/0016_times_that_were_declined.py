"""times that were declined: the leader above may say no to a looser deadline, and its asker sees that."""

import sqlalchemy as sa
from alembic import op

from app.models.types import Id, Instant

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deadline_policy", sa.Column("declined_by", Id, nullable=True))
    op.add_column("deadline_policy", sa.Column("declined_at", Instant, nullable=True))


def downgrade() -> None:
    op.drop_column("deadline_policy", "declined_at")
    op.drop_column("deadline_policy", "declined_by")
