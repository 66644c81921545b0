"""Who sends a request and what posts they hold, in SQL: one row of JSON for each."""

from functools import cache

from sqlalchemy import TextClause, text

from app.sql import Postgres, Sqlite, json_object
from sync.levels import CALLED, RESPONDER


@cache
def by_token(words: Sqlite | Postgres) -> TextClause:
    """SELECT who sends the requests of the session with this :token_hash, and whether it is over."""
    more = {name: words.moment(f"session.{name}") for name in ("revoked_at", "expires_at")}
    of_session = "JOIN session ON session.device_id = device.id WHERE token_hash = :token_hash"
    return text(f"{_standing(words, more)} {of_session}")


@cache
def by_device(words: Sqlite | Postgres) -> TextClause:
    """SELECT whose :device_id it is."""
    return text(f"{_standing(words, {})} WHERE device.id = :device_id")


def _standing(words: Sqlite | Postgres, more: dict[str, str]) -> str:
    """SELECT a person on a device, and their posts: those they hold, and those they held before for as long
    as a tap from then may still arrive (P7). Being called to a case is a post at it."""
    path = "path || '/' || CAST(case_id AS text)"
    post = json_object(words, {name: name for name in ("level", "role", "path", "until")})
    posts = (
        f"(SELECT {words.json_list}({post}) FROM ("
        "SELECT level, role, path, CAST(NULL AS text) AS until"
        " FROM membership JOIN unit ON unit_id = unit.id WHERE person_id = person.id"
        f" UNION ALL SELECT level, role, path, {words.moment('until')}"
        " FROM former_membership JOIN unit ON unit_id = unit.id"
        f" WHERE person_id = person.id AND until > {words.as_moment('since')}"
        f" UNION ALL SELECT '{CALLED.name}', '{RESPONDER}', {path}, {words.moment('until')}"
        " FROM case_call JOIN unit ON case_call.community_id = unit.id"
        " WHERE person_id = person.id"
        f" AND (until IS NULL OR until > {words.as_moment('since')})) AS post)"
    )
    columns = {
        "person_id": "person.id",
        "name": "person.name",
        "suspended_at": words.moment("person.suspended_at"),
        "device_id": "device.id",
        "home_id": "device.home_id",
        "device_revoked_at": words.moment("device.revoked_at"),
        "received_through": "(SELECT received_through FROM push_progress"
        " WHERE community_id = device.home_id AND device_id = device.id)",
        **more,
        "posts": posts,
    }
    whole = words.text(json_object(words, columns))
    return f"SELECT {whole} FROM device JOIN person ON person.id = device.person_id"
