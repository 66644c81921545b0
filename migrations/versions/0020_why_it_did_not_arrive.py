"""why it did not arrive: what an answer means to whoever is told, beside the words of it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("reason", sa.String(16), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery", "reason")
