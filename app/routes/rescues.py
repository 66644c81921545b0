"""/api/v1/rescues: an outbox that came as an encrypted file, by any hand."""

from flask import Blueprint, Response, request

from app.answers import answer
from app.routes.access import config, now, photo_shelf
from app.schemas.rescue import RescueAnswer
from app.schemas.shapes import dump
from app.services import rescuing
from sync.errors import TooLarge

bp = Blueprint("rescues", __name__)


@bp.post("/rescues")
def take() -> Response:
    """Take a rescued outbox in. No session: a revoked phone has none, and the file says whose it is."""
    data = request.stream.read(rescuing.MOST_BYTES + 1)
    if len(data) > rescuing.MOST_BYTES:
        raise TooLarge
    report = rescuing.take(data, config().keys, photo_shelf(), now())
    return answer(dump(RescueAnswer, report))
