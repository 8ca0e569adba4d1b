"""Keeps calls to addresses that a system named itself away from our own network: each name is resolved, judged and pinned."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

import httpx

from connectors.kit.errors import Rejected

REFUSED = "address_refused"
MOST_ADDRESSES = 8
MOST_HOSTS = 8
LONGEST_URL = 2048
_USUAL = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9._:-]+")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def resolve_names(host: str, port: int) -> Sequence[str]:
    """Every address of the name, in the system's order; odd spellings of a number (`0x7f.1`) become the address that they mean."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_loopback(text: str) -> bool:
    """127/8 and ::1, also wrapped in an IPv6 address."""
    address = _address(text)
    return address is not None and address.is_loopback


def is_public(text: str) -> bool:
    """An address of the open internet: not private, link-local, loopback, shared, reserved or multicast, and hiding none of these."""
    address = _address(text)
    return address is not None and address.is_global and not address.is_multicast


def may_be_asked(text: str, *, loopback: bool = False) -> bool:
    """Whether the address is one for `Guarded` by its looks: https without user and fragment, or http to this machine with `loopback`.

    Two parsers must read the same host and port of it: what they read differently is where guards are led astray.
    """
    try:
        url, parts = httpx.URL(text), urlsplit(text)
        agreed = (parts.hostname, parts.port or _USUAL.get(parts.scheme)) == (url.host.lower(), url.port or _USUAL.get(url.scheme))
    except (httpx.InvalidURL, ValueError):
        return False
    host = url.host.rstrip(".").lower()
    if (
        not agreed
        or not _HOST.fullmatch(host)
        or len(text) > LONGEST_URL
        or not host
        or url.userinfo
        or url.fragment
        or not text.isascii()
        or not text.isprintable()
    ):
        return False
    local = host == "localhost" or host.endswith(".localhost") or is_loopback(host)
    if local:
        return loopback and url.scheme in ("http", "https")
    return url.scheme == "https" and (_address(host) is None or is_public(host))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return _by_numbers(text)
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _by_numbers(text: str) -> IPv4Address | None:
    """The short, octal and hexadecimal spellings of an IPv4 address that the system's resolver takes."""
    try:
        return IPv4Address(socket.inet_aton(text))
    except OSError:
        return None


class Guarded(httpx.AsyncBaseTransport):
    """Lets https through to public addresses only; with `loopback`, http and https to this machine too (the demo).

    The connection goes to the very address that was judged, so a name that changes its mind in between (DNS rebinding) gains nothing;
    TLS still asks for the name. Each host has connections of its own: none is shared by two names at one address.
    """

    def __init__(
        self,
        system: str,
        *,
        inner: Callable[[], httpx.AsyncBaseTransport],
        loopback: bool = False,
        resolve: Resolve = resolve_names,
        most_hosts: int = MOST_HOSTS,
    ) -> None:
        self._system = system
        self._inner = inner
        self._loopback = loopback
        self._resolve = resolve
        self._most_hosts = most_hosts
        self._by_host: dict[str, httpx.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        host = url.raw_host.decode("ascii")
        addresses = await self._judged(url)
        if host not in self._by_host and len(self._by_host) >= self._most_hosts:
            raise self._refusal("too many hosts")
        transport = self._by_host.setdefault(host, self._inner())
        for address in addresses[:-1]:
            try:
                return await transport.handle_async_request(_pinned(request, host, address))
            except httpx.ConnectError:
                continue
        return await transport.handle_async_request(_pinned(request, host, addresses[-1]))

    async def aclose(self) -> None:
        for transport in self._by_host.values():
            await transport.aclose()

    async def _judged(self, url: httpx.URL) -> Sequence[str]:
        """The addresses of the host; one that is not allowed spoils all, because which is taken would be chance."""
        if url.scheme not in ("http", "https"):
            raise self._refusal("scheme")
        try:
            found = await self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError("the name is not known", request=None) from error
        addresses = found[:MOST_ADDRESSES]
        local = self._loopback and all(is_loopback(address) for address in addresses)
        if not addresses or not (local or (url.scheme == "https" and all(is_public(address) for address in addresses))):
            raise self._refusal("an address of our own network, or no https")
        return addresses

    def _refusal(self, why: str) -> Rejected:
        return Rejected(self._system, REFUSED, why)


def _pinned(request: httpx.Request, host: str, address: str) -> httpx.Request:
    """The same request, to this address; the Host header and the name that TLS asks for stay."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )
