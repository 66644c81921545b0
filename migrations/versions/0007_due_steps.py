"""due steps: what lies ahead of a case and when, and lines of a timeline that nobody's hand made.

Only adds, and plans the steps of the cases there are. Code from before it runs on these tables as well, but
plans none: start the worker once it has stopped.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.models import types
from app.services.working_days import is_working_day
from sync.due_steps import planned
from sync.instants import from_wire, to_wire
from sync.records import Due, Record

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOBODY = "00000000-0000-0000-0000-000000000000"
TO_BE_ACCEPTED_WITHIN = {"urgent": timedelta(minutes=30), "normal": timedelta(hours=24)}
"""Of every case so far, counted from its arrival."""

case = sa.table(
    "case",
    sa.column("community_id", types.Id),
    sa.column("id", types.Id),
    sa.column("state", sa.String),
    sa.column("urgency", sa.String),
    sa.column("accept_by", types.Instant()),
    sa.column("settle_by", types.Instant()),
    sa.column("due_steps", types.Json),
    sa.column("next_due_at", types.Instant()),
)


def upgrade() -> None:
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.alter_column("actor_id", existing_type=types.Id, nullable=True)
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_steps", types.Json, nullable=True))
        batch_op.add_column(sa.Column("next_due_at", types.Instant(), nullable=True))
        batch_op.create_index(
            "ix_case_due",
            ["next_due_at"],
            unique=False,
            postgresql_where=sa.text("next_due_at IS NOT NULL"),
            sqlite_where=sa.text("next_due_at IS NOT NULL"),
        )
    bind = op.get_bind()
    for community_id in bind.scalars(sa.select(case.c.community_id).distinct()).all():
        of_it = sa.select(case).where(
            case.c.community_id == community_id, case.c.accept_by.is_not(None)
        )
        for row in bind.execute(of_it).all():
            due = _due(row)
            if due:
                steps = {
                    "due_steps": [step._asdict() for step in due],
                    "next_due_at": from_wire(due[0].at),
                }
                key = (case.c.community_id == community_id, case.c.id == row.id)
                bind.execute(sa.update(case).where(*key).values(steps))


def _due(row: Any) -> tuple[Due, ...]:
    """What lies ahead of a case."""
    value = {"state": row.state, "urgency": row.urgency, "accept_by": to_wire(row.accept_by)}
    value["settle_by"] = to_wire(row.settle_by) if row.settle_by else None
    arrived = row.accept_by - TO_BE_ACCEPTED_WITHIN[row.urgency]
    # when it was resolved is not known of a case from before: its resident's days of silence begin now
    since = datetime.now(UTC) if row.state == "resolved" else arrived
    record = Record("case", row.id, row.community_id, {**value, "resolved_at": None})
    return planned(None, record, since, is_working_day).due


def downgrade() -> None:
    op.drop_index("ix_case_due", "case")
    # never made anew: timelines point to it
    with op.batch_alter_table("case", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("next_due_at")
        batch_op.drop_column("due_steps")
    op.execute(f"UPDATE case_event SET actor_id = '{NOBODY}' WHERE actor_id IS NULL")
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.alter_column("actor_id", existing_type=types.Id, nullable=False)
