"""notices about no case: a shift somebody is asked to take, looser times, what waits for a decision.

Only loosens; code from before it runs on this table as well.
"""

from alembic import op

from app.models import types

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.alter_column("case_id", existing_type=types.Id, nullable=True)


def downgrade() -> None:
    for table in ("delivery", "notice_recipient"):
        op.execute(
            f"DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM notice WHERE notice.case_id IS NULL"
            f" AND notice.community_id = {table}.community_id AND notice.id = {table}.notice_id)"
        )
    op.execute("DELETE FROM notice WHERE case_id IS NULL")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.alter_column("case_id", existing_type=types.Id, nullable=False)
