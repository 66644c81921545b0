"""Who may come in: the session's cookie, and the header that other sites cannot send."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, current_app, g, request

from app.answers import body
from app.config import Config
from app.errors import Refused
from app.schemas.exchange import FromDevice
from app.schemas.shapes import load
from app.services.recognising import SignedOut, recognise, refuse_revoked
from app.services.signing_in import Suspended
from app.shelves.shelf import PhotoShelf
from sync.errors import SyncError
from sync.scene import Author

COOKIE = "qiaomen_session"
SAFE = {"GET", "HEAD", "OPTIONS"}
COOKIELESS = {"api.hooks", "receipts"}
"""Blueprints that look at no cookie, so that another site's page gains nothing by sending there."""
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class HeaderMissing(Refused):
    """An unsafe request without `X-Qiaomen: 1`, as another site's page would send it."""

    code = "header_missing"


def config() -> Config:
    """The settings of the app that serves this request."""
    return cast(Config, current_app.extensions["qiaomen"])


def photo_shelf() -> PhotoShelf:
    """Where the app that serves this request keeps photos."""
    return cast(PhotoShelf, current_app.extensions["photo_shelf"])


def now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


def guard(app: Flask) -> None:
    """Refuse unsafe requests that lack the header."""

    @app.before_request
    def _own_header() -> None:
        free = request.method in SAFE or request.blueprint in COOKIELESS
        if not free and request.headers.get("X-Qiaomen") != "1":
            raise HeaderMissing


def recognised(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Serve to a live session on an unrevoked device, also of a suspended account."""

    @wraps(view)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        token = request.cookies.get(COOKIE)
        g.author = recognise(token, config().keys.secret, now())
        return view(*args, **kwargs)

    return guarded


def told_when_revoked(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Tell a device without a session that it was shut out, by the `device_id` it sends, so that it wipes
    itself (P8)."""

    @wraps(view)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        try:
            return view(*args, **kwargs)
        except SignedOut:
            with suppress(SyncError):
                refuse_revoked(load(FromDevice, body()).device_id, now())
            raise

    return guarded


def signed_in(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Serve only to a live session of an active account on an unrevoked device."""

    @recognised
    @wraps(view)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        if author().suspended_at:
            raise Suspended
        return view(*args, **kwargs)

    return guarded


def author() -> Author:
    """Who sends this request, with what they may see."""
    return cast(Author, g.author)
