"""The addresses that a probe may connect to: public ones only.

People choose the domains of their Spaces, so a domain may lead to a service behind our firewall.
The name is resolved once, the addresses are judged, and the connection goes to one of them: a
second look-up could return another address.
"""

import ipaddress
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

_IPv6 = ipaddress.IPv6Network
_IPv4 = ipaddress.IPv4Network
#: The only block of IPv6 with global addresses: https://www.iana.org/assignments/ipv6-address-space
_GLOBAL_V6 = _IPv6("2000::/3")
#: Parts of it that lead to an IPv4 address, or nowhere: `is_global` lets some of them pass.
_REFUSED_V6 = (
    _IPv6("2001::/23"),  # Teredo, ORCHID, benchmarks
    _IPv6("2001:db8::/32"),  # documentation
    _IPv6("2002::/16"),  # 6to4
    _IPv6("3fff::/20"),  # documentation
)
#: IPv4 blocks that `is_global` lets pass, in some version of Python.
_REFUSED_V4 = (
    _IPv4("192.0.0.0/24"),  # protocol assignments; metadata of Oracle
    _IPv4("192.88.99.0/24"),  # 6to4 relays
    _IPv4("168.63.129.16/32"),  # the host of an Azure machine
)


def is_public(address: str) -> bool:
    """Return whether *address* belongs to the public Internet.

    Everything that wraps an IPv4 address (mapped, NAT64, 6to4, Teredo) is refused, not unwrapped.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in _GLOBAL_V6 and not any(ip in network for network in _REFUSED_V6)
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _REFUSED_V4)


def is_loopback_host(host: str) -> bool:
    """Return whether *host* names this machine by itself, without a look-up.

    >>> [is_loopback_host(host) for host in ("127.0.0.1", "a.localhost", "localhost.example")]
    [True, True, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def select_addresses(host: str, addresses: Sequence[str], *, allow_loopback: bool) -> Sequence[str]:
    """Return *addresses* if a probe of *host* may connect to all of them; else nothing.

    One forbidden address refuses all, because it shows that the name isn't what it claims to be.
    *allow_loopback*: the Hub itself runs on this machine, so its apps do as well.
    """
    if allow_loopback and is_loopback_host(host):
        return [address for address in addresses if is_loopback_host(address)]
    return addresses if all(map(is_public, addresses)) else ()


def parse_host(url: str, *, allow_loopback: bool) -> SplitResult | None:
    """Return the parts of a Space's *url*; None if it may not be probed.

    It must be HTTPS at the usual port, without a user. Only an app on this machine may differ.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.username is not None:
        return None
    if allow_loopback and is_loopback_host(parts.hostname):
        return parts
    return parts if parts.scheme == "https" and port in (None, 443) else None
