"""Forgetting what nobody needs any more, so that no table grows for ever."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from app.channels.outcome import WAITING
from app.extensions import writing
from app.models import (
    Case,
    Connector,
    Delivery,
    DutyShift,
    Handover,
    HookDelivery,
    Notice,
    NoticeRecipient,
    SignedIn,
    SignInThrottle,
)
from app.services.handovers import UNDER_WAY
from app.store import SqlStore
from sync.case_flow import STATES

EVERY = timedelta(hours=12)
TOLD = timedelta(days=30)
"""How long it is remembered who was told, who was signed in, who was on duty. Phones keep notices as long."""

HEARD = timedelta(days=1)
"""How long it is remembered which webhooks were heard: far longer than one may be on its way."""


class Tidying:
    """A pass of the worker that forgets, twice a day, what is older than it needs to be.

    `keep` is how long departures are remembered: a phone that was away for longer begins a new copy (L5),
    and what its owner wrote at a household before that moved is refused (P7).
    """

    def __init__(self, keep: timedelta) -> None:
        self._keep = keep
        self._next: datetime | None = None

    def __call__(self, now: datetime) -> bool:
        """Tidy up if it is time; never asks to be called again at once."""
        if self._next is None or now >= self._next:
            self._next = now + EVERY
            SqlStore().prune(now - self._keep)
            forget_told(now - TOLD)
            forget_hooks(now)
        return False


def forget_told(before: datetime) -> None:
    """Forget who was told before then, deliveries that ended before, handovers of settled cases that did,
    notices of which nothing is left, and sessions and shifts that ended; and mistyped passwords, all of which
    are forgiven by then (`throttling.FORGIVES_ONE`).
    """
    ended = (Delivery.state != WAITING, Delivery.due_at < before)
    # a step of its ladder may have told somebody long after it was addressed: it goes after them
    addressed = (
        Notice.addressed_at < before,
        *(
            ~exists().where(of.community_id == Notice.community_id, of.notice_id == Notice.id)
            for of in (Delivery, NoticeRecipient)
        ),
    )
    # until then it is asked what its platform knows of it, and what failed can be tried anew
    unsettled = select(Case.id).where(
        Case.community_id == Handover.community_id,
        Case.id == Handover.case_id,
        Case.state.in_(STATES["unsettled"]),
    )
    with writing() as session:
        for statement in (
            delete(Delivery).where(*ended),
            delete(NoticeRecipient).where(NoticeRecipient.told_at < before),
            delete(Notice).where(*addressed),
            delete(Handover).where(
                Handover.state.not_in(UNDER_WAY), Handover.due_at < before, ~exists(unsettled)
            ),
            delete(SignedIn).where(SignedIn.expires_at < before),
            delete(SignInThrottle).where(SignInThrottle.blocked_until < before),
            delete(DutyShift).where(DutyShift.ends_at < before),
        ):
            session.execute(statement.execution_options(synchronize_session=False))


def forget_hooks(now: datetime) -> None:
    """Forget webhooks that would be refused as too old by now, and secrets that were changed."""
    with writing() as session:
        old = delete(HookDelivery).where(HookDelivery.received_at < now - HEARD)
        past = update(Connector).where(Connector.former_until < now)
        for statement in (old, past.values(former_secret=None, former_until=None)):
            session.execute(statement.execution_options(synchronize_session=False))
