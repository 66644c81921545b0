"""Lines of a feed in SQL: JSON text that the database makes, in the order of their versions."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import TextClause, text

from app.sql import Postgres, Sqlite
from sync.store import Line

Words = Sqlite | Postgres


def lines(rows: Iterable[Any]) -> list[Line]:
    """Rows of a version and a line's text, which goes into an answer as it is."""
    return [(version, orjson.Fragment(line)) for version, line in rows]


def part(table: str, line: str, where: str, bounded: bool) -> str:
    """A table's lines in order and cut by itself, so that a database merges them and writes none in vain."""
    stretch = "version > :after" + (" AND version <= :upto" if bounded else "")
    rows = f'SELECT version, {line} AS line FROM "{table}" WHERE {stretch} AND ({where})'
    return f"SELECT * FROM ({rows} ORDER BY version LIMIT :limit) AS part"


def union(parts: Sequence[str]) -> TextClause:
    """The first :limit lines of all parts."""
    return text(f"{' UNION ALL '.join(parts)} ORDER BY version LIMIT :limit")


def put_line(words: Words, type_: str, value: str) -> str:
    """The expression for a put of the row, with this one for its value."""
    # put together as text: PostgreSQL takes a fifth longer for a line when it builds an object in another
    head = f"""'{{"op":"put","type":"{type_}","id":"' || id || '","version":' || version"""
    return f"""{head} || ',"value":' || {words.text(value)} || '}}'"""


def del_line(words: Words, type_: str, reason: str = "'out_of_scope'") -> str:
    """The expression for a del of the row."""
    head = f"'op', 'del', 'type', {type_}, 'id', id, 'reason', {reason}"
    return words.text(f"{words.json_object}({head})")
