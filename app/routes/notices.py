"""/api/v1/notices: one's notices, asked for every few seconds by an app that somebody looks at."""

import re

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from app.answers import answer, small_body
from app.routes.access import author, now, signed_in
from app.schemas.notices import NoticesAnswer, NoticesSeenRequest
from app.schemas.shapes import dump, load
from app.services import informing
from app.services.pacing import Pace
from sync.errors import Malformed

bp = Blueprint("notices", __name__)
VERSION = re.compile(r"[0-9]{1,16}")


@bp.record
def _keep_pace(setup: BlueprintSetupState) -> None:
    setup.app.extensions["qiaomen.pace"] = Pace()


@bp.get("/notices")
@signed_in
def notices() -> Response:
    """What changed in the asker's list since the version they name; 204 if nothing did."""
    current_app.extensions["qiaomen.pace"].count(author().device_id, now())
    news = informing.news(author(), _after())
    return answer(dump(NoticesAnswer, news)) if news else Response(status=204)


@bp.post("/notices/seen")
@signed_in
def seen() -> Response:
    """Mark the asker's own notices as seen; again changes nothing."""
    informing.saw(author(), load(NoticesSeenRequest, small_body()).ids, now())
    return Response(status=204)


def _after() -> int:
    said = request.args.get("after", "0")
    if not VERSION.fullmatch(said):
        raise Malformed("/after")
    return int(said)
