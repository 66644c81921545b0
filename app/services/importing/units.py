"""Import of the ladder's units from a CSV file: all of it or nothing, and twice is the same as once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import direct
from app.counters import lock
from app.extensions import writing
from app.ids import new_id
from app.models import (
    REFERENCE,
    Building,
    Case,
    Departure,
    Dwelling,
    FeedCounter,
    Membership,
    Resident,
    Unit,
    Visit,
)
from app.rows import moved_away
from app.services.importing.judging import COLUMNS, LADDER, Row, as_row, judge
from app.services.importing.reading import Refusal, RowsRefused, read_table
from app.services.working_days import is_working_day
from app.sql import insert, upsert
from app.transaction import SqlTransaction
from sync.levels import COMMUNITY, LEVELS
from sync.regridding import transfer


@dataclass(frozen=True)
class Report:
    """What an import did, in rows of the file.

    `followed` counts units that are not in the file and moved because a unit above them did.
    `first_name` is the first row's name, by which a reader sees whether the encoding was guessed right.
    """

    rows: int
    added: int
    changed: int
    followed: int
    encoding: str
    ignored: tuple[str, ...]
    first_name: str


@dataclass(frozen=True, slots=True)
class Node:
    """A row of the unit table without its version."""

    id: str
    code: str
    name: str
    level: str
    parent_id: str | None
    community_id: str | None
    path: str


def import_units(path: Path, now: datetime) -> Report:
    """Load units from a CSV file with the columns code, name, level, parent_code.

    Units are matched by code; parents may come after their children. Units whose path changes with a
    unit above them are renewed too, so that they enter and leave the scopes of people, `now` (L4), and the
    cases of a community go with it. Raises Unreadable, RowsRefused; then nothing has been loaded.
    """
    table = read_table(path, COLUMNS)
    rows = [as_row(line) for line in table.lines]
    with writing() as session:
        counters = lock(session, [REFERENCE])
        known = nodes_by_code(session)
        levels = {code: node.level for code, node in known.items()}
        refusals = [*table.refusals, *judge(rows, levels)]
        if not refusals:
            nodes = _ladder(rows, known)
            refusals = [*_rooted(session, rows, known, nodes)]
        if refusals:
            raise RowsRefused(refusals, len(rows) + len(table.refusals))
        fresh = [node for node in nodes.values() if node != known.get(node.code)]
        moved = _moved(known, fresh)
        _write(session, fresh, moved, counters[REFERENCE], now)
        communities = (node for node in moved if node.level == "community")
        for before in sorted(communities, key=lambda node: node.id):
            _transfer(session, before, nodes[before.code], now)
    added = sum(node.code not in known for node in fresh)
    changed = sum(_said_otherwise(known, nodes, row) for row in rows)
    followed = len(fresh) - added - changed
    first_name = rows[0].name
    return Report(len(rows), added, changed, followed, table.encoding, table.ignored, first_name)


def nodes_by_code(session: Session) -> dict[str, Node]:
    """Every unit there is, by code."""
    columns = (Unit.id, Unit.code, Unit.name, Unit.level, Unit.parent_id, Unit.community_id)
    return {row.code: Node(*row) for row in session.execute(select(*columns, Unit.path))}


def _ladder(rows: Sequence[Row], known: Mapping[str, Node]) -> dict[str, Node]:
    """Every unit as it will be, by code, each after its parent."""
    codes = {node.id: code for code, node in known.items()}
    wanted = {
        node.code: Row(0, node.code, node.name, node.level, codes.get(node.parent_id or "", ""))
        for node in known.values()
    }
    wanted.update({row.code: row for row in rows})
    nodes: dict[str, Node] = {}
    for row in sorted(wanted.values(), key=lambda row: LADDER.index(row.level)):
        nodes[row.code] = _node(row, known.get(row.code), nodes.get(row.parent_code))
    return nodes


def _node(row: Row, before: Node | None, parent: Node | None) -> Node:
    id_ = before.id if before else new_id()
    path = f"{parent.path}/{id_}" if parent else id_
    below = LEVELS[row.level].rank < COMMUNITY
    community_id = parent.community_id if parent and below else None
    if row.level == "community":
        community_id = id_
    parent_id = parent.id if parent else None
    return Node(id_, row.code, row.name, row.level, parent_id, community_id, path)


def _rooted(
    session: Session, rows: Sequence[Row], known: Mapping[str, Node], nodes: Mapping[str, Node]
) -> list[Refusal]:
    """Compounds and grids that would move although people or records belong to them where they are.

    A record never changes its community, and phones learn of a record's move only from the record.
    """
    moving = [
        (row, known[row.code])
        for row in rows
        if row.code in known
        and LEVELS[row.level].rank < COMMUNITY
        and known[row.code].parent_id != nodes[row.code].parent_id
    ]
    return [
        Refusal(
            row.line,
            f"{before.name} ({before.code}) already has people or households, so it cannot move"
            f" to {row.parent_code}: keep its parent_code, or give the new unit another code",
        )
        for row, before in moving
        if _is_in_use(session, before)
    ]


def _is_in_use(session: Session, node: Node) -> bool:
    posts = select(Membership.unit_id).join(Unit, Membership.unit_id == Unit.id)
    return session.execute(posts.where(Unit.within(node.path)).limit(1)).first() is not None or any(
        session.execute(
            select(table.id)
            .where(table.community_id == node.community_id)
            .where(or_(table.compound_id == node.id, table.grid_id == node.id))
            .limit(1)
        ).first()
        for table in (Building, Dwelling, Resident, Visit, Case)
    )


def _said_otherwise(known: Mapping[str, Node], nodes: Mapping[str, Node], row: Row) -> bool:
    """Whether the file itself changes a known unit, rather than a move further up."""
    before, after = known.get(row.code), nodes[row.code]
    return (
        before is not None
        and replace(after, path=before.path, community_id=before.community_id) != before
    )


def _moved(known: Mapping[str, Node], fresh: Sequence[Node]) -> list[Node]:
    """The units that leave their place, as they were."""
    return [
        known[node.code]
        for node in fresh
        if node.code in known and known[node.code].path != node.path
    ]


def _transfer(session: Session, before: Node, after: Node, now: datetime) -> None:
    """The community's cases go with it."""
    instead = dict(zip(before.path.split("/"), after.path.split("/"), strict=True))
    transaction = SqlTransaction(direct.within(session), [after.id])
    transfer(transaction, after.id, instead, now, is_working_day)


def _write(
    session: Session, fresh: Sequence[Node], moved: Sequence[Node], version: int, now: datetime
) -> None:
    if not fresh:
        return
    names = Node.__slots__
    rows = [
        {"version": number, **{name: getattr(node, name) for name in names}}
        for number, node in enumerate(fresh, version + 1)
    ]
    gone = [
        moved_away("unit", node.id, {"path": node.path}, number, now)
        for number, node in enumerate(moved, version + len(fresh) + 1)
    ]
    counter = {"community_id": REFERENCE, "version": version + len(fresh) + len(moved)}
    upsert(session, Unit.__table__, rows)
    insert(session, Departure.__table__, gone)
    upsert(session, FeedCounter.__table__, [counter])
