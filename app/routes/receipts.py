"""/r/<token>: the page that the QR code on a resident's receipt opens, for anybody who has the link."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as Redirect

from app.answers import MOST_SMALL, language
from app.routes.access import config, now
from app.schemas.receipts import ReceiptRating
from app.schemas.shapes import load
from app.services import receipts
from app.services.pacing import Pace, TooOften

WORDS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "receipt_words.json").read_text("utf-8")
)
HEADERS = {
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
    "X-Robots-Tag": "noindex",
}
PACE = "qiaomen.receipt_pace"

bp = Blueprint("receipts", __name__, url_prefix="/r", static_folder="../static")


@bp.record
def _keep_pace(setup: BlueprintSetupState) -> None:
    setup.app.extensions[PACE] = Pace()


@bp.errorhandler(TooOften)
def _too_often(error: TooOften) -> Response:
    response = _page(None, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(error.retry_after)
    return response


@bp.get("/<token>")
def show(token: str) -> Response:
    """Where the case stands, and the question whether it is settled."""
    _brake()
    receipt = receipts.find(token, config().keys.secret)
    return _page(receipt, "none", HTTPStatus.OK if receipt else HTTPStatus.NOT_FOUND)


@bp.post("/<token>")
def rate(token: str) -> Redirect:
    """Take the resident's word, then show where the case stands: reloading sends nothing again."""
    _brake()
    request.max_content_length = MOST_SMALL
    said = load(ReceiptRating, _form())
    receipts.rate(token, said.answer, said.text, config().keys.secret, now())
    return redirect(url_for("receipts.show", token=token), HTTPStatus.SEE_OTHER)


def _form() -> dict[str, str]:
    """The form's fields. Browsers write the end of a line as two characters, and count it as one."""
    return {name: value.replace("\r\n", "\n") for name, value in request.form.items()}


def _brake() -> None:
    current_app.extensions[PACE].count(request.remote_addr or "", now())


def _page(receipt: receipts.Receipt | None, trouble: str, status: HTTPStatus) -> Response:
    said = language()
    page = render_template(
        "receipt.html", receipt=receipt, trouble=trouble, language=said, words=WORDS[said]
    )
    return make_response(page, status, HEADERS)
