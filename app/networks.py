"""Which typed-in addresses we connect to: the internet's, and those of networks that the settings name."""

from contextlib import suppress
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)


@dataclass(frozen=True)
class AllowedNetworks:
    """Private networks that are reached too, such as 政务外网 (the government's). None by default.

    What is connected to are addresses that people typed in, so all that is in `named` is open to their tries.
    """

    named: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def read(cls, said: str) -> "AllowedNetworks":
        """Networks in CIDR notation, separated by commas. Raises ValueError, which says which is none."""
        return cls(tuple(ip_network(one.strip()) for one in said.split(",") if one.strip()))

    def holds(self, host: str) -> bool:
        """Whether a host is an IP address within one of the networks; a host name never is."""
        with suppress(ValueError):
            ip = _address(host)
            return any(ip in network for network in self.named)
        return False

    def allows(self, address: str) -> bool:
        """Whether an IP address may be connected to. Raises ValueError for what is none."""
        ip = _address(address)
        return (ip.is_global and not ip.is_multicast) or self.holds(address)


PUBLIC_ONLY = AllowedNetworks()


def _address(said: str) -> IPv4Address | IPv6Address:
    """An address without its zone; an IPv4 one also when it is written as IPv6."""
    ip = ip_address(said.partition("%")[0])
    inner = (ip.ipv4_mapped or ip.sixtofour) if isinstance(ip, IPv6Address) else None
    return inner or ip
