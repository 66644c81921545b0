"""/api/v1/devices: which phones need help with sending."""

from flask import Blueprint, Response

from app.answers import answer, language
from app.routes.access import author, now, signed_in
from app.schemas.health import DevicesAnswer
from app.schemas.shapes import dump
from app.services import helping

bp = Blueprint("devices", __name__)


@bp.get("/devices")
@signed_in
def devices() -> Response:
    """How sending goes on each phone of the asker's people, who need help most first."""
    return answer(dump(DevicesAnswer, helping.devices(author(), language(), now())))
