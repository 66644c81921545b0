"""Where we send to: public services of others, and inside our own network what the settings name."""

import re
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import requests
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.utils import should_bypass_proxies
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from app.networks import PUBLIC_ONLY, AllowedNetworks

LONGEST = 1000
TIMEOUTS = (3.05, 10.0)
"""Seconds to connect, and between two packets of the answer."""
# a last label that begins with a letter: no IP address in any notation ends so
PUBLIC_NAME = re.compile(r"([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.I)
VISIBLE = re.compile(r"[!-~]+")


def acceptable(endpoint: str, networks: AllowedNetworks = PUBLIC_ONLY) -> bool:
    """Whether an endpoint is one that a service we may speak to could have.

    https to a host name with a dot. Where networks are named, also an IP address within them, and plain http:
    whether a name leads into them is seen by `session_to` when it has been resolved.
    """
    if len(endpoint) > LONGEST or not VISIBLE.fullmatch(endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or "\\" in endpoint:
        return False
    spoken = ("https", "http") if networks.named else ("https",)
    known = PUBLIC_NAME.fullmatch(host) is not None or networks.holds(host)
    return parts.scheme in spoken and known


class _Guarded(HTTPAdapter):
    """Makes a requests session's connections to the addresses that may be reached, and no others."""

    def __init__(self, networks: AllowedNetworks) -> None:
        self._networks = networks
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "https": _guarded(HTTPSConnectionPool, self._networks.allows),
            # nobody reads along in the networks that were named: all others are for https
            "http": _guarded(HTTPConnectionPool, self._networks.holds),
        }

    def send(self, request: PreparedRequest, *args: Any, **how: Any) -> Response:
        """As ever, but straight to what `no_proxy` names."""
        if should_bypass_proxies(str(request.url), None):
            how["proxies"] = None
        return super().send(request, *args, **how)


def _guarded(
    pool: type[HTTPConnectionPool], allows: Callable[[str], bool]
) -> type[HTTPConnectionPool]:
    """A pool that says nothing to a name that resolved elsewhere, whatever it resolved to before."""

    class Connection(pool.ConnectionCls):  # type: ignore[name-defined]
        def _new_conn(self) -> socket.socket:
            connected: socket.socket = super()._new_conn()
            if not allows(connected.getpeername()[0]):
                connected.close()
                raise NewConnectionError(self, "the name resolves to an address not allowed")
            return connected

    return type(pool.__name__, (pool,), {"ConnectionCls": Connection})


def session_to(networks: AllowedNetworks) -> requests.Session:
    """A session that over https reaches public addresses and these networks, over plain http only these."""
    session = requests.Session()
    # a .netrc must not replace our Authorization; of the environment only the way out is wanted
    session.trust_env = False
    session.proxies = {k: v for k, v in getproxies().items() if k == "https"}
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Guarded(networks))
    return session
