"""Refusals, and the only place that says which HTTP status and words each one has."""

import json
import traceback
from pathlib import Path
from typing import Any

from flask import Flask, Response
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from werkzeug.exceptions import HTTPException

from app.answers import answer, language
from app.direct import AWAY
from sync.errors import SyncError

HOME = str(Path(__file__).parent.parent)
MESSAGES: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parent / "messages.json").read_text("utf-8")
)
"""What to do about each code, by language."""

STATUSES = {
    "malformed": 400,
    "header_missing": 400,
    "bad_photo": 400,
    "bad_channel": 400,
    "weak_password": 400,
    "timestamp_too_old": 400,
    "timestamp_too_early": 400,
    "not_a_rescue": 400,
    "rescue_damaged": 400,
    "wrong_credentials": 401,
    "signed_out": 401,
    "bad_signature": 401,
    "device_revoked": 403,
    "wrong_password": 403,
    "suspended": 403,
    "leaders_only": 403,
    "unit_leaders_only": 403,
    "not_its_leader": 403,
    "not_leader_above": 403,
    "rescue_foreign": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "device_taken": 409,
    "sequence_gap": 409,
    "shift_begun": 409,
    "not_a_colleague": 409,
    "swap_over": 409,
    "too_many_channels": 409,
    "on_duty_then": 409,
    "no_such_duty_item": 409,
    "policy_changed": 409,
    "too_large": 413,
    "not_json": 415,
    "protocol_too_old": 426,
    "too_many_attempts": 429,
    "too_often": 429,
    "internal": 500,
    "protocol_too_new": 503,
    "busy": 503,
}
BY_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "not_json"}


class Refused(Exception):
    """A request that is refused. `code` is stable, `detail` says where, `retry_after` is in seconds."""

    code = "malformed"

    def __init__(self, detail: Any = None, retry_after: int | None = None) -> None:
        super().__init__(self.code)
        self.detail, self.retry_after = detail, retry_after


def problem(code: str, detail: Any = None, retry_after: int | None = None) -> Response:
    """The answer to a refused request, in the user's language."""
    message = MESSAGES[code][language()]
    response = answer({"code": code, "message": message, "detail": detail}, STATUSES[code])
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def refuse(app: Flask) -> None:
    """Teach the app to answer every error as a problem; what nobody foresaw is logged without its data."""

    @app.errorhandler(Refused)
    def _refused(error: Refused) -> Response:
        return problem(error.code, error.detail, error.retry_after)

    @app.errorhandler(SyncError)
    def _sync_error(error: SyncError) -> Response:
        return problem(error.code, error.detail, error.retry_after)

    @app.errorhandler(HTTPException)
    def _http_error(error: HTTPException) -> Response:
        return problem(BY_STATUS.get(error.code or 0, "malformed"))

    def _database_away(error: Exception) -> Response:
        cause = error.orig if isinstance(error, DBAPIError) else error
        app.logger.error("the database did not answer: %s", type(cause).__name__)
        return problem("busy", retry_after=5)

    for away in (OperationalError, *AWAY, ReadOnlySqlTransaction):
        app.register_error_handler(away, _database_away)

    @app.errorhandler(Exception)
    def _unforeseen(error: Exception) -> Response:
        ours = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(HOME)]
        place = f"{ours[-1].filename}:{ours[-1].lineno}" if ours else "outside"
        app.logger.error("unforeseen %s at %s", type(error).__name__, place)
        return problem("internal")

    @app.errorhandler(InternalError)
    def _internal_error(error: InternalError) -> Response:
        # a copy of the database that has not taken over yet
        is_read_only = isinstance(error.orig, ReadOnlySqlTransaction)
        return _database_away(error) if is_read_only else _unforeseen(error)
