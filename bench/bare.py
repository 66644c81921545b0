"""The machine's limit, to hold ours against: a Flask handler that does one safe statement and no more.

An idempotency key, a counter row, an upsert; no validation, no authorization, no journal, no scopes.
`python -m bench.bare PORT DATABASE_URL` serves it with as many processes and threads as ours.
"""

import gzip
import sys
import threading

import orjson
import psycopg
from flask import Flask, Response, request

from app.serving import serve_with

TABLES = """
CREATE TABLE bare_counter (grid int PRIMARY KEY, version bigint NOT NULL);
CREATE TABLE bare_key (device uuid, id uuid, PRIMARY KEY (device, id));
CREATE TABLE bare_record (grid int, id uuid, version bigint, value jsonb, PRIMARY KEY (grid, id));
CREATE INDEX ON bare_record (grid, version);
INSERT INTO bare_counter SELECT n, 0 FROM generate_series(0, 63) AS n;
"""

PUSH = """
WITH batch AS (SELECT * FROM json_to_recordset(%(rows)s::json) AS r(id uuid, args jsonb)),
fresh AS (
  INSERT INTO bare_key SELECT %(device)s::uuid, id FROM batch ON CONFLICT DO NOTHING RETURNING id),
numbered AS (
  UPDATE bare_counter SET version = version + (SELECT count(*) FROM fresh)
  WHERE grid = %(grid)s RETURNING version - (SELECT count(*) FROM fresh) AS before)
INSERT INTO bare_record
SELECT %(grid)s, (args->>'id')::uuid, before + row_number() OVER (), args
FROM batch JOIN fresh USING (id), numbered
ON CONFLICT (grid, id) DO UPDATE SET version = excluded.version, value = excluded.value
"""

PULL = """
SELECT version, json_build_object('id', id, 'version', version, 'value', value)::text
FROM bare_record WHERE grid = %(grid)s AND version > %(after)s ORDER BY version LIMIT %(limit)s
"""

WORTH_PACKING = 1024
local = threading.local()


def connection(url: str) -> psycopg.Connection[tuple[int, str]]:
    if not hasattr(local, "connection"):
        local.connection = psycopg.connect(url, autocommit=True)
    opened: psycopg.Connection[tuple[int, str]] = local.connection
    return opened


def bare(url: str) -> Flask:
    """The handler: a batch in, what is new after a cursor out."""
    app = Flask(__name__)

    @app.post("/sync")
    def sync() -> Response:
        asked = orjson.loads(request.get_data())
        if asked["mutations"]:
            rows = orjson.dumps(asked["mutations"]).decode()
            parameters = {"rows": rows, "device": asked["device_id"], "grid": asked["grid"]}
            connection(url).execute(PUSH, parameters)
        after = {name: asked[name] for name in ("grid", "after", "limit")}
        found = connection(url).execute(PULL, after).fetchall()
        patch = [orjson.Fragment(line) for _, line in found]
        return _packed(orjson.dumps({"patch": patch, "after": found[-1][0] if found else None}))

    @app.get("/")
    def ready() -> str:
        return "ready"

    return app


def _packed(data: bytes) -> Response:
    if len(data) < WORTH_PACKING or "gzip" not in request.accept_encodings:
        return Response(data, mimetype="application/json")
    packed = gzip.compress(data, compresslevel=1, mtime=0)
    return Response(packed, headers={"Content-Encoding": "gzip"}, mimetype="application/json")


if __name__ == "__main__":
    serve_with(lambda: bare(sys.argv[2]), int(sys.argv[1]), workers=2, threads=8)
