"""/api/v1/sync: the one round trip."""

from flask import Blueprint, Response

from app.answers import answer, body
from app.routes.access import author, now, signed_in
from app.schemas.exchange import MOST_MUTATIONS, ExchangeRequest
from app.schemas.shapes import load
from app.services import syncing
from sync.errors import TooLarge

bp = Blueprint("syncing", __name__)


@bp.post("/sync")
@signed_in
def sync() -> Response:
    """One round trip: the device's mutations in, verdicts and patch out (PROTOCOL.md, P and L)."""
    content = body()
    syncing.check_version(content)
    if isinstance(content, dict) and _too_many(content.get("mutations")):
        raise TooLarge
    return answer(syncing.exchange(author(), load(ExchangeRequest, content), now()))


def _too_many(mutations: object) -> bool:
    return isinstance(mutations, list) and len(mutations) > MOST_MUTATIONS
