"""Who sends a request, what posts they hold and where the feeds of these stand, in SQL: one row of JSON.

What they held before is asked for only where something written then may come: it grows with the years.
"""

from collections.abc import Iterable
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
    """SELECT whose :device_id it is, with the posts they held before."""
    former = {"former": _former(words, "person.id")}
    return text(f"{_standing(words, former, {})} WHERE device.id = :device_id")


@cache
def former_posts(words: Sqlite | Postgres) -> TextClause:
    """SELECT the posts that :person_id held before, for as long as a tap from then may still arrive (P7)."""
    posts = {"former": _former(words, ":person_id")}
    return text(f"SELECT {words.text(json_object(words, posts))}")


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
        "posts": _held(words, "person.id", of_post),
    }
    whole = words.text(json_object(words, columns))
    return f"SELECT {whole} FROM device JOIN person ON person.id = device.person_id"


def _held(words: Sqlite | Postgres, person: str, more: dict[str, str]) -> str:
    """The posts that a person holds, with `more` of each."""
    mine = f"person_id = {person}"
    rows = _at_units("membership", mine), _at_cases(f"{mine} AND until IS NULL")
    return _posts(words, rows, more)


def _former(words: Sqlite | Postgres, person: str) -> str:
    """Those that they held until some moment after :since."""
    ended = f"person_id = {person} AND until > {words.as_moment('since')}"
    until = f", {words.moment('until')} AS until"
    rows = _at_units("former_membership", ended, until), _at_cases(ended, until)
    return _posts(words, rows, {"until": "until"})


def _posts(words: Sqlite | Postgres, rows: Iterable[str], more: dict[str, str]) -> str:
    """These posts as a list, with `more` of each."""
    post = json_object(words, {name: name for name in ("level", "role", "path")} | more)
    return f"(SELECT {words.json_list}({post}) FROM ({' UNION ALL '.join(rows)}) AS post)"


def _at_units(table: str, where: str, more: str = "") -> str:
    return (
        f"SELECT level, role, path, unit.community_id, unit.id AS place_id{more}"
        f" FROM {table} JOIN unit ON unit_id = unit.id WHERE {where}"
    )


def _at_cases(where: str, more: str = "") -> str:
    path = "path || '/' || CAST(case_id AS text)"
    return (
        f"SELECT '{CALLED.name}', '{RESPONDER}', {path}, case_call.community_id, case_id{more}"
        f" FROM case_call JOIN unit ON case_call.community_id = unit.id WHERE {where}"
    )
