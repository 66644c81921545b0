"""/api/v1/hooks/<connector id>: what a district's platform says of its cases, signed, without a session."""

from uuid import UUID

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from app.answers import json_bytes
from app.routes.access import config, now
from app.schemas.hooks import HookRequest
from app.schemas.shapes import load, parsed
from app.services import hearing_platforms
from app.services.pacing import Pace

bp = Blueprint("hooks", __name__)
MOST = 64 * 1024
"""Bytes: the longest notes, even where each character is escaped."""


@bp.record
def _keep_pace(setup: BlueprintSetupState) -> None:
    setup.app.extensions["qiaomen.hook_pace"] = Pace()


@bp.post("/hooks/<uuid:connector_id>")
def hear(connector_id: UUID) -> Response:
    """Take a platform's news; says the same when it was taken before."""
    received = now()
    current_app.extensions["qiaomen.hook_pace"].count(request.remote_addr or "", received)
    body, secret = json_bytes(MOST), config().keys.secret
    headers = {name.lower(): value for name, value in request.headers}
    connector, delivery_id = hearing_platforms.recognised(
        str(connector_id), headers, body, secret, received
    )
    news = load(HookRequest, parsed(body))
    hearing_platforms.take(connector, delivery_id, news, received)
    return Response(status=204)
