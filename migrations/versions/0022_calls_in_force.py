"""calls by when they ended: every request asks for those in force, not for all of many years."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NAME = "ix_case_call_person_id_until"
BEFORE = "ix_case_call_person_id"


def upgrade() -> None:
    op.create_index(NAME, "case_call", ["person_id", "until"])
    op.drop_index(BEFORE, "case_call")


def downgrade() -> None:
    op.create_index(BEFORE, "case_call", ["person_id"])
    op.drop_index(NAME, "case_call")
