"""From where somebody comes: the address that the outermost trusted proxy has seen, and nothing a visitor says."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

IPV6_NET = 64  # what one household or office gets


def client_address(request: HttpRequest) -> str:
    """Return the address of the visitor; of an IPv6 one the network, within which addresses cost nothing.

    Raises SuspiciousOperation as ``exact_address`` does.
    """
    address = exact_address(request)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, IPV6_NET), strict=False).network_address)
    return str(address)


def exact_address(request: HttpRequest) -> IPv4Address | IPv6Address:
    """Return the address of the visitor.

    Every trusted proxy adds, at the right end of X-Forwarded-For, the address it was called from; what stands further
    left was sent by the visitor. Raises SuspiciousOperation for a request that did not come through all proxies.
    """
    given = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXIES:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(hops) < settings.TRUSTED_PROXIES:
            raise SuspiciousOperation("not through the trusted proxies")
        given = hops[-settings.TRUSTED_PROXIES].strip()
    try:
        address = ip_address(given)
    except ValueError as error:
        raise SuspiciousOperation("no address in X-Forwarded-For") from error
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
