"""The Qiaomen server."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import errors, routes
from app.config import Config
from app.extensions import db, migrate
from app.routes import access, pages
from app.schemas import shapes
from app.shelves.bucket import Bucket
from app.shelves.folder import Folder

POOL = {"pool_size": 16, "pool_use_lifo": True}
"""At least a connection for each thread of a process: one made for a single request costs more than the
request. The last one used comes first, for it remembers the statements it has prepared."""

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def create_app(config: Config) -> Flask:
    """Build the server. The only place that reads configuration."""
    app = Flask(__name__, static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = POOL
    app.extensions["qiaomen"] = config
    bucket = config.photos_bucket
    app.extensions["photo_shelf"] = Bucket(bucket) if bucket else Folder(config.data_dir / "photos")
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    errors.refuse(app)
    access.guard(app)
    routes.register(app)
    pages.serve_files(app, config.secure_cookies)
    shapes.learn()
    if config.secure_cookies:
        # TLS ends at a proxy in front, which says where a request came from. Wrapping wsgi_app is Flask's
        # documented way to add middleware; mypy knows it only as a method
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    return app
