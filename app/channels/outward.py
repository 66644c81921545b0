"""Connections to addresses that somebody typed in: into our own network only where the settings name it.

The libraries beneath Apprise (requests, smtplib) cannot all be given a socket, so connections are looked at
where Python makes them, also those a redirect or a changed name leads to.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from app.networks import AllowedNetworks

_own = threading.local()


class NotOutward(OSError):
    """The name leads to an address that may not be reached."""


@contextmanager
def outward_only(networks: AllowedNetworks) -> Iterator[None]:
    """Within it this thread connects to public addresses and these networks only."""
    _watch_connections()
    _own.allows = networks.allows
    try:
        yield
    finally:
        _own.allows = None


@cache
def _watch_connections() -> None:
    sys.addaudithook(_look)


def _look(event: str, about: tuple[Any, ...]) -> None:
    allows = getattr(_own, "allows", None) if event == "socket.connect" else None
    # what is no address of the internet protocols is a path on this machine
    if allows and not (isinstance(about[1], tuple) and allows(about[1][0])):
        raise NotOutward
