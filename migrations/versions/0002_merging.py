"""merging: what edits of a field remember, conflicts between them, and who removed a record.

Only adds; code from before it runs on these tables as well.
"""

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

EDITABLE = ("dwelling", "resident", "visit")


def upgrade() -> None:
    op.create_table(
        "conflict",
        sa.Column("record_type", sa.String(length=16), nullable=False),
        sa.Column("record_id", types.Id, nullable=False),
        sa.Column("field", sa.String(length=24), nullable=False),
        sa.Column("against", sa.String(length=12), nullable=False),
        sa.Column("mine", types.Json, nullable=False),
        sa.Column("theirs", types.Json, nullable=False),
        sa.Column("author_id", types.Id, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("settled_by", types.Id, nullable=True),
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("compound_id", types.Id, nullable=True),
        sa.Column("grid_id", types.Id, nullable=True),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_conflict")),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conflict_community_id_version"),
            ["community_id", "version"],
            unique=False,
        )
    with op.batch_alter_table("departure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removal", types.Json, nullable=True))
    for name in EDITABLE:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column("stamps", types.Json, nullable=True))


def downgrade() -> None:
    for name in reversed(EDITABLE):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_column("stamps")
    with op.batch_alter_table("departure", schema=None) as batch_op:
        batch_op.drop_column("removal")
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflict_community_id_version"))
    op.drop_table("conflict")
