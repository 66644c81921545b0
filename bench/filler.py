"""Visits by the million, made inside PostgreSQL: one in every grid, then the next in every grid, as a city
writes them. They are at places that are no dwelling, and take 300 bytes each.
"""

from datetime import UTC, datetime
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import Connection, text

from app import create_app, tallies
from app.config import Config
from app.counters import lock
from app.extensions import db, writing
from app.services.importing import import_units
from tests.town import id_of, settle_in_database

UNITS = Path("app/data/yantai_units.csv")
COMMUNITY = id_of("community")
CHUNK = 500_000
"""So many visits are written at once."""

OWN = """
SELECT community_id, parent_id AS compound_id, id AS grid_id
FROM unit WHERE level = 'grid' AND community_id = :community
"""
ELSEWHERE = """
SELECT id AS community_id, CAST(md5(id || 'compound' || number / 2) AS uuid) AS compound_id,
  CAST(md5(id || 'grid' || number) AS uuid) AS grid_id
FROM unit, generate_series(0, 9) AS number
WHERE level = 'community' AND NOT EXISTS (SELECT 1 FROM unit AS below WHERE below.parent_id = unit.id)
"""
"""Ten grids for each imported community; they have no names, which no visit says anyway."""

BEGIN = """
INSERT INTO feed_counter SELECT DISTINCT community_id, 0 FROM ({grids}) AS grid ON CONFLICT DO NOTHING
"""
VISIT = """
INSERT INTO visit (community_id, id, version, compound_id, grid_id, place, kind, occurred_at, met,
  summary, needs, photos, visitor_id, visitor_name, received_at)
SELECT community_id,
  CAST('019ab697e80070008' || lpad(to_hex(round), 7, '0') || lpad(to_hex(number), 8, '0') AS uuid),
  version + (round - 1) * grids + turn, compound_id, grid_id,
  jsonb_build_object('unit_id', grid_id, 'text', '小区门口'), 'routine', now(), '[]',
  '灯泡坏了，已经记下，答应周三来换。', '[]', '[]', community_id, '张三', now()
FROM (
  SELECT *, row_number() OVER () AS number, row_number() OVER of_it AS turn,
    count(*) OVER (PARTITION BY community_id) AS grids
  FROM ({grids}) AS grid WINDOW of_it AS (PARTITION BY community_id ORDER BY grid_id)
) AS grid JOIN feed_counter USING (community_id),
  generate_series(CAST(:first AS int), CAST(:last AS int)) AS round
"""
NUMBER = """
UPDATE feed_counter SET version = newest
FROM (SELECT community_id, max(version) AS newest FROM visit GROUP BY community_id) AS visited
WHERE visited.community_id = feed_counter.community_id
"""
COUNT = """
INSERT INTO tally SELECT community_id, unit_id, 0, count(*), 0, 0
FROM visit, LATERAL (VALUES (community_id), (compound_id), (grid_id)) AS place(unit_id)
GROUP BY community_id, unit_id ON CONFLICT DO NOTHING
"""
STORED = "SELECT sum(count) FROM tally WHERE unit_id = community_id AND reached = 0"


def fill(env: dict[str, str], own: int, elsewhere: int) -> int:
    """Fill a fresh database with the tests' town and a city's units, then with so many visits in each grid of
    the town's first community, and in each grid of the city; how many records are stored then.

    The tallies of the city have the right counts and no checksums: counting ten million records anew takes
    longer than all else here, and the town's phones read only their own.
    """
    app = create_app(Config.from_environment(env))
    with app.app_context():
        upgrade()
        settle_in_database()
        import_units(UNITS, datetime.now(UTC))
        with db.engine.connect() as opened:
            connection = opened.execution_options(isolation_level="AUTOCOMMIT")
            _visit(connection, OWN, own)
            _visit(connection, ELSEWHERE, elsewhere)
            stored = _counted(connection)
        db.engine.dispose()
    return stored


def _visit(connection: Connection, grids: str, times: int) -> None:
    """Visit these grids so many times."""
    given = {"community": COMMUNITY} if ":community" in grids else {}
    count = connection.execute(text(f"SELECT count(*) FROM ({grids}) AS grid"), given).scalar_one()
    connection.execute(text(BEGIN.format(grids=grids)), given)
    statement, step = text(VISIT.format(grids=grids)), CHUNK // count
    for first in range(1, times + 1, step):
        last = min(first + step - 1, times)
        connection.execute(statement, {**given, "first": first, "last": last})


def _counted(connection: Connection) -> int:
    """Bring counters and tallies up to what is there; how many records that is."""
    connection.execute(text(NUMBER))
    connection.execute(text(COUNT))
    with writing() as session:
        lock(session, [COMMUNITY])
        tallies.recount(session, COMMUNITY)
    # as PostgreSQL does by itself after a while, but not in the midst of measuring
    connection.execute(text("VACUUM ANALYZE"))
    connection.execute(text("CHECKPOINT"))
    stored: int = connection.execute(text(STORED)).scalar_one()
    return stored
