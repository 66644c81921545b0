"""What a worker's pass over deadlines takes where a million cases are open, on PostgreSQL."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

from flask_migrate import upgrade
from sqlalchemy import text

from app import create_app
from app.config import Config
from app.extensions import db
from app.services.deadlines import BATCH, Deadlines
from app.services.importing import import_units
from bench.filler import ELSEWHERE, UNITS
from bench.report import print_row
from tests.serving import database

ROUNDS = 15
EACH = 16
"""Open cases in each of the 65,090 grids of the city, held by its community."""
APART = timedelta(seconds=1)
"""One case is due so long after the other, each in another grid: the most communities a pass can meet."""
NOW = datetime.now(UTC)

CASE = """
INSERT INTO "case" (community_id, id, version, compound_id, grid_id, kind, title, detail, state, urgency,
  place, photos, origin_id, holder_id, opened_by, opened_at, accept_by, settle_by, held_by, climbed_from,
  returned_from, reached, due_steps, next_due_at)
SELECT community_id, gen_random_uuid(), number, compound_id, grid_id, 'doorstep', '楼道漏水',
  '三楼楼道顶上漏水，地上滑，已经放了牌子。', 'open', 'normal',
  jsonb_build_object('unit_id', grid_id, 'text', '小区门口'), '[]', grid_id, community_id, community_id,
  CAST(:now AS timestamptz), due_at, due_at, jsonb_build_array(community_id), '[]', '[]', 3,
  jsonb_build_array(jsonb_build_object('step', 'unaccepted', 'at',
    to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))), due_at
FROM (
  SELECT *, CAST(:now AS timestamptz) + number * CAST(:apart AS interval) AS due_at FROM (
    SELECT grid.*, round, row_number() OVER (ORDER BY round, grid_id) AS number
    FROM ({grids}) AS grid, generate_series(1, CAST(:each AS int)) AS round
  ) AS numbered
) AS timed
"""


def measure() -> None:
    """Measure and print the report."""
    with open_cases() as count:
        passing = Deadlines(Random(7))
        idle = [_seconds(passing, NOW) for _ in range(ROUNDS)]
        # more is due at each than it may take
        busy = [_seconds(passing, NOW + number * BATCH * APART) for number in range(1, ROUNDS + 1)]
        for what, seconds in (("nothing due", idle), (f"{BATCH} due or more", busy)):
            figure = f"{statistics.median(seconds) * 1000:.1f}"
            print_row(f"postgresql: deadlines of {count:,} cases, {what}", figure, "ms", "≤ 2,000")


def _seconds(passing: Deadlines, now: datetime) -> float:
    began = time.perf_counter()
    passing(now)
    return time.perf_counter() - began


@contextmanager
def open_cases() -> Iterator[int]:
    """A city full of open cases, in the current app's database; how many."""
    with database("postgresql") as env:
        app = create_app(Config.from_environment(env))
        with app.app_context():
            upgrade()
            import_units(UNITS, NOW)
            given = {"now": NOW, "apart": APART, "each": EACH}
            with db.engine.connect() as opened:
                connection = opened.execution_options(isolation_level="AUTOCOMMIT")
                count = connection.execute(text(CASE.format(grids=ELSEWHERE)), given).rowcount
                # as PostgreSQL does by itself after a while, but not in the midst of measuring
                connection.execute(text("VACUUM ANALYZE"))
                connection.execute(text("CHECKPOINT"))
            yield count
            db.engine.dispose()
