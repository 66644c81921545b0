"""cases by their ids alone: a receipt, or somebody at a street, does not know the community."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_case_id", "case", ["id"])


def downgrade() -> None:
    op.drop_index("ix_case_id", "case")
