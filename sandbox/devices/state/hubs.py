"""Hubs that registered the town's devices: what each of them calls a device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.asked import Refused
from sandbox.outbound import LOOPBACK

MOST: Final = 20
NAMES: Final = ("serial", "device", "source", "key_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The hub's id of a device, its CloudEvents source, the id of its key."""

    serial: str
    device: str
    source: str
    key_id: str


@dataclass(slots=True, kw_only=True)
class Hub:
    """`url` without a stroke at its end."""

    url: str
    known: dict[str, Known] = field(default_factory=dict)


class Hubs:
    """They outlive a reset, as real devices do; the one that registered last is the one that is played against."""

    def __init__(self) -> None:
        self.all: dict[str, Hub] = {}

    def put(self, body: Mapping[str, Any]) -> Hub:
        """`{hub, items: [{serial, device, source, key_id}]}`, the whole list each time."""
        items = body.get("items")
        if not isinstance(items, list) or not all(_fits(it) for it in items):
            raise Refused(f"items — список объектов с полями {', '.join(NAMES)}")
        made = Hub(url=near(body.get("hub")), known={it["serial"]: Known(**{name: it[name] for name in NAMES}) for it in items})
        self.all.pop(made.url, None)
        self.all[made.url] = made
        while len(self.all) > MOST:
            del self.all[next(iter(self.all))]
        return made

    def one(self, url: str | None) -> Hub:
        """The named one, or the one that came last."""
        found = self.all.get(near(url)) if url else next(reversed(self.all.values()), None)
        if found is None:
            raise Refused("Этот хаб ещё не зарегистрировал устройства города: POST /_sandbox/devices", 409)
        return found


def near(url: Any) -> str:
    """The address of a hub on this machine; the sandbox asks nobody else."""
    if not isinstance(url, str) or not url:
        raise Refused("hub — адрес хаба, например http://localhost:8000")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise Refused("hub — адрес хаба, например http://localhost:8000") from None
    if parts.scheme not in ("http", "https") or (parts.hostname or "").lower() not in LOOPBACK:
        raise Refused("Песочница играет только с хабом на этой машине")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _fits(it: Any) -> bool:
    return isinstance(it, dict) and all(isinstance(it.get(name), str) and it[name] for name in NAMES)
