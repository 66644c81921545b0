"""Who sends a request, what posts they hold and where the feeds of these stand, in SQL: one row of JSON."""

from functools import cache

from sqlalchemy import TextClause, text

from app.models import REFERENCE
from app.sql import Postgres, Sqlite, json_object
from app.tallies import counted, numbers
from sync.levels import CALLED, RESPONDER


@cache
def by_token(words: Sqlite | Postgres) -> TextClause:
    """SELECT each of :hashes, and who sends the requests of the session with this token's hash, and whether
    it is over; null where there is none.

    With it comes where the feeds of their posts stand (`sync.store.Feed`): most exchanges ask no more.
    """
    more = {name: words.moment(f"session.{name}") for name in ("revoked_at", "expires_at")}
    more["epoch"] = "(SELECT epoch FROM feed_epoch)"
    more |= numbers(f"'{REFERENCE}'")
    place = {"community_id": "community_id", "place_id": "place_id"}
    tally = counted("post.community_id", "post.place_id", "0")
    of_post = place | {"tally": tally} | numbers("post.community_id")
    of_session = "JOIN session ON session.device_id = device.id WHERE token_hash = asked.id"
    # for each by itself, by its key: a join of all would be planned by what the tables held at the time
    one = f"({_standing(words, more, of_post)} {of_session})"
    return text(f"SELECT asked.id, {one} FROM {words.each('hashes', 'text')} AS asked")


@cache
def by_device(words: Sqlite | Postgres) -> TextClause:
    """SELECT whose :device_id it is."""
    return text(f"{_standing(words, {}, {})} WHERE device.id = :device_id")


def _standing(words: Sqlite | Postgres, more: dict[str, str], of_post: dict[str, str]) -> str:
    """SELECT a person on a device, and their posts: those they hold, and those they held before for as long
    as a tap from then may still arrive (P7). Being called to a case is a post at it."""
    path = "path || '/' || CAST(case_id AS text)"
    names = ("level", "role", "path", "until")
    post = json_object(words, {name: name for name in names} | of_post)
    unit = "unit.community_id, unit.id AS place_id"
    posts = (
        f"(SELECT {words.json_list}({post}) FROM ("
        f"SELECT level, role, path, CAST(NULL AS text) AS until, {unit}"
        " FROM membership JOIN unit ON unit_id = unit.id WHERE person_id = person.id"
        f" UNION ALL SELECT level, role, path, {words.moment('until')}, {unit}"
        " FROM former_membership JOIN unit ON unit_id = unit.id"
        f" WHERE person_id = person.id AND until > {words.as_moment('since')}"
        f" UNION ALL SELECT '{CALLED.name}', '{RESPONDER}', {path}, {words.moment('until')},"
        " case_call.community_id, case_id FROM case_call JOIN unit ON case_call.community_id = unit.id"
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
