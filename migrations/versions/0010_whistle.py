"""whistle: whom a case calls, whose department a responder is of, and what each case holds by itself.

Only adds, and counts what is there already. Code from before it does not count what it writes: once it has
stopped, `qiaomen recount` mends the tallies.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.models import types
from sync.agreement import Tally, tally

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHUNK = 1000


def upgrade() -> None:
    op.create_table(
        "case_call",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("case_id", types.Id, nullable=False),
        sa.Column("person_id", types.Id, nullable=False),
        sa.Column("until", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "case_id"],
            ["case.community_id", "case.id"],
            name=op.f("fk_case_call_case"),
        ),
        sa.PrimaryKeyConstraint("community_id", "case_id", "person_id", name=op.f("pk_case_call")),
    )
    op.create_index(op.f("ix_case_call_person_id"), "case_call", ["person_id"])
    op.add_column("case", sa.Column("calls", types.Json, nullable=False, server_default="[]"))
    department = sa.Column("department", sa.String(40), nullable=False, server_default="")
    op.add_column("membership", department)
    _count()


def _count() -> None:
    """The tally of each case: itself and its lines."""
    totals: dict[tuple[str, str], Tally] = {}
    for type_, column in (("case", "id"), ("case_event", "case_id")):
        statement = sa.text(f'SELECT community_id, {column} AS case_id, id, version FROM "{type_}"')
        found = op.get_bind().execute(statement.execution_options(yield_per=CHUNK))
        for row in found:
            key = str(row.community_id), str(row.case_id)
            totals[key] = totals.get(key, Tally()) + tally(type_, [str(row.id)], [row.version])
    rows = [_row(*key, total) for key, total in totals.items()]
    if rows:
        table = sa.table("tally", *(sa.column(name) for name in rows[0]))
        op.bulk_insert(table, rows)


def _row(community_id: str, case_id: str, total: Tally) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "unit_id": case_id,
        "reached": 0,
        "count": total.count,
        "one": total.one,
        "other": total.other,
    }


def downgrade() -> None:
    op.execute('DELETE FROM tally WHERE unit_id IN (SELECT id FROM "case")')
    op.drop_column("membership", "department")
    op.drop_column("case", "calls")
    op.drop_table("case_call")
