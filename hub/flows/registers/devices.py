"""Devices of a school: how each signs, a secret shown once, and the moment from which nothing of it is believed (RULES E6)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from device_ingest.store import DeviceState, of_devices
from hub.deps import Deps
from hub.flows.office.officers import officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.registers import DeviceAdded, DeviceHealth, DeviceList, DeviceView
from hub.ledger.debits.calendar import school_day
from hub.store.school import devices
from hub.store.school.devices import DeviceCard, DeviceKind, NewDevice, Sign
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId
from identity.store import record_change

OPENS, CLOSES, SILENT = time(8), time(16), timedelta(hours=3)
UNHEARD = DeviceHealth(heard_at=None, silent=False, skew_s=None, jumped_at=None, jump_s=None, refused=None, refused_at=None)
LONGEST, LONGEST_KEY, SECRET_BYTES = 64, 2000, 32
WITH_SECRET = frozenset({Sign.STANDARD_WEBHOOKS, Sign.BASIC})
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDevice:
    """As typed; an empty zone is the school's, no `since` is now."""

    kind: str
    serial: str
    sign: str
    place: str = ""
    zone: str = ""
    public_key: str = ""
    since: datetime | None = None


async def list_devices(deps: Deps, visitor: Visitor) -> DeviceList:
    def unit() -> DeviceList:
        officer = officer_of(deps, visitor, act=Act.DEVICES)
        return DeviceList(zone=officer.zone, items=_seen(officer.school, officer.zone, deps.now()))

    return await deps.db.read(unit)


async def add_device(deps: Deps, visitor: Visitor, asked: AskedDevice, *, seed: str = "") -> DeviceAdded:
    """It works from the next request on. A `seed` makes the secret again later."""

    def unit() -> DeviceAdded:
        officer = officer_of(deps, visitor, act=Act.DEVICES)
        made = put(deps, officer.school, asked, zone=officer.zone, by=officer.person, seed=seed)
        _note(deps, officer.person, "device.added", made.id)
        return made

    return await deps.db.write(unit)


def put(deps: Deps, school: str, asked: AskedDevice, *, zone: str, by: str, seed: str = "") -> DeviceAdded:
    """Inside the caller's unit; `zone` is the school's."""
    sign, serial, now = _word(Sign, asked.sign), "".join(asked.serial.split()), deps.now()
    if not serial or len(serial) > LONGEST or len(asked.place) > LONGEST:
        raise Refused(Reason.MALFORMED, f"Серийный номер и место — не длиннее {LONGEST} знаков; номер обязателен.")
    if asked.since is not None and asked.since > now:
        raise Refused(Reason.MALFORMED, "День регистрации устройства ещё не наступил.")
    new = NewDevice(
        school=school,
        kind=_word(DeviceKind, asked.kind),
        serial=serial,
        sign=sign,
        zone=_zone(asked.zone or zone),
        place=" ".join(asked.place.split()),
        public_key=_public_key(asked.public_key) if sign is Sign.RFC9421 else None,
        since=asked.since or now,
    )
    secret = (secret_again(deps, seed) if seed else _secret(secrets.token_bytes(SECRET_BYTES))) if sign in WITH_SECRET else None
    made = devices.add(deps.keys, new, secret=secret, by=by, now=now)
    if made is None:
        raise Refused(Reason.MALFORMED, "Устройство с этим серийным номером уже записано. Отзовите прежнее и запишите снова.")
    return DeviceAdded(id=made.id, source=made.source, secret=secret, key_id=made.key_id)


async def revoke_device(deps: Deps, visitor: Visitor, device: str, *, since: datetime | None = None) -> DeviceView:
    """From now on nothing of it is taken; what it said since `since` is doubted. Twice is harmless."""

    def unit() -> DeviceView:
        found = devices.find(device)
        officer = officer_of(deps, visitor, school=found.school if found else "none", act=Act.DEVICES)
        if found is None:
            raise Refused(Reason.NOT_FOUND)
        now = deps.now()
        if since is not None and since > now:
            raise Refused(Reason.MALFORMED, "Время, с которого устройству не верят, ещё не наступило.")
        if devices.revoke(device, since=since or now, now=now):
            _note(deps, officer.person, "device.revoked", device)
        (view,) = _viewed([devices.find(device) or found], officer.zone, now, open_=False)
        return view

    return await deps.db.write(unit)


def secret_again(deps: Deps, seed: str) -> str:
    """The secret that a device added with this seed was given; it is sealed in its row and shown nowhere else."""
    return _secret(hashlib.sha256(deps.keys.code_hash(f"device {seed}").encode()).digest())


def _seen(school: str, zone: str, now: datetime) -> tuple[DeviceView, ...]:
    return _viewed(devices.of_school(school), zone, now, open_=school_day(school, now.astimezone(ZoneInfo(zone)).date()))


def _viewed(cards: Sequence[DeviceCard], zone: str, now: datetime, *, open_: bool) -> tuple[DeviceView, ...]:
    states = of_devices([one.id for one in cards])
    return tuple(view_of(one, _health(one, states.get(one.id), zone, now, open_=open_)) for one in cards)


def _health(one: DeviceCard, state: DeviceState | None, zone: str, now: datetime, *, open_: bool) -> DeviceHealth:
    """A silent device is an event and not an empty page (RULES E7): it is looked for while the school works."""
    heard_at = state.heard_at if state else None
    here = now.astimezone(ZoneInfo(zone)).time()
    due = open_ and OPENS <= here <= CLOSES and one.revoked_at is None
    return DeviceHealth(
        heard_at=heard_at,
        silent=due and now - max(heard_at or one.since, one.since) > SILENT,
        skew_s=state.skew_s if state else None,
        jumped_at=state.jumped_at if state else None,
        jump_s=state.jump_s if state else None,
        refused=state.refused.value if state and state.refused else None,
        refused_at=state.refused_at if state else None,
    )


def view_of(one: DeviceCard, health: DeviceHealth = UNHEARD) -> DeviceView:
    return DeviceView(
        id=one.id,
        kind=one.kind.value,
        serial=one.serial,
        place=one.place,
        zone=one.zone,
        sign=one.sign.value,
        source=one.source,
        key_id=one.key_id,
        since=one.since,
        revoked_at=one.revoked_at,
        revoked_since=one.revoked_since,
        health=health,
    )


def _secret(raw: bytes) -> str:
    """As Standard Webhooks write it."""
    return f"whsec_{base64.b64encode(raw).decode()}"


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused(Reason.MALFORMED, "Часовой пояс называют как Asia/Krasnoyarsk.") from error


def _public_key(text: str) -> str:
    """The device's own Ed25519 key; the hub never has the private half."""
    if not text.strip() or len(text) > LONGEST_KEY:
        raise Refused(Reason.MALFORMED, "Для подписи rfc9421 нужен открытый ключ устройства: Ed25519 в виде PEM.")
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(Reason.MALFORMED, "Открытый ключ не читается: нужен Ed25519 в виде PEM.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Refused(Reason.MALFORMED, "Нужен ключ Ed25519, а это другой.")
    return text.strip()


def _word(kind: type[Word], text: str) -> Word:
    try:
        return kind(text)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, f"Можно: {', '.join(one.value for one in kind)}.") from error


def _note(deps: Deps, officer: PersonId, action: str, device: str) -> None:
    record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=officer, action=action, object=device, now=deps.now())
