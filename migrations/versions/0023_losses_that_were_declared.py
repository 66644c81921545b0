"""losses by their device: who helps asks for them, among all that phones have ever sent."""

from alembic import op
from sqlalchemy import text

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NAME = "ix_mutation_lost"
LOST = text("name = 'outbox.lost'")


def upgrade() -> None:
    op.create_index(NAME, "mutation", ["device_id"], postgresql_where=LOST, sqlite_where=LOST)


def downgrade() -> None:
    op.drop_index(NAME, "mutation")
