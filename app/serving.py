"""Serving with gunicorn from our own command."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from app.extensions import db


class Server(BaseApplication):
    """Gunicorn with our settings instead of a file of its own."""

    def __init__(self, app: Flask, settings: dict[str, Any]) -> None:
        self._app, self._settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def serve(app: Flask, port: int, workers: int, threads: int) -> None:
    """Serve until stopped. Each process opens its own database connections."""

    def forget_connections(_server: object, _worker: object) -> None:
        with app.app_context():
            db.engine.dispose(close=False)

    settings = {"workers": workers, "threads": threads, "post_fork": forget_connections}
    serve_with(app, port, settings)


def serve_with(app: Flask, port: int, settings: dict[str, Any]) -> None:
    """Serve any app on loopback until stopped, with these settings and ours."""
    ours = {
        "bind": f"127.0.0.1:{port}",
        "worker_class": "gthread",
        "keepalive": 30,
        "graceful_timeout": 10,
        # its socket would be one for all servers of this user
        "control_socket_disable": True,
    }
    Server(app, ours | settings).run()
