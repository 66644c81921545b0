"""Notices that nobody has opened go on by themselves to the next way of reaching people, each step once."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app import direct
from app.extensions import reading, writing
from app.models import Notice
from app.services import informing
from app.services.dispatching import dispatch, to_channels, to_phones
from app.services.further_people import Others, next_on_rosters, secretaries
from app.services.notice_standing import Found, find
from app.services.working_days import is_working_day
from app.sql import Row
from app.transaction import SqlTransaction
from sync.levels import COMMUNITY
from sync.notice_steps import (
    AFTER,
    CHANNELS,
    NEXT_ON_ROSTER,
    PUSH,
    SECRETARY,
    Audible,
    at_once,
    climbs,
    goes_on,
    next_at,
)
from sync.showing import show

log = logging.getLogger(__name__)
BATCH = 200
COMMUNITIES = 50
"""So many notices in so many communities are looked at in one pass."""

FURTHER = {NEXT_ON_ROSTER: next_on_rosters, SECRETARY: secretaries}
"""Whom the steps turn to that reach more people."""


def begin(
    session: Session,
    community_id: str,
    notices: Iterable[Notice],
    heard: Collection[str],
    now: datetime,
) -> None:
    """Set out those notices that must be acted on, just addressed; `heard` are the ids of those that make a
    sound somewhere."""
    climbing = [notice for notice in notices if climbs(notice.kind)]
    _stand_at(session, community_id, PUSH, climbing, heard, now)


def climb_all(now: datetime, audible: Audible = at_once) -> bool:
    """Take the steps of notices that are due; whether any was, which one look in an index tells."""
    with reading() as session:
        communities = dict.fromkeys(session.scalars(due_longest(now)))
    taken = sum(climb(id_, now, audible) for id_ in [*communities][:COMMUNITIES])
    if taken:
        log.info("%d notices went on or came to rest", taken)
    return taken > 0


def due_longest(now: datetime) -> Select[str]:
    """The communities of the notices that are due longest, over all: asked four times a second.

    In the order of the index that has only these: asked for distinct ones, PostgreSQL would rather go
    through all notices there are, which come in that order.
    """
    due = select(Notice.community_id).where(Notice.next_step_at <= now)
    return due.order_by(Notice.next_step_at).limit(BATCH)


def climb(community_id: str, now: datetime, audible: Audible) -> int:
    """Take one step of each of a community's notices that are due; how many were.

    What a step makes and that it was taken are one commit: a worker that dies leaves it to the next.
    """
    with writing() as session:
        # before its notices, as whoever else writes in a community
        transaction = SqlTransaction(direct.within(session), [community_id])
        notices = session.scalars(_due(community_id, now)).all()
        found = find(session, community_id, notices)
        going = [notice for notice in notices if goes_on(found[notice.id].standing)]
        ended = {notice.id for notice in notices} - {notice.id for notice in going}
        _set(session, community_id, ended, {"next_step_at": None})
        by_step = groupby(sorted(going, key=_next_step), key=_next_step)
        for step, group in by_step:
            taking = list(group)
            rows = _reach(session, transaction, step, taking, found, now, audible)
            dispatch(session, rows)
            heard = {row["notice_id"] for row in rows}
            _stand_at(session, community_id, step, taking, heard, now)
    return len(notices)


def _due(community_id: str, now: datetime) -> Select[Notice]:
    return (
        select(Notice)
        .where(Notice.community_id == community_id, Notice.next_step_at <= now)
        .order_by(Notice.next_step_at, Notice.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )


def _next_step(notice: Notice) -> str:
    return AFTER[notice.step or PUSH]


def _reach(
    session: Session,
    transaction: SqlTransaction,
    step: str,
    notices: Sequence[Notice],
    found: Mapping[str, Found],
    now: datetime,
    audible: Audible,
) -> list[Row]:
    """The deliveries of a step; whoever it turns to also has the notice in their list."""
    if step == CHANNELS:
        units = {notice.id: found[notice.id].unit_id for notice in notices}
        return to_channels(session, notices, units, step, now, audible)
    others = FURTHER[step](session, {notice.id: found[notice.id] for notice in notices}, now)
    people = {id_: one.people for id_, one in others.items()}
    _show(transaction, notices, others, now)
    informing.tell(session, notices[0].community_id, people, now)
    return to_phones(session, notices, people, step, now, audible)


def _show(
    transaction: SqlTransaction,
    notices: Sequence[Notice],
    others: Mapping[str, Others],
    now: datetime,
) -> None:
    """Who is told of a case above its community is to see it."""
    ranks: dict[str, int] = {}
    for notice in notices:
        people, rank = others[notice.id]
        if people and rank > COMMUNITY and notice.case_id:
            ranks[notice.case_id] = max(rank, ranks.get(notice.case_id, 0))
    if ranks:
        show(transaction, notices[0].community_id, ranks, now, is_working_day)


def _stand_at(
    session: Session,
    community_id: str,
    step: str,
    notices: Iterable[Notice],
    heard: Collection[str],
    now: datetime,
) -> None:
    """Write down that the notices have taken this step, and when the next is due."""
    whens: dict[datetime | None, list[str]] = {}
    for notice in notices:
        when = next_at(step, notice.urgency, now, notice.id in heard, is_working_day)
        whens.setdefault(when, []).append(notice.id)
    for when, ids in whens.items():
        _set(session, community_id, ids, {"step": step, "next_step_at": when})


def _set(
    session: Session, community_id: str, ids: Collection[str], values: Mapping[str, object]
) -> None:
    if ids:
        session.execute(
            update(Notice)
            .where(Notice.community_id == community_id, Notice.id.in_(ids))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
