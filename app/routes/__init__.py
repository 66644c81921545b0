"""HTTP: thin routes that parse, call one service, and dump."""

from flask import Blueprint, Flask

from app.routes import (
    channels,
    devices,
    documents,
    duty,
    duty_list,
    hooks,
    notices,
    pages,
    photos,
    quarantine,
    reached,
    receipts,
    rescues,
    session,
    subscriptions,
    syncing,
)

FEATURES = (
    session,
    syncing,
    notices,
    channels,
    reached,
    devices,
    duty,
    duty_list,
    photos,
    quarantine,
    rescues,
    subscriptions,
    hooks,
    documents,
)


def register(app: Flask) -> None:
    """Put every route where it belongs."""
    api = Blueprint("api", __name__, url_prefix="/api/v1")
    for feature in FEATURES:
        api.register_blueprint(feature.bp)
    app.register_blueprint(api)
    app.register_blueprint(receipts.bp)
    app.register_blueprint(pages.bp)
