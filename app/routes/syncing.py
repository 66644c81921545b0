"""/api/v1/sync: the one round trip."""

from flask import Blueprint, Response, current_app
from flask.blueprints import BlueprintSetupState

from app.answers import answer, body
from app.routes.access import author, config, now, recognised, told_when_revoked
from app.schemas.exchange import MOST_MUTATIONS, ExchangeRequest
from app.schemas.shapes import load
from app.services import syncing
from app.services.hearing import Ears
from sync.errors import TooLarge

bp = Blueprint("syncing", __name__)


@bp.record
def _listen(setup: BlueprintSetupState) -> None:
    setup.app.extensions["qiaomen.ears"] = Ears()


@bp.post("/sync")
@told_when_revoked
@recognised
def sync() -> Response:
    """One round trip: the device's mutations in, verdicts and patch out (PROTOCOL.md, P and L)."""
    content = body()
    syncing.check_version(content)
    if isinstance(content, dict) and _too_many(content.get("mutations")):
        raise TooLarge
    asked, received = load(ExchangeRequest, content), now()
    done = syncing.exchange(author(), asked, received, config().keys.secret)
    current_app.extensions["qiaomen.ears"].hear(author(), asked, received)
    return answer(done)


def _too_many(mutations: object) -> bool:
    return isinstance(mutations, list) and len(mutations) > MOST_MUTATIONS
