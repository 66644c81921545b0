"""Connections to addresses that somebody typed in: to the internet, never into our own network.

The libraries beneath Apprise (requests, smtplib) cannot all be given a socket, so connections are looked at
where Python makes them, also those a redirect or a changed name leads to.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from ipaddress import ip_address
from typing import Any

from app.channels.endpoints import public

_own = threading.local()


class NotOutward(OSError):
    """The name leads to a private address."""


@contextmanager
def outward_only(to_loopback: bool) -> Iterator[None]:
    """Within it this thread connects to public addresses only; with `to_loopback` also to this machine."""
    _watch_connections()
    _own.allows = _public_or_loopback if to_loopback else public
    try:
        yield
    finally:
        _own.allows = None


def _public_or_loopback(address: str) -> bool:
    return public(address) or ip_address(address).is_loopback


@cache
def _watch_connections() -> None:
    sys.addaudithook(_look)


def _look(event: str, about: tuple[Any, ...]) -> None:
    allows = getattr(_own, "allows", None) if event == "socket.connect" else None
    # what is no address of the internet protocols is a path on this machine
    if allows and not (isinstance(about[1], tuple) and allows(about[1][0])):
        raise NotOutward
