"""agreement: what each place holds, by count and checksum, and how far departures were forgotten.

Only adds, and counts what is there already. Code from before it does not count what it writes: once it has
stopped, `qiaomen recount` mends the tallies.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.models import types
from sync.agreement import Counting

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PLACED = ("building", "dwelling", "resident", "visit", "conflict")
REACHING = ("case", "case_event")
CHUNK = 1000


def upgrade() -> None:
    op.create_table(
        "feed_horizon",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_feed_horizon")),
    )
    tally = op.create_table(
        "tally",
        sa.Column("community_id", types.Id, nullable=False),
        sa.Column("unit_id", types.Id, nullable=False),
        sa.Column("reached", sa.SmallInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("one", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "unit_id", "reached", name=op.f("pk_tally")),
    )
    op.bulk_insert(tally, list(_counted()))


def _counted() -> Iterator[dict[str, Any]]:
    """The tallies of everything there is, summed part by part to bound the memory."""
    totals: dict[Any, Any] = {}
    for name in (*PLACED, *REACHING):
        for rows in _parts(name):
            for place, tally in _count(name, rows).changes().items():
                totals[place] = totals[place] + tally if place in totals else tally
    for place, tally in totals.items():
        lanes = {"one": tally.one, "other": tally.other}
        yield {**place._asdict(), "count": tally.count, **lanes}


def _parts(name: str) -> Iterator[Any]:
    reached = "reached" if name in REACHING else "0 AS reached"
    columns = f"community_id, id, version, compound_id, grid_id, {reached}"
    statement = sa.text(f'SELECT {columns} FROM "{name}"').execution_options(yield_per=CHUNK)
    yield from op.get_bind().execute(statement).partitions()


def _count(name: str, rows: Any) -> Counting:
    counting = Counting()
    for row in rows:
        community, compound, grid = (
            id_ and str(id_) for id_ in (row.community_id, row.compound_id, row.grid_id)
        )
        counting.add((name, community, compound, grid, row.reached, None), str(row.id), row.version)
    return counting


def downgrade() -> None:
    op.drop_table("tally")
    op.drop_table("feed_horizon")
