"""Where we send to: public services of others, never the inside of our own network."""

import re
import socket
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import NewConnectionError

LONGEST = 1000
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# a last label that begins with a letter: no IP address in any notation ends so
PUBLIC_NAME = re.compile(r"([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.I)
VISIBLE = re.compile(r"[!-~]+")


def acceptable(endpoint: str, to_loopback: bool = False) -> bool:
    """Whether an endpoint is one a push service on the internet could have given.

    https to a host name with a dot; with `to_loopback` also plain http to this machine.
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
    if parts.scheme == "http":
        return to_loopback and host in LOOPBACK
    return parts.scheme == "https" and PUBLIC_NAME.fullmatch(host) is not None


def public(address: str) -> bool:
    """Whether an IP address is on the internet, also when it is an IPv4 one written as IPv6."""
    ip = ip_address(address.partition("%")[0])
    inner = (ip.ipv4_mapped or ip.sixtofour) if isinstance(ip, IPv6Address) else None
    return (inner or ip).is_global and not (inner or ip).is_multicast


class PublicConnection(HTTPSConnection):
    """Says nothing to a name that resolved to a private address, whatever it resolved to before."""

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        if not public(connected.getpeername()[0]):
            connected.close()
            raise NewConnectionError(self, "the name resolves to a private address")
        return connected


class PublicPool(HTTPSConnectionPool):
    ConnectionCls = PublicConnection


class PublicOnly(HTTPAdapter):
    """Makes a requests session's https connections to public addresses only."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": PublicPool}


def public_session() -> requests.Session:
    """A session that over https reaches public addresses only; plain http is for `acceptable` to judge."""
    session = requests.Session()
    # a .netrc must not replace our Authorization; of the environment only the way out is wanted
    session.trust_env = False
    session.proxies = {k: v for k, v in getproxies().items() if k == "https"}
    session.mount("https://", PublicOnly())
    return session
