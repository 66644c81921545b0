"""How things stand with notices: their cases and who sees them, whom they reached, who has acted."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.models import Case, CaseCall, CaseEvent, Membership, Notice, NoticeRecipient, Unit
from sync import whistle
from sync.notice_steps import BESIDE, Standing
from sync.records import Record
from sync.scope import Post, Scope


@dataclass(frozen=True)
class Found:
    """A notice's standing, the unit whose matter it is, and the ids of those who were told.

    `callers` are those whose whistle it is: they know.
    """

    standing: Standing
    unit_id: str
    told: frozenset[str]
    callers: frozenset[str] = frozenset()


def find(session: Session, community_id: str, notices: Iterable[Notice]) -> dict[str, Found]:
    """By the notices' ids. A notice to a person alone is a matter of the unit that holds the case."""
    notices = list(notices)
    ids = [notice.id for notice in notices]
    cases = {
        case_id: (state, holder_id, calls)
        for case_id, state, holder_id, calls in session.execute(
            select(Case.id, Case.state, Case.holder_id, Case.calls).where(
                Case.community_id == community_id, Case.id.in_({n.case_id for n in notices})
            )
        )
    }
    recipients = session.execute(
        select(NoticeRecipient.notice_id, NoticeRecipient.person_id, NoticeRecipient.seen_at).where(
            NoticeRecipient.community_id == community_id, NoticeRecipient.notice_id.in_(ids)
        )
    ).all()
    seen = {row.notice_id for row in recipients if row.seen_at}
    acted = _acted_on(session, community_id, ids)
    found = {}
    for notice in notices:
        state, holder_id, calls = cases[notice.case_id]
        standing = Standing(notice.kind, state, notice.id in seen, notice.id in acted)
        told = frozenset(row.person_id for row in recipients if row.notice_id == notice.id)
        callers = frozenset(
            call["by_id"]
            for call in calls
            if notice.kind == "case_called" and call["person_id"] == notice.person_id
        )
        found[notice.id] = Found(standing, notice.unit_id or holder_id, told, callers)
    return found


def for_whom_in_sight(
    session: Session, community_id: str, notices: Iterable[Notice]
) -> dict[str, str]:
    """Whom notices of a community name, by the notice's id; but for those whose case that person sees no
    more: they have moved away, or are called to it no longer (L8)."""
    named = [notice for notice in notices if notice.person_id]
    about = {notice.case_id for notice in named if notice.case_id}
    cases = {case.id: case for case in _cases(session, community_id, about)} if about else {}
    scopes = _scopes(session, community_id, {notice.person_id or "" for notice in named}, about)
    path = session.get_one(Unit, community_id).ladder_ids if about else ()

    def sees(person_id: str, case_id: str) -> bool:
        return case_id in cases and scopes[person_id].view(path).shows(cases[case_id])

    return {
        notice.id: notice.person_id or ""
        for notice in named
        if notice.case_id is None or sees(notice.person_id or "", notice.case_id)
    }


def _cases(session: Session, community_id: str, ids: Collection[str]) -> Iterator[Record]:
    """As much of cases as says who sees them."""
    where = (Case.community_id == community_id, Case.id.in_(ids))
    rows = session.execute(
        select(Case.id, Case.grid_id, Case.compound_id, Case.reached).where(*where)
    )
    for row in rows:
        value = {"grid_id": row.grid_id, "compound_id": row.compound_id, "reached": row.reached}
        yield Record("case", row.id, community_id, value)


def _scopes(
    session: Session, community_id: str, person_ids: Collection[str], case_ids: Collection[str]
) -> dict[str, Scope]:
    """What each of these people sees, of what they are called to these cases only."""
    posts: dict[str, list[Post]] = {person_id: [] for person_id in person_ids}
    at_units = (
        select(Membership.person_id, Unit.level, Membership.role, Unit.path)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id.in_(person_ids))
    )
    for person_id, level, role, path in session.execute(at_units):
        posts[person_id].append(Post(level, role, tuple(path.split("/"))))
    at_cases = (
        select(CaseCall.person_id, CaseCall.case_id, Unit.path)
        .join(Unit, Unit.id == CaseCall.community_id)
        .where(
            CaseCall.community_id == community_id,
            CaseCall.case_id.in_(case_ids),
            CaseCall.person_id.in_(person_ids),
            CaseCall.until.is_(None),
        )
    )
    for person_id, case_id, path in session.execute(at_cases):
        posts[person_id].append(whistle.post(tuple(path.split("/")), case_id))
    return {person_id: Scope.of_posts(held) for person_id, held in posts.items()}


def _acted_on(session: Session, community_id: str, ids: list[str]) -> set[str]:
    """Those on whose case there has been a line since. What is done beside the unit (`BESIDE`) counts only by
    somebody who was told, and so does every line where one person is called: what others do does not mean
    that they have heard it."""
    of_case = and_(
        CaseEvent.community_id == Notice.community_id, CaseEvent.case_id == Notice.case_id
    )
    told = (
        select(NoticeRecipient.person_id)
        .where(
            NoticeRecipient.community_id == Notice.community_id,
            NoticeRecipient.notice_id == Notice.id,
            NoticeRecipient.person_id == CaseEvent.actor_id,
        )
        .exists()
    )
    since = CaseEvent.received_at > Notice.created_at
    for_unit = and_(Notice.unit_id.is_not(None), CaseEvent.action.not_in(BESIDE))
    lines = (
        select(Notice.id)
        .join(CaseEvent, of_case)
        .where(
            Notice.community_id == community_id,
            Notice.id.in_(ids),
            since,
            or_(for_unit, told),
        )
    )
    return set(session.scalars(lines.distinct()))
