"""/api/v1/devices: which phones need help with sending; one's own, and shutting out one that was lost."""

from uuid import UUID

from flask import Blueprint, Response

from app.answers import answer, language
from app.routes.access import author, now, signed_in
from app.schemas.health import DevicesAnswer, OwnDevicesAnswer
from app.schemas.shapes import dump
from app.services import helping, owning

bp = Blueprint("devices", __name__)


@bp.get("/devices")
@signed_in
def devices() -> Response:
    """How sending goes on each phone of the asker's people, who need help most first."""
    return answer(dump(DevicesAnswer, helping.devices(author(), language(), now())))


@bp.get("/devices/mine")
@signed_in
def mine() -> Response:
    """The asker's own phones."""
    return answer(dump(OwnDevicesAnswer, {"devices": owning.devices(author(), now())}))


@bp.delete("/devices/<uuid:device_id>")
@signed_in
def end(device_id: UUID) -> Response:
    """Shut out one of the asker's own phones for good."""
    owning.end(author(), str(device_id), now())
    return Response(status=204)
