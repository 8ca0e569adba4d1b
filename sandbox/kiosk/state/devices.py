"""Kiosks that a hub knows: which school's, where, and the secret that signs their calls."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sandbox.asked import Refused

WEBHOOKS, BASIC = "standard_webhooks", "basic"
MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """`hub` None: wherever the sandbox's notices go."""

    id: str
    secret: str = field(repr=False)
    sign: str = WEBHOOKS
    school: str = ""
    ogrn: str = ""
    place: str = ""
    hub: str | None = None

    @property
    def title(self) -> str:
        return ", ".join(it for it in (self.school, self.place) if it) or self.id

    @property
    def key(self) -> bytes:
        return base64.b64decode(self.secret.removeprefix("whsec_"))


class Devices:
    """They outlive a reset, as a real kiosk does."""

    def __init__(self) -> None:
        self.all: dict[str, Device] = {}

    def one(self, id_: str | None) -> Device:
        """The named one, or the only one there is; raises `Refused`."""
        found = self.all.get(id_) if id_ else next(iter(self.all.values()), None)
        if found is None:
            raise Refused("Такого киоска нет: POST /_sandbox/kiosk/devices", 404)
        return found

    def put(self, bodies: list[Mapping[str, Any]]) -> list[Device]:
        """All of them, or none. The newest stand first: a hub that began anew has other kiosks than the one before."""
        made = [_device(it) for it in bodies]
        known = {it.id: it for it in made}
        every = known | {id_: it for id_, it in self.all.items() if id_ not in known}
        self.all = dict(islice(every.items(), MOST))
        return made


def _device(body: Mapping[str, Any]) -> Device:
    id_, secret, sign, school = body.get("device"), body.get("secret"), body.get("sign") or WEBHOOKS, body.get("school") or {}
    place, hub = body.get("place") or "", body.get("hub") or None
    if not isinstance(id_, str) or not id_ or not isinstance(secret, str) or not secret:
        raise Refused("device, secret — непустые строки")
    if sign not in (WEBHOOKS, BASIC):
        raise Refused(f"sign — {WEBHOOKS} или {BASIC}")
    if not isinstance(school, Mapping) or not isinstance(place, str) or not (hub is None or isinstance(hub, str)):
        raise Refused("school — {ogrn, name}, place и hub — строки")
    made = Device(
        id=id_,
        secret=secret.strip(),
        sign=sign,
        school=str(school.get("name") or ""),
        ogrn=str(school.get("ogrn") or ""),
        place=place,
        hub=hub,
    )
    if sign == WEBHOOKS:
        try:
            key = made.key
        except (binascii.Error, ValueError):
            key = b""
        if not key:
            raise Refused("secret — whsec_ и ключ в base64")
    return made
