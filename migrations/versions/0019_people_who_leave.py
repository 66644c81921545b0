"""people who leave: where a person or unit was before it moved, so that the phones there let go of it."""

import sqlalchemy as sa
from alembic import op

from app.models.types import Id

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("departure", sa.Column("home_id", Id, nullable=True))
    op.add_column("departure", sa.Column("path", sa.String(240), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM departure WHERE type IN ('unit', 'person')")
    op.drop_column("departure", "path")
    op.drop_column("departure", "home_id")
