"""Who sends a request, what posts they hold and where the feeds of these stand, in SQL: one row of JSON.

What they held before is asked for only where something written then may come: it grows with the years.
"""

from functools import cache

from sqlalchemy import TextClause, text

from app.models import REFERENCE
from app.sql import Postgres, Sqlite, json_object
from app.tallies import counted, numbers
from sync.levels import CALLED, RESPONDER

NEVER = "CAST(NULL AS text)"
"""Until when a post is held that has not ended."""


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
    """SELECT whose :device_id it is, with the posts they held before."""
    former = {"former": _posts(words, _former(words, "person.id"), {})}
    return text(f"{_standing(words, former, {})} WHERE device.id = :device_id")


@cache
def former_posts(words: Sqlite | Postgres) -> TextClause:
    """SELECT the posts that :person_id held before, for as long as a tap from then may still arrive (P7)."""
    posts = _posts(words, _former(words, ":person_id"), {})
    return text(f"SELECT {words.text(json_object(words, {'former': posts}))}")


def _standing(words: Sqlite | Postgres, more: dict[str, str], of_post: dict[str, str]) -> str:
    """SELECT a person on a device, and the posts they hold. Being called to a case is a post at it."""
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
        "posts": _posts(words, _held("person.id"), of_post),
    }
    whole = words.text(json_object(words, columns))
    return f"SELECT {whole} FROM device JOIN person ON person.id = device.person_id"


def _posts(words: Sqlite | Postgres, rows: str, more: dict[str, str]) -> str:
    """These posts as a list, with `more` of each."""
    names = ("level", "role", "path", "until")
    post = json_object(words, {name: name for name in names} | more)
    return f"(SELECT {words.json_list}({post}) FROM ({rows}) AS post)"


def _held(person: str) -> str:
    """SELECT the posts that a person holds."""
    mine = f"person_id = {person}"
    return _at_units("membership", NEVER, mine) + _at_cases(NEVER, f"{mine} AND until IS NULL")


def _former(words: Sqlite | Postgres, person: str) -> str:
    """SELECT those that they held until some moment after :since."""
    until = words.moment("until")
    ended = f"person_id = {person} AND until > {words.as_moment('since')}"
    return _at_units("former_membership", until, ended) + _at_cases(until, ended)


def _at_units(table: str, until: str, where: str) -> str:
    return (
        f"SELECT level, role, path, {until} AS until, unit.community_id, unit.id AS place_id"
        f" FROM {table} JOIN unit ON unit_id = unit.id WHERE {where}"
    )


def _at_cases(until: str, where: str) -> str:
    path = "path || '/' || CAST(case_id AS text)"
    return (
        f" UNION ALL SELECT '{CALLED.name}', '{RESPONDER}', {path}, {until},"
        " case_call.community_id, case_id"
        f" FROM case_call JOIN unit ON case_call.community_id = unit.id WHERE {where}"
    )
