"""Serving over HTTP from our own command: Granian's processes, each settled in for what it will do."""

import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from errno import EADDRINUSE
from functools import partial

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from app.extensions import db

HOST = "127.0.0.1"

TURN = 0.0005
"""Seconds that a thread may compute while another of its process wants to. With Python's own 5 ms, one whose
answer from the database has come waits that long with a community locked, for which all its phones queue."""

LITTER = 10_000
"""New objects after which Python looks for some that only hold each other. After its own 700 it looks many
times during a batch, which takes about a tenth of a push."""

HEAPS = 2
"""Heaps that the threads of a process share. By itself glibc gives every thread its own, which then keeps
what that one has freed: a fifth of the memory."""

CONNECTIONS = 1000
"""Open ones in each process; the next wait until one has closed."""

GRACE = 10
"""Seconds in which a process may finish what it has in hand when it is told to stop."""

M_ARENA_MAX = -8
"""From <malloc.h>: of how many heaps there are."""

PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>: which signal a process gets when the one that made it has died."""


class PortTaken(Exception):
    """Somebody listens there already."""


def serve(app: Flask, port: int, workers: int, threads: int) -> None:
    """Serve until stopped. Each process opens its own database connections. Raises PortTaken, and
    PermissionError for a port that is not for this user."""

    def settle_in() -> Flask:
        die_with_master()
        leave_interrupts_to_master()
        share_heaps()
        sys.setswitchinterval(TURN)
        gc.set_threshold(LITTER)
        with app.app_context():
            db.engine.dispose(close=False)
        return app

    serve_with(settle_in, port, workers, threads)


def serve_with(settle_in: Callable[[], Flask], port: int, workers: int, threads: int) -> None:
    """Serve on loopback, until stopped, the app that `settle_in` gives in each process. Raises PortTaken."""
    check_free(port)
    end_at_once_until_settled()
    # the app is made once and shared; a process started anew could not be handed it
    multiprocessing.set_start_method("fork")
    server = MPServer(
        "qiaomen",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        # a proxy in front speaks the newer ones with browsers
        http=HTTPModes.http1,
        workers=workers,
        blocking_threads=threads,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
        # it also warns of more threads than cores, but ours wait for a database
        log_level=LogLevels.error,
    )
    server.serve(target_loader=settle_in, wrap_loader=False)


def check_free(port: int) -> None:
    """Raise PortTaken while somebody listens on the port; PermissionError where this user may not.

    Each process has its own socket on it, which the system allows any further server of the same user too:
    that one would be given every other request without a word.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as error:
            if error.errno == EADDRINUSE:
                raise PortTaken from error
            raise


def end_at_once_until_settled() -> None:
    """Let a process end that is told to stop before it serves, for it has nothing in hand.

    By itself it would have the handler of its master, which only notes the signal, and a master that was told
    to stop in the second in which it starts a process would wait for that one until `GRACE` is over.
    """
    told = {signal.SIGTERM}

    def start_anew() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, told)

    os.register_at_fork(
        # what comes meanwhile waits, or the handler from before would swallow it
        before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, told),
        after_in_parent=partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, told),
        after_in_child=start_anew,
    )


def die_with_master() -> None:
    """Leave the port at once when the master was killed, so that the next one can listen on it.

    By itself a process would go on alone, and the next server would share its phones with one that nobody
    can stop. What a dying process had in hand is sent again (P2). Elsewhere than on Linux it does go on.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def leave_interrupts_to_master() -> None:
    """Ctrl-C reaches every process of a terminal. One that it ends is taken for a crash and started anew as
    the master stops, which then waits for that one until `GRACE` is over, one time in four."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def share_heaps() -> None:
    """Let threads use what others freed, where the C library is glibc."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option:
        set_option(M_ARENA_MAX, HEAPS)
