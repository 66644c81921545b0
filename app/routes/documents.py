"""/api/v1/openapi.json: the contract, written from the schemas that enforce it."""

from flask import Blueprint, Response

from app.answers import answer
from app.openapi import document

bp = Blueprint("documents", __name__)


@bp.get("/openapi.json")
def openapi() -> Response:
    """The OpenAPI document."""
    return answer(document())
