"""A kiosk in the hall of each of the town's schools: put into the register once, and told to the sandbox, which plays it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from hub.demo.control import TownSchool
from hub.store.school import devices
from hub.store.school.devices import DeviceKind, NewDevice, Sign
from identity.sealing import Keys

PLACE = "холл первого этажа"


def put_kiosks(keys: Keys, schools: Sequence[TownSchool], *, now: datetime) -> None:
    """Inside the caller's unit; one that is there stays, and one that was revoked comes back as another."""
    for one in schools:
        if devices.by_serial(DeviceKind.KIOSK, _serial(one)) is None:
            new = NewDevice(
                school=one.ogrn,
                kind=DeviceKind.KIOSK,
                serial=_serial(one),
                sign=Sign.STANDARD_WEBHOOKS,
                zone=one.tz,
                place=PLACE,
                since=now,
            )
            devices.add(keys, new, secret=f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}", by="demo", now=now)


def kiosks_of(keys: Keys, schools: Sequence[TownSchool]) -> list[dict[str, Any]]:
    """What the sandbox has to know of each."""
    return list(_told(keys, schools))


def _told(keys: Keys, schools: Sequence[TownSchool]) -> Iterator[dict[str, Any]]:
    for one in schools:
        card = devices.by_serial(DeviceKind.KIOSK, _serial(one))
        secret = devices.secret_of(keys, card.id) if card else None
        if card and secret:
            yield {
                "device": card.id,
                "secret": secret,
                "sign": card.sign.value,
                "school": {"ogrn": one.ogrn, "name": one.short_name},
                "place": card.place,
            }


def _serial(one: TownSchool) -> str:
    return f"demo-kiosk-{one.ogrn}"
