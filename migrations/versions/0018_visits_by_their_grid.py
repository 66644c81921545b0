"""visits by their grid: a phone that sees one need not pass over those of all others."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAME = "ix_visit_community_id_grid_id_version"
UNASKED = "ix_visit_community_id_dwelling_id"
"""Nobody asks the server for the visits of a dwelling, and dwellings are never deleted."""


def upgrade() -> None:
    op.create_index(NAME, "visit", ["community_id", "grid_id", "version"])
    op.drop_index(UNASKED, "visit")


def downgrade() -> None:
    op.create_index(UNASKED, "visit", ["community_id", "dwelling_id"])
    op.drop_index(NAME, "visit")
