"""/api/v1/push-subscriptions: where this device receives Web Push."""

from flask import Blueprint, Response

from app.answers import small_body
from app.routes.access import author, config, now, signed_in
from app.schemas.session import SubscriptionRequest, UnsubscribeRequest
from app.schemas.shapes import load, plain
from app.services import subscribing

bp = Blueprint("subscriptions", __name__)


@bp.post("/push-subscriptions")
@signed_in
def subscribe() -> Response:
    """Be reached on this device from now on."""
    sent = plain(load(SubscriptionRequest, small_body()))
    subscribing.subscribe(author(), sent, now(), config().allowed_networks)
    return Response(status=201)


@bp.delete("/push-subscriptions")
@signed_in
def unsubscribe() -> Response:
    """Be reached there no longer."""
    subscribing.unsubscribe(author(), load(UnsubscribeRequest, small_body()).endpoint)
    return Response(status=204)
