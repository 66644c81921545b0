"""Signing in, and push subscriptions."""

from typing import Annotated, Any

from app.schemas.shapes import Id, OpenShape, Shape, words


class DeviceOfRequest(Shape):
    id: Id
    name: Annotated[str, words(120)] = ""
    platform: Annotated[str, words(120)] = ""


class SignInRequest(Shape):
    username: Annotated[str, words(64, 1)]
    password: Annotated[str, words(200, 1)]
    device: DeviceOfRequest
    sealed_key: Annotated[str, words(1000)] | None = None
    """The key to what lies on this phone of that person, as it was encrypted to us."""


class PasswordRequest(Shape):
    current: Annotated[str, words(200, 1)]
    new: Annotated[str, words(200, 1)]


class SignedInPerson(Shape):
    id: Id
    name: str
    username: str


class ScopeUnit(Shape):
    unit_id: Id
    level: str
    role: str
    name: str
    code: str


class SessionAnswer(Shape):
    person: SignedInPerson
    scope: list[ScopeUnit]
    vapid_public_key: str
    rescue_public_key: str
    device_token: str
    data_key: str | None = None
    """What `sealed_key` held, in base64; null where there was none, or it is not this person's or ours."""


class SubscriptionKeys(Shape):
    p256dh: Annotated[str, words(120, 1)]
    auth: Annotated[str, words(60, 1)]


class SubscriptionRequest(OpenShape):
    """The browser's `PushSubscription.toJSON()`."""

    endpoint: Annotated[str, words(1000, 1)]
    keys: SubscriptionKeys


class UnsubscribeRequest(Shape):
    endpoint: Annotated[str, words(1000, 1)]


class Problem(Shape):
    """What every refusal answers; `message` is in the user's language and says what to do."""

    code: str
    message: str
    detail: Any
