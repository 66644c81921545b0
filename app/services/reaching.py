"""Who was reached about a case, how and when: for whoever may see the case."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.extensions import reading
from app.models import Channel, Delivery, Notice, NoticeRecipient, Person
from app.store import SqlStore
from sync.scene import Author


@dataclass(frozen=True)
class Attempt:
    """One way by which one notice went out: `list`, `push`, or the kind of a channel, which names nobody.

    `state`: waiting, sent, gone, failed; of the list, sent. `seen_at` is when the person opened it.
    """

    notice_kind: str
    way: str
    person_name: str | None
    state: str
    answer: str | None
    reason: str | None
    at: datetime
    sent_at: datetime | None
    seen_at: datetime | None


def attempts(author: Author, case_id: str) -> list[Attempt] | None:
    """What went out about a case, in order; None if there is none that the asker sees."""
    store, scope = SqlStore(), author.scope
    paths = scope.community_paths | store.communities_below(scope.above)
    found = store.records("case", [case_id], paths)
    case = next((one for one in found if scope.view(paths[one.community_id]).shows(one)), None)
    if case is None:
        return None
    with reading() as session:
        told = _listed(session, case.community_id, case_id)
        return sorted(told + _sent(session, case.community_id, case_id), key=lambda one: one.at)


def _listed(session: Session, community_id: str, case_id: str) -> list[Attempt]:
    recipient = NoticeRecipient
    same = and_(Notice.community_id == recipient.community_id, Notice.id == recipient.notice_id)
    rows = session.execute(
        select(Notice.kind, Person.name, recipient.told_at, recipient.seen_at)
        .join(recipient, same)
        .join(Person, Person.id == recipient.person_id)
        .where(Notice.community_id == community_id, Notice.case_id == case_id)
    )
    return [
        Attempt(kind, "list", name, "sent", None, None, told_at, told_at, seen_at)
        for kind, name, told_at, seen_at in rows
    ]


def _sent(session: Session, community_id: str, case_id: str) -> list[Attempt]:
    same = and_(Notice.community_id == Delivery.community_id, Notice.id == Delivery.notice_id)
    rows = session.execute(
        select(Notice.kind, Delivery, Person.name, Channel.kind)
        .join(Delivery, same)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .outerjoin(Channel, Channel.id == Delivery.channel_id)
        .where(Notice.community_id == community_id, Notice.case_id == case_id)
    )
    return [
        Attempt(
            kind,
            "push" if delivery.subscription_id else channel_kind or "removed_channel",
            name,
            delivery.state,
            delivery.answer,
            delivery.reason,
            delivery.sent_at or delivery.due_at,
            delivery.sent_at,
            None,
        )
        for kind, delivery, name, channel_kind in rows
    ]
