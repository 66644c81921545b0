"""Hearing what a district's platform says of its cases by signed webhooks: each once, or not at all."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from app import direct
from app.channels.webhook_signature import Unverified, verified
from app.errors import Refused
from app.extensions import reading
from app.models import Connector, HookDelivery
from app.schemas.hooks import HookRequest
from app.services.connecting import WEBHOOK, secrets_of
from app.services.working_days import is_working_day
from app.sql import insert
from app.store import SqlStore
from app.strongbox import Unreadable
from app.transaction import SqlTransaction
from sync.derived import derived_id
from sync.instants import to_wire
from sync.tidings import SETTLED, Tiding, hear_in

HEARD = text(
    "SELECT 1 FROM hook_delivery"
    " WHERE community_id = :community_id AND connector_id = :connector_id AND id = :id"
)


class Unknown(Refused):
    """No connector that takes webhooks has this id, or the case was never at its district."""

    code = "not_found"


class NotBelieved(Refused):
    """The message is not signed as it should be; `detail` names the header."""

    def __init__(self, error: Unverified) -> None:
        self.code = error.code
        super().__init__(str(error))


def recognised(
    connector_id: str, headers: Mapping[str, str], body: bytes, secret: bytes, now: datetime
) -> tuple[Connector, str]:
    """The connector whose platform signed this, and the delivery's id; `secret` is the server's.

    Raises Unknown or NotBelieved.
    """
    with reading() as session:
        connector = session.get(Connector, connector_id)
    if connector is None or connector.kind != WEBHOOK or connector.stopped_at:
        raise Unknown
    try:
        return connector, verified(secrets_of(connector, secret, now), headers, body, now)
    except Unreadable as error:
        raise Unknown from error
    except Unverified as error:
        raise NotBelieved(error) from error


def take(connector: Connector, delivery_id: str, news: HookRequest, now: datetime) -> None:
    """Put the news on the case's timeline, and remember the delivery, in one transaction.

    A delivery that was heard before changes nothing. Raises Unknown.
    """
    community_id = _community_of(connector, news.case_id)
    delivery = {
        "community_id": community_id,
        "connector_id": connector.id,
        "id": delivery_id,
        "received_at": to_wire(now),
    }
    with direct.writing() as connection:
        # the community is locked first: of two at once one waits, and then finds the other's
        transaction = SqlTransaction(connection, [community_id])
        if connection.execute(HEARD, delivery).fetchone():
            return
        insert(connection, HookDelivery.__table__, [delivery])
        if news.notes or news.status == "closed":
            tiding = _tiding(connector, news)
            hear_in(transaction, community_id, tiding, now, is_working_day)


def _community_of(connector: Connector, case_id: str) -> str:
    """Where a case is kept that is or was at the connector's district. Raises Unknown."""
    store = SqlStore()
    for community_id in store.communities_of([case_id]):
        case = store.cases(community_id, [case_id])[case_id]
        if connector.unit_id in case.value["held_by"]:
            return community_id
    raise Unknown("/case_id")


def _tiding(connector: Connector, news: HookRequest) -> Tiding:
    """One id for the same news, also under another delivery's."""
    said = f"{to_wire(news.updated_at)} {news.status} {news.notes}"
    return Tiding(
        derived_id(connector.id, news.case_id, said),
        news.case_id,
        connector.unit_id,
        connector.name,
        news.notes or SETTLED,
        news.updated_at,
        news.status == "closed",
    )
