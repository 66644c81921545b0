"""/api/v1/session and /password: sign in, see who is signed in, sign out; choose a password."""

from datetime import timedelta

from flask import Blueprint, Response, request

from app.answers import answer, small_body
from app.routes.access import COOKIE, author, config, now, signed_in
from app.schemas.session import PasswordRequest, SessionAnswer, SignInRequest
from app.schemas.shapes import dump, load, plain
from app.services import passwords, rescuing, signing_in
from app.services.recognising import LIFE

bp = Blueprint("session", __name__)
CLEARED = "qiaomen_cleared"
"""The mark of a browser whose cache has been cleared, until it forgets the mark."""
MARK_LIFE = timedelta(days=400)
"""Longer browsers keep no cookie."""


@bp.post("/session")
def sign_in() -> Response:
    """Sign in on this device; sets the session's cookie."""
    sent = load(SignInRequest, small_body())
    token, account = signing_in.sign_in(
        sent.username, sent.password, plain(sent.device), _address(), config().keys.secret, now()
    )
    data_key = rescuing.give_back(sent.sealed_key, account.id, config().keys)
    response = _answer(account, sent.device.id, data_key)
    _set_cookie(response, COOKIE, token, LIFE)
    return _clear_cache_once(response)


@bp.get("/session")
@signed_in
def show() -> Response:
    """Who is signed in; the session's cookie lives on as the session does that is used."""
    response = _answer(signing_in.account(author().person_id), author().device_id)
    _set_cookie(response, COOKIE, request.cookies[COOKIE], LIFE)
    return _clear_cache_once(response)


@bp.delete("/session")
def sign_out() -> Response:
    """End the session. Says the same whether there was one or not."""
    signing_in.sign_out(request.cookies.get(COOKIE), config().keys.secret, now())
    response = Response(status=204)
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict")
    return response


@bp.put("/password")
@signed_in
def choose_password() -> Response:
    """Change one's password to one's own."""
    sent = load(PasswordRequest, small_body())
    passwords.choose(author().person_id, sent.current, sent.new, _address(), now())
    return Response(status=204)


def _address() -> str:
    return request.remote_addr or ""


def _answer(account: signing_in.Account, device_id: str, data_key: str | None = None) -> Response:
    keys = config().keys
    content = {
        "person": account,
        "scope": account.scope,
        "vapid_public_key": keys.vapid_public,
        "rescue_public_key": keys.rescue_public,
        "device_token": signing_in.device_token(device_id, account.id, keys.secret),
        "data_key": data_key,
    }
    return answer(dump(SessionAnswer, content))


def _clear_cache_once(response: Response) -> Response:
    """Have the browser drop its HTTP cache, where photos lie open that were kept before they were answered
    with no-store. The app itself lies apart, in the service worker's storage, and opens without signal.
    """
    if CLEARED not in request.cookies:
        response.headers["Clear-Site-Data"] = '"cache"'
        _set_cookie(response, CLEARED, "1", MARK_LIFE)
    return response


def _set_cookie(response: Response, name: str, value: str, life: timedelta) -> None:
    secure = config().secure_cookies
    response.set_cookie(name, value, max_age=life, httponly=True, samesite="Strict", secure=secure)
