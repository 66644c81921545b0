"""How things stand with notices whose next step is due: their cases, whom they reached, who has acted."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.models import Case, CaseEvent, Notice, NoticeRecipient
from sync.notice_steps import Standing


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


def _acted_on(session: Session, community_id: str, ids: list[str]) -> set[str]:
    """Those on whose case there has been a line since. A note counts only by somebody who was told, and so
    does every line where one person is called: what others do does not mean that they have heard it."""
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
    for_unit = and_(Notice.unit_id.is_not(None), CaseEvent.action != "note")
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
