"""An HTTP request as it came, for whoever checks its signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`headers` are field lines in order, names in lower case; `url` is absolute, with the authority that the client named."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    device: str = ""
    """As the address says: `?device=`."""
    trusted_network: bool = False
    """Whether the caller's address is on the list of the schools' networks."""
