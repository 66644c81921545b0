"""/api/v1/cases/<id>/reached: who was told of a case, by which way, and what became of it."""

from uuid import UUID

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from app.answers import answer
from app.routes.access import author, signed_in
from app.schemas.reached import ReachedAnswer
from app.schemas.shapes import dump
from app.services import reaching

bp = Blueprint("reached", __name__)


@bp.get("/cases/<uuid:case_id>/reached")
@signed_in
def reached(case_id: UUID) -> Response:
    """The attempts to reach people about a case, in order."""
    found = reaching.attempts(author(), str(case_id))
    if found is None:
        raise NotFound
    return answer(dump(ReachedAnswer, {"attempts": found}))
