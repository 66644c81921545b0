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

    settings = {
        "bind": f"127.0.0.1:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": threads,
        "post_fork": forget_connections,
        "keepalive": 30,
        "graceful_timeout": 10,
        # its socket would be one for all servers of this user
        "control_socket_disable": True,
    }
    Server(app, settings).run()
