"""What an address in a setting may look like, and whether it leads back to this machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

HTTP = ("http", "https")


def split_http(text: str) -> SplitResult | None:
    """The parts of an http(s) address without user, query and fragment; None for anything else."""
    return split_address(text, HTTP)


def split_address(text: str, schemes: Collection[str]) -> SplitResult | None:
    """As `split_http`, for an address of one of these schemes; only an http one has a path."""
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        return None
    try:
        parts = urlsplit(text)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return None
    bare = parts.username is None and not parts.query and not parts.fragment and (parts.scheme in HTTP or parts.path in ("", "/"))
    return parts if parts.scheme in schemes and parts.hostname and port_fits and bare else None


def is_loopback(host: str) -> bool:
    """localhost and its subdomains, 127/8 in any spelling that `inet_aton` takes, ::1, and the unspecified addresses."""
    host = host.rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        try:
            address = ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, ValueError):
            return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback or (mapped or address).is_unspecified)


def is_demo_url(text: str) -> bool:
    """The demo runs only while the hub's public address is http on this machine."""
    parts = split_http(text)
    return parts is not None and parts.scheme == "http" and is_loopback(parts.hostname or "")
