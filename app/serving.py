"""Serving with gunicorn from our own command."""

import ctypes
import gc
import signal
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from app.extensions import db

TURN = 0.0005
"""Seconds that a thread may compute while another of its process wants to. With Python's own 5 ms, one whose
answer from the database has come waits that long with a community locked, for which all its phones queue."""

LITTER = 10_000
"""New objects after which Python looks for some that only hold each other. After its own 700 it looks many
times during a batch, which takes about a tenth of a push."""

HEAPS = 2
"""Heaps that the threads of a process share. By itself glibc gives every thread its own, which then keeps
what that one has freed: a fifth of the memory."""

M_ARENA_MAX = -8
"""From <malloc.h>: of how many heaps there are."""

PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>: which signal a process gets when the one that made it has died."""


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

    def settle_in(_server: object, _worker: object) -> None:
        die_with_master()
        share_heaps()
        sys.setswitchinterval(TURN)
        gc.set_threshold(LITTER)
        with app.app_context():
            db.engine.dispose(close=False)

    settings = {"workers": workers, "threads": threads, "post_fork": settle_in}
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


def die_with_master() -> None:
    """Leave the port at once when the master was killed, so that the next one can listen on it.

    Gunicorn's own worker looks once a second and then keeps the port until its connections have ended:
    for seconds phones reach somebody who answers no more, and a new master gives up. What a dying worker
    had in hand is sent again (P2). Elsewhere than on Linux, gunicorn's own way remains.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def share_heaps() -> None:
    """Let threads use what others freed, where the C library is glibc."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option:
        set_option(M_ARENA_MAX, HEAPS)
